"""Review on a real PostgreSQL, in a small community.

Courtyard 1 is headed by Wang, who lives there with his wife; Li and Sun are tenants of another household. Zhou is the
grid's officer, Chen the chair, Qian a member of the group (and of Li's household), He of the branch.
"""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from contracts import ids, registry
from contracts.claims import ClaimResubmitted, ClaimSubmitted, ClaimWithdrawn
from contracts.inspection import AwardProposed
from messaging.testing import ServiceHarness
from services.review.service import ReviewService
from tests.services.review.cases import NOW

COMMUNITY = "com_1"
SINCE = date(2026, 1, 1)
HOMES = {"wang": "hou_wang", "wife": "hou_wang", "li": "hou_li", "sun": "hou_li", "qian": "hou_li", "wu": "hou_wu"}
OFFICES = [
    ("wang", "head", "cty_1"),
    ("zhou", "grid_officer", "grd_1"),
    ("chen", "working_group_chair", COMMUNITY),
    ("qian", "working_group", COMMUNITY),
    ("he", "branch", COMMUNITY),
]


def actor(name: str, community: str = COMMUNITY) -> dict[str, str | None]:
    """A person as the gateway announces him."""
    return {"person": f"per_{name}", "community": community, "merchant": None}


class Review(ServiceHarness):
    """The service with what its tests do all day."""

    def declare(self, person: str = "li", kind: type = ClaimSubmitted, **chosen: Any) -> str:
        """A claim arrives; its id."""
        facts = {
            "community": COMMUNITY,
            "claim": ids.new("clm"),
            "person": f"per_{person}",
            "household": HOMES.get(person),
            "courtyard": "cty_1",
            "book": "household",
            "declared_by": f"per_{person}",
            "day": date(2026, 11, 3),
            "item": "cleanup",
            "category": "living_environment",
            "points": 5,
            "rulebook": "rbk_1",
            "at": NOW,
        } | chosen
        self.handle(kind(**facts))
        return facts["claim"]

    def resubmit(self, claim: str, sequence: int, **chosen: Any) -> None:
        self.declare(kind=ClaimResubmitted, claim=claim, sequence=sequence, **chosen)

    def withdraw(self, claim: str, sequence: int) -> None:
        self.handle(ClaimWithdrawn(community=COMMUNITY, claim=claim, by="per_li", at=NOW, sequence=sequence))

    def award(self, **chosen: Any) -> None:
        facts = {"award": "awd_1", "inspection": "ins_1", "period": "2026-11", "courtyard": "cty_1", "rank": 1}
        who = {"person": "per_wang", "household": "hou_wang", "day": date(2026, 11, 20), "points": 10, "at": NOW}
        self.handle(AwardProposed(community=COMMUNITY, **facts, **(who | chosen)))

    def desk(self, who: str, stage: str = "first", **query: Any) -> list[str]:
        """The claims and awards that wait for that person."""
        return [row["source_id"] for row in self.call("list_reviews", actor=actor(who), stage=stage, **query)["data"]]

    def review_of(self, source: str) -> str:
        with self.transaction() as tx:
            return tx.records(COMMUNITY).docket.of([source])[source].id

    def decide(self, who: str, source: str, decision: str, **more: Any) -> dict[str, Any]:
        said = {"decision": decision, **more}
        return self.call("decide", actor=actor(who), review_id=self.review_of(source), decision=said)

    def approved(self, **chosen: Any) -> str:
        """The entry of a claim that was endorsed and approved."""
        claim = self.declare(**chosen)
        self.decide("wang", claim, "endorse")
        self.decide("chen", claim, "approve")
        return self.emitted[-1].entry

    def publish(self, period: str = "2026-11") -> dict[str, Any]:
        return self.call("publish_period", actor=actor("chen"), period=period)

    def settle(self, period: str = "2026-11") -> dict[str, Any]:
        return self.call("settle_period", actor=actor("chen"), period=period)

    def object_to(self, entry: str, who: str = "wu") -> str:
        reason = {"entry_id": entry, "reason": "没有看见他参加"}
        return self.call("object_to_entry", actor=actor(who), **reason)["id"]

    def rule(self, objection: str, outcome: str, who: str = "he", **more: Any) -> dict[str, Any]:
        ruling = {"outcome": outcome, "reason": "查看了照片", **more}
        return self.call("rule_on_objection", actor=actor(who), objection_id=objection, ruling=ruling)

    def figures(self, period: str = "2026-11") -> dict[str, Any]:
        return self.call("get_period", actor=actor("li"), period=period)

    def told(self, *kinds: type) -> list[Any]:
        """The events of these kinds said so far."""
        return [event for event in self.emitted if isinstance(event, kinds)]


@pytest.fixture
def review(empty_store: Callable[[str], str]) -> Iterator[Review]:
    review = Review(ReviewService, empty_store("review")).at(NOW)
    of = {"community": COMMUNITY}
    review.handle(
        registry.CommunityFounded(**of),
        registry.CourtyardRegistered(**of, courtyard="cty_1", grid="grd_1", row=1, number=1),
        *(
            registry.HouseholdRegistered(**of, household=household, courtyard="cty_1", since=SINCE)
            for household in sorted(set(HOMES.values()))
        ),
        *(
            registry.ResidentRegistered(**of, person=f"per_{name}", household=home, tenure="tenant", since=SINCE)
            for name, home in HOMES.items()
        ),
        *(
            registry.Appointed(
                **of, appointment=f"apt_{name}", person=f"per_{name}", role=role, scope=scope, since=SINCE
            )
            for name, role, scope in OFFICES
        ),
    )
    yield review
    review.engine.dispose()
