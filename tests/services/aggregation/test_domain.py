"""The rules of the behaviour bank, without a store: what a batch of events does to the books."""

import random
from collections import Counter
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import errors
from contracts.aggregation import (
    HoldCaptured,
    HoldPlaced,
    HoldRefused,
    HoldReleased,
    PointsCredited,
    PointsRefunded,
    PointsReversed,
)
from contracts.event import Event
from services.aggregation.domain import Book, HoldState, Journal, Kind, Span
from tests.services.aggregation.events import (
    AT,
    COMMUNITY,
    HEAD,
    HOUSEHOLD,
    approved,
    authorized,
    cancelled,
    captured,
    corrected,
    finalized,
    placed,
    redeemed,
    refunded,
    undone,
    voided,
)


def posted(*events: Event) -> Journal:
    journal = Journal(at=AT)
    journal.post(events)
    return journal


def book(journal: Journal, account: str = HOUSEHOLD) -> Book:
    return journal.books[COMMUNITY, account]


def emitted(journal: Journal, kind: type[Event]) -> list[Event]:
    return [event for event in journal.emitted if type(event) is kind]


def sums(journal: Journal) -> Counter[str]:
    balances: Counter[str] = Counter()
    for transfer in journal.transfers:
        for entry in transfer.entries:
            balances[entry.account] += entry.amount
    return balances


# Credits and corrections


def test_final_points_are_credited_to_the_household_and_count_for_good():
    journal = posted(finalized("ent_1", 5))

    assert (book(journal).available, book(journal).cumulative) == (5, 5)
    assert sums(journal) == {HOUSEHOLD: 5, "issued": -5}
    assert [event.points for event in emitted(journal, PointsCredited)] == [5]


def test_a_heads_own_act_goes_to_their_own_book():
    journal = posted(finalized("ent_1", 5, book="head", person=HEAD, household=None))

    assert (book(journal, HEAD).kind, book(journal, HEAD).available) == ("head", 5)


def test_an_entry_without_a_household_is_refused_from_household_books():
    with pytest.raises(errors.Invalid):
        posted(finalized("ent_1", 5, household=None))


def test_an_entry_received_twice_is_posted_once():
    journal = posted(finalized("ent_1", 5), finalized("ent_1", 5))

    assert len(journal.transfers) == 1
    assert book(journal).posted == 5


def test_a_correction_is_a_transfer_beside_the_original_and_lowers_standing_too():
    journal = posted(finalized("ent_1", 5), corrected("ent_2", "ent_1", -3))

    original, reversal = journal.transfers
    assert (reversal.kind, reversal.reverses, reversal.points) == (Kind.REVERSAL, original.source, -3)
    assert (book(journal).available, book(journal).cumulative) == (2, 2)
    assert len(emitted(journal, PointsReversed)) == 1


def test_a_correction_may_give_more():
    assert book(posted(finalized("ent_1", 5), corrected("ent_2", "ent_1", 5))).available == 10


def test_spending_lowers_what_is_available_but_not_standing():
    journal = posted(finalized("ent_1", 50), placed("hld_1", 30), redeemed("hld_1", 30))

    assert (book(journal).available, book(journal).cumulative) == (20, 50)
    assert sums(journal) == {HOUSEHOLD: 20, "issued": -50, "redeemed": 30}


def test_correcting_spent_points_leaves_arrears_that_later_points_repay():
    journal = posted(finalized("ent_1", 10), placed("hld_1", 8), redeemed("hld_1", 8), corrected("ent_2", "ent_1", -10))
    assert (book(journal).available, book(journal).arrears) == (0, 8)

    journal.post([finalized("ent_3", 5)])
    assert (book(journal).available, book(journal).arrears) == (0, 3)

    journal.post([finalized("ent_4", 5)])
    assert (book(journal).available, book(journal).arrears, book(journal).cumulative) == (2, 0, 10)
    assert sums(journal) == {HOUSEHOLD: 2, "issued": -10, "redeemed": 8, "arrears": 0}


def test_held_points_are_not_taken_by_a_correction_until_they_are_released():
    journal = posted(finalized("ent_1", 10), placed("hld_1", 8), corrected("ent_2", "ent_1", -10))
    assert (book(journal).posted, book(journal).held, book(journal).arrears) == (8, 8, 8)

    journal.post([cancelled("hld_1", 8)])
    assert (book(journal).posted, book(journal).held, book(journal).arrears) == (0, 0, 0)
    assert journal.transfers[-1].kind is Kind.REPAYMENT


def test_a_correction_that_overtakes_its_original_comes_to_the_same():
    late, ordered = (
        posted(corrected("ent_2", "ent_1", -3), finalized("ent_1", 5)),
        posted(finalized("ent_1", 5), corrected("ent_2", "ent_1", -3)),
    )

    assert book(late) == book(ordered)


@given(st.lists(st.integers(-20, 20).filter(bool), min_size=1, max_size=12), st.randoms(use_true_random=False))
def test_entries_and_corrections_commute(changes: list[int], chance: random.Random):
    events = [
        finalized(f"ent_{n}", points) if points > 0 else corrected(f"ent_c{n}", f"ent_{n}", points)
        for n, points in enumerate(changes)
    ]
    shuffled = [*events, *chance.sample(events, len(events) // 2)]
    chance.shuffle(shuffled)

    journal = posted(*shuffled)

    assert book(journal) == book(posted(*events))
    assert book(journal).posted - book(journal).arrears == sum(changes) == book(journal).cumulative
    assert sum(sums(journal).values()) == 0


ATTRIBUTED = {
    "ent_1": {},
    "ent_2": {"household": "hou_zhao", "person": "per_zhao", "courtyard": "cty_40"},
    "ent_3": {"book": "head", "person": HEAD, "household": None},
    "ent_4": {"day": date(2026, 10, 3), "category": "charity"},
}


@given(st.data(), st.randoms(use_true_random=False))
def test_books_boards_and_pending_do_not_depend_on_order_or_repetition_of_events(
    data: st.DataObject, chance: random.Random
):
    story: list[Event] = []
    for entry, about in ATTRIBUTED.items():
        points, stage = data.draw(st.integers(1, 20)), data.draw(st.integers(0, 4))
        told = [
            approved(entry, points, **about),
            finalized(entry, points, **about),
            *(corrected(f"{entry}_c{n}", entry, data.draw(st.integers(-20, 20).filter(bool)), **about) for n in (1, 2)),
        ]
        story += told[:stage]
    events = [*story, *chance.choices(story, k=len(story))] if story else []
    chance.shuffle(events)

    assert standing(batches(events, chance)) == standing([posted(*story)])


def batches(events: list[Event], chance: random.Random) -> list[Journal]:
    """Posted in batches of any size, each of which finds what the ones before wrote."""
    journals = [Journal(at=AT)]
    while events:
        last, size = journals[-1], chance.randint(1, 5)
        journals.append(Journal(at=AT, books=last.books, posted=last.posted, pending=last.pending))
        journals[-1].post(events[:size])
        events = events[size:]
    return journals


def standing(journals: list[Journal]) -> tuple[Any, ...]:
    """What everybody reads: books, boards, pending points; and every movement, though posted in another order."""
    moved = [transfer for journal in journals for transfer in journal.transfers]
    tallies: Counter[tuple[Any, ...]] = Counter()
    for transfer in moved:
        for subject in transfer.counts_for():
            tallies[*subject, transfer.cause.period, transfer.cause.category] += transfer.points
    posted_once = sorted((transfer.kind, transfer.source, transfer.book, transfer.points) for transfer in moved)
    pending = {key: event.points for key, event in journals[-1].pending.items()}
    return journals[-1].books, tallies, pending, posted_once


@pytest.mark.parametrize(
    ("before", "contradiction"),
    [
        ([finalized("ent_1", 5)], finalized("ent_1", 6)),
        ([corrected("ent_2", "ent_1", -3)], corrected("ent_2", "ent_1", -4)),
        (
            [finalized("ent_1", 9), authorized("hld_1", 9), captured("hld_1", 9), refunded("rfd_1", "hld_1", 2)],
            refunded("rfd_1", "hld_1", 3),
        ),
    ],
)
def test_an_entry_is_not_posted_again_with_other_points(before: list[Event], contradiction: Event):
    with pytest.raises(errors.WrongState, match="分"):
        posted(*before, contradiction)


# Pending


def test_approved_points_are_pending_until_they_are_final():
    journal = posted(approved("ent_1", 5))
    assert list(journal.pending) == [(COMMUNITY, "ent_1")]

    journal.post([finalized("ent_1", 5)])
    assert journal.pending == {}


def test_an_approval_that_arrives_after_the_final_points_leaves_nothing_pending():
    assert posted(finalized("ent_1", 5), approved("ent_1", 5)).pending == {}


# Holds


def test_a_hold_sets_points_aside():
    journal = posted(finalized("ent_1", 50), placed("hld_1", 30))

    assert (book(journal).posted, book(journal).held, book(journal).available) == (50, 30, 20)
    assert len(emitted(journal, HoldPlaced)) == 1


def test_a_hold_beyond_what_is_available_is_refused_with_the_available_points():
    journal = posted(finalized("ent_1", 50), placed("hld_1", 30), placed("hld_2", 21))

    [refusal] = emitted(journal, HoldRefused)
    assert (refusal.hold, refusal.points, refusal.available) == ("hld_2", 21, 20)
    assert book(journal).held == 30


def test_a_household_without_any_points_is_refused_and_gets_no_book():
    journal = posted(placed("hld_1", 1))

    assert [refusal.available for refusal in emitted(journal, HoldRefused)] == [0]
    assert journal.books == {}


def test_a_request_repeated_is_answered_once_and_one_that_differs_is_refused():
    journal = posted(finalized("ent_1", 50), placed("hld_1", 30), placed("hld_1", 30))
    assert (book(journal).held, len(emitted(journal, HoldPlaced))) == (30, 1)

    with pytest.raises(errors.HoldAlreadyResolved):
        journal.post([placed("hld_1", 31)])


def test_a_part_of_a_hold_is_captured_and_the_rest_released():
    journal = posted(finalized("ent_1", 50), authorized("hld_1", 30), captured("hld_1", 10))

    assert (book(journal).posted, book(journal).held) == (40, 0)
    [event] = emitted(journal, HoldCaptured)
    assert (event.points, event.sequence) == (10, 2)


def test_capturing_in_part_repays_arrears_from_the_rest():
    journal = posted(
        finalized("ent_1", 10), authorized("hld_1", 10), corrected("ent_2", "ent_1", -4), captured("hld_1", 3)
    )

    assert (book(journal).posted, book(journal).held, book(journal).arrears) == (3, 0, 0)
    assert sums(journal) == {HOUSEHOLD: 3, "issued": -6, "redeemed": 3, "arrears": 0}


def test_more_than_the_hold_is_never_captured():
    journal = posted(finalized("ent_1", 50), authorized("hld_1", 30))

    with pytest.raises(errors.AmountExceedsHold):
        journal.post([captured("hld_1", 31)])


def test_a_hold_ends_once():
    journal = posted(finalized("ent_1", 50), authorized("hld_1", 30), voided("hld_1", 30))
    assert book(journal).available == 50

    with pytest.raises(errors.HoldAlreadyResolved):
        journal.post([captured("hld_1", 30)])
    journal.post([voided("hld_1", 30)])
    assert len(emitted(journal, HoldReleased)) == 1


def test_a_captured_hold_is_not_released():
    journal = posted(finalized("ent_1", 50), authorized("hld_1", 30), captured("hld_1", 30), captured("hld_1", 30))
    assert len(emitted(journal, HoldCaptured)) == 1

    with pytest.raises(errors.HoldAlreadyResolved):
        journal.post([voided("hld_1", 30)])


def test_a_hold_released_before_it_was_requested_is_never_placed():
    journal = posted(finalized("ent_1", 50), cancelled("hld_1", 30), placed("hld_1", 30))

    assert book(journal).available == 50
    assert journal.holds[COMMUNITY, "hld_1"].state is HoldState.RELEASED
    assert [type(event) for event in journal.emitted] == [PointsCredited, HoldReleased]


def test_a_refused_hold_may_be_released_but_not_captured():
    journal = posted(placed("hld_1", 30), cancelled("hld_1", 30))
    assert [type(event) for event in journal.emitted] == [HoldRefused]

    with pytest.raises(errors.HoldAlreadyResolved):
        journal.post([redeemed("hld_1", 30)])


def test_a_capture_that_overtakes_its_hold_waits():
    with pytest.raises(errors.HoldUnknown):
        posted(finalized("ent_1", 50), captured("hld_1", 30))


def test_a_hold_is_not_ended_for_another_account():
    with pytest.raises(errors.HoldAlreadyResolved):
        posted(finalized("ent_1", 50), authorized("hld_1", 30), captured("hld_1", 30, account=HEAD))


# Refunds


def test_refunds_never_exceed_what_was_captured():
    journal = posted(finalized("ent_1", 50), authorized("hld_1", 30), captured("hld_1", 20))
    journal.post([refunded("rfd_1", "hld_1", 15), refunded("rfd_1", "hld_1", 15)])

    assert (book(journal).available, book(journal).cumulative) == (45, 50)
    assert len(emitted(journal, PointsRefunded)) == 1
    with pytest.raises(errors.AmountExceedsHold):
        journal.post([refunded("rfd_2", "hld_1", 6)])


def test_an_undone_redemption_returns_its_points_once_and_changes_no_standing():
    journal = posted(finalized("ent_1", 50), placed("hld_1", 30), redeemed("hld_1", 30))
    journal.post([undone("rfd_1", "hld_1", 30), undone("rfd_1", "hld_1", 30)])

    assert (book(journal).available, book(journal).cumulative) == (50, 50)
    assert len(emitted(journal, PointsRefunded)) == 1
    with pytest.raises(errors.AmountExceedsHold):
        journal.post([undone("rfd_2", "hld_1", 30)])


def test_a_refund_that_overtakes_its_capture_waits():
    journal = posted(finalized("ent_1", 50), authorized("hld_1", 30))

    with pytest.raises(errors.WrongState):
        journal.post([refunded("rfd_1", "hld_1", 5)])


@given(st.data())
def test_no_balance_is_ever_negative(data: st.DataObject):
    journal = posted(finalized("ent_0", 20))
    for step in range(data.draw(st.integers(1, 25))):
        hold = f"hld_{data.draw(st.integers(0, 4))}"
        event = data.draw(
            st.sampled_from(
                [
                    finalized(f"ent_{step}", data.draw(st.integers(0, 20))),
                    corrected(f"ent_c{step}", "ent_0", data.draw(st.integers(-20, -1))),
                    authorized(hold, 7),
                    captured(hold, data.draw(st.integers(1, 8))),
                    voided(hold, 7),
                    refunded(f"rfd_{step}", hold, data.draw(st.integers(1, 8))),
                ]
            )
        )
        with suppress(errors.Refusal):
            journal.post([event])
        state = book(journal)
        open_holds = [hold for hold in journal.holds.values() if hold.state is HoldState.OPEN]
        assert state.available >= 0
        assert state.arrears == 0 or state.available == 0
        assert state.held == sum(hold.points for hold in open_holds)
        assert state.posted == sums(journal)[HOUSEHOLD]
        assert state.arrears == -sums(journal)["arrears"]
        assert state.cumulative == sum(t.points for t in journal.transfers if t.kind in (Kind.CREDIT, Kind.REVERSAL))
        assert all(sum(entry.amount for entry in transfer.entries) == 0 for transfer in journal.transfers)


# Spans


@pytest.mark.parametrize(
    ("written", "first", "last"),
    [
        ("2026-11", "2026-11", "2026-11"),
        ("2026-Q4", "2026-10", "2026-12"),
        ("2026", "2026-01", "2026-12"),
        ("all", "2000-01", "2099-12"),
    ],
)
def test_a_span_is_a_month_a_quarter_a_year_or_all(written: str, first: str, last: str):
    assert Span.of(written) == Span(first, last)


@pytest.mark.parametrize("written", ["", "2026-13", "2026-Q5", "26", "2026-11\n", "ALL", "9999", "2026-1"])
def test_anything_else_is_refused(written: str):
    with pytest.raises(errors.Invalid):
        Span.of(written)


def test_averages_count_households_at_the_end_of_the_span_or_today():
    assert Span.of("2026-Q3").last_day(date(2026, 11, 20)) == date(2026, 9, 30)
    assert Span.of("all").last_day(date(2026, 11, 20)) == date(2026, 11, 20)
