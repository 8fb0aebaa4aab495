"""The state of the demo: signed-in staff, heads and tills, and the ids of people and places."""

from dataclasses import dataclass, field
from datetime import date

from deploy.demo.api_client import Api, ApiClient
from deploy.demo.community import DemoCommunity, Household, Resident

PASSWORD = "shanzhi-demo-2026"
"""Password of all staff of the demo."""

OFFICERS = ("周网格", "吴网格", "郑网格", "冯网格")
WORKING_GROUP = ("陈委员", "褚委员", "卫助理", "蒋助理", "沈代表", "韩代表")
CHAIR, BRANCH, COMMITTEE = "杨书记", "朱支委", "秦主任"
OPERATOR = "尤店长"


@dataclass
class DemoState:
    """API clients of all who are signed in, and ids of people and places."""

    api: Api
    people: DemoCommunity
    community_id: str
    today: date
    period: str
    administrator: ApiClient
    committee: ApiClient
    chair: ApiClient = field(init=False)
    members: list[ApiClient] = field(default_factory=list)
    branch: ApiClient = field(init=False)
    officers: dict[str, ApiClient] = field(default_factory=dict)
    """Key: name of the grid."""
    heads: dict[int, ApiClient] = field(default_factory=dict)
    """Key: number of the courtyard."""
    courtyards: dict[int, str] = field(default_factory=dict)
    households: dict[str, str] = field(default_factory=dict)
    residents: dict[tuple[str, str], str] = field(default_factory=dict)
    """Key: the household's code and the resident's name."""
    rewards: dict[str, str] = field(default_factory=dict)
    merchants: dict[str, str] = field(default_factory=dict)
    tills: dict[str, ApiClient] = field(default_factory=dict)
    logins: list[tuple[str, str, str]] = field(default_factory=list)
    """Role, phone number and password of each login."""

    def person(self, household: Household, resident: Resident) -> str:
        return self.residents[household.code, resident.name]

    def head_person(self, number: int) -> str:
        """Return the person id of a courtyard's head."""
        courtyard = self.people.courtyard(number)
        return self.person(courtyard.households[0], courtyard.head)

    def officer_of(self, number: int) -> ApiClient:
        """Return the grid officer of a courtyard."""
        return self.officers[self.people.courtyard(number).grid]

    def open_mini_program(self, person_id: str, invited_by: ApiClient) -> ApiClient:
        """Sign somebody in by WeChat, invited by `invited_by`; the branch confirms the account of a head."""
        invitation = invited_by.post(f"/v1/residents/{person_id}/invitations")
        return self.api.sign_in_by_wechat(f"fake-{person_id}", invitation["invite_code"], self.approve)

    def approve(self, proposal: str) -> None:
        """Approve a proposal as the branch."""
        self.branch.post(f"/v1/communities/{self.community_id}/proposals/{proposal}/approval")
