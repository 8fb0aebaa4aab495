"""Who is in the demo: staff with passwords, heads and residents in the mini-program, tills with keys."""

from dataclasses import dataclass, field
from datetime import date

from deploy.demo.community import DemoCommunity, Household, Resident
from deploy.demo.visitors import Door, Visitor

PASSWORD = "shanzhi-demo-2026"
"""Of every member of the demo's staff."""

OFFICERS = ("周网格", "吴网格", "郑网格", "冯网格")
WORKING_GROUP = ("陈委员", "褚委员", "卫助理", "蒋助理", "沈代表", "韩代表")
CHAIR, BRANCH, COMMITTEE = "杨书记", "朱支委", "秦主任"


@dataclass
class Cast:
    """Everybody signed in, and the ids by which the story speaks of people and places."""

    door: Door
    people: DemoCommunity
    community_id: str
    today: date
    period: str
    committee: Visitor
    chair: Visitor = field(init=False)
    members: list[Visitor] = field(default_factory=list)
    branch: Visitor = field(init=False)
    officers: dict[str, Visitor] = field(default_factory=dict)
    """By the name of their grid."""
    heads: dict[int, Visitor] = field(default_factory=dict)
    """By the number of their courtyard."""
    courtyards: dict[int, str] = field(default_factory=dict)
    households: dict[str, str] = field(default_factory=dict)
    residents: dict[tuple[str, str], str] = field(default_factory=dict)
    """By the household's code and the resident's name."""
    rewards: dict[str, str] = field(default_factory=dict)
    merchants: dict[str, str] = field(default_factory=dict)
    tills: dict[str, Visitor] = field(default_factory=dict)
    logins: list[tuple[str, str, str]] = field(default_factory=list)
    """Role, phone, password: what the reader may sign in with."""

    def person(self, household: Household, resident: Resident) -> str:
        return self.residents[household.code, resident.name]

    def head_person(self, number: int) -> str:
        """The person id of a courtyard's head."""
        courtyard = self.people.courtyard(number)
        return self.person(courtyard.households[0], courtyard.head)

    def officer_of(self, number: int) -> Visitor:
        """The grid officer in charge of a courtyard."""
        return self.officers[self.people.courtyard(number).grid]

    def enters(self, person_id: str, invited_by: Visitor) -> Visitor:
        """A resident opens the mini-program, with an invitation from `invited_by`, and is bound from then on."""
        invitation = invited_by.post(f"/v1/residents/{person_id}/invitations")
        return self.door.sign_in_by_wechat(f"fake-{person_id}", invitation["invite_code"])
