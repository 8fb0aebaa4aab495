"""Publication, window, settlement, objections and corrections (R14, R16, R17)."""

from datetime import timedelta

import pytest

from contracts.errors import (
    AlreadyDecided,
    AlreadyObjected,
    Invalid,
    NotFinal,
    NothingToPublish,
    PeriodAlreadyPublished,
    PeriodAlreadySettled,
    PeriodNotEnded,
    PeriodNotPublished,
    ReasonRequired,
    Recused,
    WindowClosed,
    WindowOpen,
    WrongState,
)
from contracts.review import EntryCorrected, EntryFinalized
from services.review.domain.entries import Entry, EntryState
from services.review.domain.objections import Objection, Outcome, Ruling
from tests.services.review.factories import (
    BRANCH,
    LATER,
    NOW,
    RULES,
    a_closed_month,
    a_publication,
    a_reviewer,
    an_entry,
    community_rules,
)

UPHELD = Ruling(outcome=Outcome.UPHELD, reason="查实只有一半", points=2)
DISMISSED = Ruling(outcome=Outcome.DISMISSED, reason="属实，维持")


def a_published_entry() -> Entry:
    entry = an_entry()
    entry.state, entry.publication = EntryState.PUBLISHED, "pub_1"
    return entry


def an_objection(entry: Entry) -> Objection:
    return Objection.raise_against(entry, a_publication(), "per_neighbour", "没看见他参加", NOW)


def test_a_list_is_public_and_its_window_opens_when_the_last_line_is_written():
    publication = a_closed_month(entries=3)

    assert publication.add_lines(2, RULES.policy, NOW) == []
    assert (publication.state, publication.published_at) == ("publishing", None)
    with pytest.raises(PeriodNotPublished):
        publication.begin_settlement("per_chair", LATER)
    [published] = publication.add_lines(1, RULES.policy, LATER)

    assert (published.at, published.window_closes_at) == (LATER, LATER + timedelta(days=5))
    assert publication.state == "published"


def test_only_a_month_that_has_begun_is_published_once_and_with_entries():
    with pytest.raises(PeriodNotEnded):
        a_publication(period="2026-12")
    with pytest.raises(PeriodAlreadyPublished):
        a_publication(rules=community_rules("2026-11"))
    with pytest.raises(NothingToPublish):
        a_publication(entries=0)


def test_a_period_settles_once_and_not_before_its_window_closes():
    publication = a_publication(rules=community_rules(objection_window_days=0.5))
    with pytest.raises(WindowOpen):
        publication.begin_settlement("per_chair", NOW + timedelta(hours=11))

    publication.begin_settlement("per_chair", NOW + timedelta(hours=12))

    assert publication.finish_settlement(1, 5, NOW + timedelta(hours=12)).at == NOW + timedelta(hours=12)
    with pytest.raises(PeriodAlreadySettled):
        publication.begin_settlement("per_chair", LATER)


def test_an_objection_freezes_its_entry_until_it_is_ruled_on():
    entry = a_published_entry()
    objection = an_objection(entry)

    with pytest.raises(AlreadyObjected):
        an_objection(entry)
    with pytest.raises(WrongState):
        entry.finalize([], "per_chair", NOW)
    assert objection.rule(DISMISSED, entry, BRANCH, LATER) is None
    assert (entry.state, objection.outcome) == (EntryState.PUBLISHED, Outcome.DISMISSED)


def test_nobody_objects_after_the_window():
    with pytest.raises(WindowClosed):
        Objection.raise_against(a_published_entry(), a_publication(), "per_neighbour", "?", LATER)


def test_an_upheld_objection_adds_a_correction_that_is_published_with_the_final_entry():
    entry = a_published_entry()
    correction = an_objection(entry).rule(UPHELD, entry, BRANCH, LATER)
    assert correction
    assert (correction.points, entry.points, entry.corrected) == (-3, 5, -3)
    with pytest.raises(NotFinal):
        entry.corrected_by(correction, LATER)

    final, corrected = entry.finalize([correction], "per_chair", LATER)

    assert isinstance(final, EntryFinalized)
    assert isinstance(corrected, EntryCorrected)
    assert (final.points, corrected.points) == (5, -3)
    assert final.sequence < corrected.sequence


@pytest.mark.parametrize("person", ["per_tenant", "per_spouse", "per_neighbour"])
def test_no_interested_person_and_no_objector_rules_on_an_objection(person):
    entry = a_published_entry()
    objection = an_objection(entry)

    with pytest.raises(Recused):
        objection.rule(DISMISSED, entry, a_reviewer(person, ("branch", "com_1")), LATER)
    assert entry.state is EntryState.FROZEN


def test_a_ruling_needs_a_reason_and_an_upheld_one_needs_corrected_points():
    entry = a_published_entry()
    objection = an_objection(entry)

    with pytest.raises(ReasonRequired):
        objection.rule(Ruling(outcome=Outcome.DISMISSED, reason=""), entry, BRANCH, LATER)
    with pytest.raises(Invalid):
        objection.rule(Ruling(outcome=Outcome.UPHELD, reason="属实"), entry, BRANCH, LATER)
    with pytest.raises(Invalid):
        objection.rule(Ruling(outcome=Outcome.UPHELD, reason="属实", points=5), entry, BRANCH, LATER)
    objection.rule(UPHELD, entry, BRANCH, LATER)
    with pytest.raises(AlreadyDecided):
        objection.rule(UPHELD, entry, BRANCH, LATER)


def test_a_correction_is_the_difference_to_the_current_points():
    entry = a_published_entry()
    entry.finalize([], "per_chair", NOW)
    first = entry.correct(2, "重复", BRANCH, LATER)
    second = entry.correct(4, "更正有误", BRANCH, LATER)

    assert (first.points, second.points) == (-3, 2)
    assert entry.points + entry.corrected == second.corrected_to == 4


def test_the_id_of_an_entry_says_nothing_of_when_it_was_approved():
    made = [an_entry().id for _ in range(50)]

    assert made != sorted(made)
    assert len({id[4:14] for id in made}) == len(made)
