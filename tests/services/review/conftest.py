"""Review on a real PostgreSQL, in a small community.

Wang is head of courtyard 1 and lives there with his wife; Li and Sun are tenants of another household. Zhou is the
grid officer, Chen the chair, Qian a member of the working group and of Li's household, He a member of the branch.
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
from tests.services.review.factories import NOW

COMMUNITY = "com_1"
SINCE = date(2026, 1, 1)
HOMES = {"wang": "hou_wang", "wife": "hou_wang", "li": "hou_li", "sun": "hou_li", "qian": "hou_li", "wu": "hou_wu"}
ROLES = [
    ("wang", "head", "cty_1"),
    ("zhou", "grid_officer", "grd_1"),
    ("chen", "working_group_chair", COMMUNITY),
    ("qian", "working_group", COMMUNITY),
    ("he", "branch", COMMUNITY),
]


def actor(name: str, community: str = COMMUNITY) -> dict[str, str | None]:
    """Return a person as the gateway passes the caller of a request."""
    return {"person": f"per_{name}", "community": community, "merchant": None}


class ReviewHarness(ServiceHarness):
    """The service, with the steps that its tests repeat."""

    def declare(self, person: str = "li", event_class: type = ClaimSubmitted, **given: Any) -> str:
        """Deliver a claim and return its id."""
        fields = {
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
        } | given
        self.handle(event_class(**fields))
        return fields["claim"]

    def resubmit(self, claim: str, sequence: int, **given: Any) -> None:
        self.declare(event_class=ClaimResubmitted, claim=claim, sequence=sequence, **given)

    def withdraw(self, claim: str, sequence: int) -> None:
        self.handle(ClaimWithdrawn(community=COMMUNITY, claim=claim, by="per_li", at=NOW, sequence=sequence))

    def propose_award(self, **given: Any) -> None:
        award = {"award": "awd_1", "inspection": "ins_1", "period": "2026-11", "courtyard": "cty_1", "rank": 1}
        person = {"person": "per_wang", "household": "hou_wang", "day": date(2026, 11, 20), "points": 10, "at": NOW}
        person |= {"decided_by": ("per_zhou",)}
        self.handle(AwardProposed(community=COMMUNITY, **award, **(person | given)))

    def queue(self, person: str, stage: str = "first") -> list[str]:
        """Return the claims and awards whose reviews wait for that person."""
        return [row["source_id"] for row in self.call("list_reviews", actor=actor(person), stage=stage)["data"]]

    def review_of(self, source: str) -> str:
        """Return the id of the review of a claim or award."""
        with self.transaction() as tx:
            return tx.scope_of(COMMUNITY).reviews.lock_by_source([source])[source].id

    def decide(self, person: str, source: str, decision: str, **more: Any) -> dict[str, Any]:
        form = {"decision": decision, **more}
        return self.call("decide", actor=actor(person), review_id=self.review_of(source), decision=form)

    def approved(self, **given: Any) -> str:
        """Return the entry of a claim that was endorsed and approved."""
        claim = self.declare(**given)
        self.decide("wang", claim, "endorse")
        self.decide("chen", claim, "approve")
        return self.emitted[-1].entry

    def publish(self, period: str = "2026-11") -> dict[str, Any]:
        """Publish as somebody who approved nothing alone."""
        return self.call("publish_period", actor=actor("qian"), period=period)

    def settle(self, period: str = "2026-11") -> dict[str, Any]:
        return self.call("settle_period", actor=actor("chen"), period=period)

    def object_to(self, entry: str, person: str = "wu") -> str:
        form = {"entry_id": entry, "reason": "没有看见他参加"}
        return self.call("object_to_entry", actor=actor(person), **form)["id"]

    def rule(self, objection: str, outcome: str, person: str = "he", **more: Any) -> dict[str, Any]:
        form = {"outcome": outcome, "reason": "查看了照片", **more}
        return self.call("rule_on_objection", actor=actor(person), objection_id=objection, ruling=form)

    def figures(self, period: str = "2026-11") -> dict[str, Any]:
        return self.call("get_period", actor=actor("li"), period=period)

    def events(self, *event_classes: type) -> list[Any]:
        """Return the events of these classes emitted so far."""
        return [event for event in self.emitted if isinstance(event, event_classes)]


@pytest.fixture
def review(empty_store: Callable[[str], str]) -> Iterator[ReviewHarness]:
    review = ReviewHarness(ReviewService, empty_store("review")).at(NOW)
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
            for name, role, scope in ROLES
        ),
    )
    yield review
    review.engine.dispose()
