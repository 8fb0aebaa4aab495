"""What a record earned is taken back with it: before it is final at once, afterwards by two people (R33)."""

from typing import Any

import pytest

from contracts.claims import ActUndone
from contracts.errors import Recused
from contracts.registry import PolicySet
from contracts.review import CorrectionProposed, EntryCorrected, EntryFinalized
from tests.services.review.conftest import COMMUNITY, ReviewHarness, actor
from tests.services.review.factories import LATER, NOW


def undone(claim: str, sequence: int = 2) -> ActUndone:
    return ActUndone(community=COMMUNITY, sequence=sequence, claim=claim, record="atd_1", by="per_zhou", at=NOW)


def approved_act(review: ReviewHarness) -> tuple[str, str]:
    """Return a claim of a record, and its entry."""
    claim = review.declare(system_made=True, recorded_by="per_he", also_recorded_by=("per_zhou",))
    review.decide("chen", claim, "approve")
    return claim, str(review.emitted[-1].entry)


def settle(review: ReviewHarness) -> None:
    review.handle(PolicySet(community=COMMUNITY, sequence=2, settings={"objection_window_days": 0}))
    review.publish()
    review.settle()


def net(review: ReviewHarness) -> int:
    return sum(event.points for event in review.events(EntryFinalized, EntryCorrected))


def test_nobody_with_a_part_in_the_record_approves_it(review: ReviewHarness) -> None:
    claim = review.declare(system_made=True, recorded_by="per_he", also_recorded_by=("per_chen",))
    with pytest.raises(Recused):
        review.decide("chen", claim, "approve")


def test_an_undecided_review_is_withdrawn(review: ReviewHarness) -> None:
    claim = review.declare(system_made=True, recorded_by="per_he")
    review.handle(undone(claim))
    assert review.queue("chen", "final") == []
    review.withdraw(claim, 2)


@pytest.mark.parametrize("when", ["approved", "published", "frozen"])
def test_an_entry_that_is_not_final_settles_at_nothing(review: ReviewHarness, when: str) -> None:
    claim, entry = approved_act(review)
    objection: Any = None
    if when != "approved":
        review.publish()
    if when == "frozen":
        objection = review.object_to(entry)
    review.handle(undone(claim))
    review.handle(undone(claim))
    if when == "approved":
        review.publish()
    if objection:
        review.rule(objection, "dismissed")
    review.at(LATER)
    review.settle()
    assert [event.points for event in review.events(EntryFinalized, EntryCorrected)] == [5, -5]


def test_a_final_entry_is_corrected_when_a_second_person_confirms(review: ReviewHarness) -> None:
    claim, _ = approved_act(review)
    settle(review)
    review.handle(undone(claim))
    [proposed] = review.events(CorrectionProposed)
    assert (proposed.corrected_to, proposed.by, net(review)) == (0, "per_zhou", 5)
    review.call("confirm_correction", actor=actor("he"), correction_id=proposed.correction)
    assert net(review) == 0
    review.handle(undone(claim))
    assert len(review.events(CorrectionProposed)) == 1


def test_while_another_correction_waits_the_undoing_is_retried(review: ReviewHarness) -> None:
    claim, entry = approved_act(review)
    settle(review)
    review.call("propose_correction", actor=actor("he"), entry_id=entry, points=1, reason="复核")
    with pytest.raises(LookupError):
        review.handle(undone(claim))


def test_an_undoing_that_overtakes_its_claim_is_retried(review: ReviewHarness) -> None:
    with pytest.raises(LookupError):
        review.handle(undone("clm_unknown"))
