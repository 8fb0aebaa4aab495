"""The month kept by the clock: cut-off, publication and settlement, each once, however late and by whatever hand."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from contracts import registry
from contracts.errors import NotFound, PeriodAlreadyPublished, PeriodAlreadySettled, PeriodNotPublished
from contracts.policy import Policy
from contracts.review import EntryApproved, EntryFinalized, PeriodPublished, PeriodSettled
from services.review import months
from services.review.domain.months import MonthlyCalendar
from tests.services.review.cases import NOW
from tests.services.review.conftest import COMMUNITY, Review, actor

DATES = MonthlyCalendar.of(Policy(calendar=True, cut_off_day=3, publication_day=5))


@pytest.mark.parametrize(
    ("day", "cut_off", "due"),
    [
        (date(2026, 12, 3), False, "2026-10"),
        (date(2026, 12, 4), True, "2026-10"),
        (date(2026, 12, 5), True, "2026-11"),
        (date(2026, 12, 31), True, "2026-11"),
        (date(2027, 1, 4), True, "2026-11"),
        (date(2027, 1, 5), True, "2026-12"),
    ],
)
def test_a_month_is_cut_off_after_its_day_and_due_from_its_day_on(day: date, cut_off: bool, due: str):
    assert (DATES.is_cut_off("2026-11", day), DATES.latest_due(day)) == (cut_off, due)


@pytest.mark.parametrize(("day", "due"), [(date(2027, 3, 27), "2027-01"), (date(2027, 3, 28), "2027-02")])
def test_the_latest_day_a_community_may_choose_is_in_every_month(day: date, due: str):
    assert MonthlyCalendar.of(Policy(calendar=True, cut_off_day=3, publication_day=28)).latest_due(day) == due


def test_without_a_calendar_a_month_waits_for_the_groups_hand():
    dates = MonthlyCalendar.of(Policy())

    assert not dates.is_cut_off("2026-11", date(2027, 6, 1))
    assert dates.latest_due(date(2027, 6, 1)) is None


@pytest.fixture
def clock(review: Review) -> Review:
    """The same community, which lets the clock keep its calendar; it is the 2nd of December."""
    review.handle(registry.PolicySet(community=COMMUNITY, settings={"calendar": True}, sequence=2))
    return on(review, 2)


def on(review: Review, day: int, hour: int = 12) -> Review:
    """At that hour of that day of December, in Shanghai."""
    review.at(datetime(2026, 12, day, hour - 8, tzinfo=UTC))
    return review


def tick(review: Review) -> None:
    review.tick("keep_calendar")
    review.tick("go_on_settling")


def test_what_is_approved_after_the_cut_off_goes_on_the_next_list(clock: Review):
    clock.approved()
    on(clock, 4).approved()

    assert [entry.period for entry in clock.told(EntryApproved)] == ["2026-11", "2026-12"]


def test_the_clock_publishes_on_its_day_and_settles_after_the_window_and_signs_with_its_name(clock: Review):
    entry = clock.approved()
    tick(on(clock, 4))
    assert clock.told(PeriodPublished) == []

    tick(on(clock, 5))
    tick(on(clock, 9))
    [published] = clock.told(PeriodPublished)
    assert (published.period, published.entries, published.by) == ("2026-11", 1, "clock")
    assert clock.told(EntryFinalized) == []

    tick(on(clock, 10, hour=13))
    tick(on(clock, 11))

    assert [(event.entry, event.by) for event in clock.told(EntryFinalized)] == [(entry, "clock")]
    assert len(clock.told(PeriodSettled)) == 1
    assert clock.figures()["state"] == "settled"


def test_a_frozen_entry_waits_for_its_ruling_though_the_clock_settles(clock: Review):
    frozen, clear = clock.approved(), clock.approved(points=3)
    tick(on(clock, 5))
    objection = clock.object_to(frozen)

    tick(on(clock, 12))
    assert [event.entry for event in clock.told(EntryFinalized)] == [clear]
    clock.rule(objection, "dismissed")

    assert [(event.entry, event.by) for event in clock.told(EntryFinalized)][1:] == [(frozen, "per_he")]


def test_a_community_without_points_that_month_publishes_nothing(clock: Review):
    tick(on(clock, 5))
    tick(on(clock, 20))

    assert clock.emitted[-1:] == []
    assert clock.call("list_publications", community_id=COMMUNITY)["data"] == []


def test_a_clock_that_stood_still_for_days_catches_up(clock: Review):
    clock.approved(day=date(2026, 10, 30))
    clock.approved(day=date(2026, 11, 3))
    on(clock, 28)

    for _ in range(3):
        tick(clock)
    assert [event.period for event in clock.told(PeriodPublished)] == ["2026-11"]
    tick(clock.later(days=20))
    tick(clock.later(days=20))

    assert [event.period for event in clock.told(PeriodSettled)] == ["2026-11"]
    assert len(clock.told(EntryFinalized)) == 2


def test_many_clocks_do_everything_once(clock: Review):
    for _ in range(4):
        clock.approved()
    on(clock, 5)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: tick(clock), range(6)))
    clock.later(days=6)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: tick(clock), range(6)))

    assert len(clock.told(PeriodPublished)) == len(clock.told(PeriodSettled)) == 1
    assert len(clock.told(EntryFinalized)) == 4


def test_a_community_that_keeps_its_own_calendar_is_left_alone(review: Review):
    review.approved()
    tick(on(review, 28))

    assert review.told(PeriodPublished) == []
    assert review.publish()["state"] == "published"


def test_a_large_month_becomes_final_in_slices_and_is_settled_with_the_last(
    review: Review, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(months, "_SLICE", 2)
    entries = {review.approved() for _ in range(5)}
    review.publish()
    review.later(days=6)

    assert review.settle()["state"] == "settling"
    assert (review.figures()["state"], review.figures()["final_entries"]) == ("settling", 2)
    with pytest.raises(PeriodAlreadySettled):
        review.settle()
    review.tick("go_on_settling")
    assert review.told(PeriodSettled) == []
    review.tick("go_on_settling")
    review.tick("go_on_settling")

    assert {event.entry for event in review.told(EntryFinalized)} == entries
    assert len(review.told(EntryFinalized)) == 5
    [settled] = review.told(PeriodSettled)
    assert (settled.entries, settled.points) == (5, 25)


def test_a_large_month_is_closed_at_once_and_public_when_its_list_is_complete(
    review: Review, monkeypatch: pytest.MonkeyPatch
):
    _listed_in_slices_of(2, monkeypatch)
    entries = [review.approved() for _ in range(5)]

    closed = review.publish()
    assert (closed["state"], closed["entries"], closed["published_at"]) == ("publishing", 5, None)
    late = review.approved()
    review.tick("go_on_publishing")
    review.tick("go_on_publishing")

    assert review.told(PeriodPublished) == []
    assert review.figures()["state"] == "publishing"
    assert review.call("list_publications", community_id=COMMUNITY)["data"] == []
    for refusal, attempt in {
        NotFound: lambda: review.call("get_publication", publication_id=closed["id"]),
        PeriodAlreadyPublished: review.publish,
        PeriodNotPublished: review.settle,
    }.items():
        with pytest.raises(refusal):
            attempt()
    with pytest.raises(NotFound):
        review.object_to(entries[0])

    review.later(minutes=1).tick("go_on_publishing")
    review.tick("go_on_publishing")

    [published] = review.told(PeriodPublished)
    assert (published.entries, published.at) == (5, NOW + timedelta(minutes=1))
    assert published.window_closes_at == published.at + timedelta(days=5)
    lines = review.call("get_publication", publication_id=closed["id"])["data"]
    assert [line["position"] for line in lines] == [1, 2, 3, 4, 5]
    assert {line["id"] for line in lines} == set(entries)
    assert {event.entry: event.period for event in review.told(EntryApproved)}[late] == "2026-12"


def test_a_list_drawn_up_in_slices_stands_in_the_same_order_as_one_at_a_stroke(
    review: Review, monkeypatch: pytest.MonkeyPatch
):
    review.handle(registry.CourtyardRegistered(community=COMMUNITY, courtyard="cty_0", grid="grd_1", row=1, number=9))
    _listed_in_slices_of(1, monkeypatch)
    facts = [("wu", "cty_0", 4), ("wu", "cty_1", 3), ("li", "cty_1", 4), ("li", "cty_1", 2)]
    for person, courtyard, day in facts:
        claim = review.declare(person, courtyard=courtyard, day=date(2026, 11, day), system_made=True)
        review.decide("chen", claim, "approve")

    publication = review.publish()["id"]
    for _ in facts:
        review.tick("go_on_publishing")

    lines = review.call("get_publication", publication_id=publication)["data"]
    assert [(line["person_id"], line["courtyard_number"], line["day"][-1]) for line in lines] == [
        ("per_li", 1, "2"),
        ("per_li", 1, "4"),
        ("per_wu", 1, "3"),
        ("per_wu", 9, "4"),
    ]


def test_many_replicas_draw_up_a_list_once(review: Review, monkeypatch: pytest.MonkeyPatch):
    _listed_in_slices_of(2, monkeypatch)
    entries = [review.approved() for _ in range(7)]
    publication = review.publish()["id"]

    with ThreadPoolExecutor(4) as pool:
        while not review.told(PeriodPublished):
            list(pool.map(lambda _: review.tick("go_on_publishing"), range(4)))

    lines = review.call("get_publication", publication_id=publication)["data"]
    assert [(line["position"], line["state"]) for line in lines] == [(n, "published") for n in range(1, 8)]
    assert {line["id"] for line in lines} == set(entries)
    assert len(review.told(PeriodPublished)) == 1


def test_the_store_refuses_to_publish_a_list_again(review: Review):
    review.approved()
    review.publish()

    with pytest.raises(IntegrityError, match="the list is public"), review.transaction() as tx:
        tx.session.execute(text("UPDATE publications SET window_closes_at = now()"))


def test_the_clock_leaves_a_month_alone_whose_list_is_being_drawn_up(clock: Review, monkeypatch: pytest.MonkeyPatch):
    _listed_in_slices_of(1, monkeypatch)
    for _ in range(2):
        clock.approved()
    tick(on(clock, 5))
    tick(clock)
    for _ in range(2):
        clock.tick("go_on_publishing")

    assert len(clock.told(PeriodPublished)) == 1


def test_a_ruling_while_a_large_month_settles_is_told_with_a_later_slice(
    review: Review, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(months, "_SLICE", 2)
    frozen, *_ = [review.approved() for _ in range(4)]
    review.publish()
    objection = review.object_to(frozen)
    review.later(days=6).settle()

    review.rule(objection, "upheld", points=1)
    assert len(review.told(EntryFinalized)) == 2
    for _ in range(3):
        review.tick("go_on_settling")

    assert len({event.entry for event in review.told(EntryFinalized)}) == 4
    [settled] = review.told(PeriodSettled)
    assert (settled.entries, settled.points) == (4, 16)


def test_a_member_of_the_group_may_publish_before_the_clock_does(clock: Review):
    clock.approved()
    clock.call("publish_period", actor=actor("chen"), period="2026-11")
    tick(on(clock, 5))

    assert [event.by for event in clock.told(PeriodPublished)] == ["per_chen"]


def _listed_in_slices_of(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in ("_AT_ONCE", "_LISTED"):
        monkeypatch.setattr(months, limit, size)
