"""Automatic months: cut-off, publication and settlement by the calendar, each once and however late."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from contracts import registry
from contracts.errors import NotFound, PeriodAlreadyPublished, PeriodAlreadySettled, PeriodNotPublished
from contracts.policy import Policy
from contracts.review import EntryApproved, EntryFinalized, PeriodPublished, PeriodSettled
from services.review.domain.monthly_calendar import MonthlyCalendar
from services.review.domain.public_calendar import days_of_lists
from services.review.domain.publications import Publication
from services.review.use_cases import periods
from tests.services.review.conftest import COMMUNITY, ReviewHarness
from tests.services.review.factories import NOW, a_publication

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
def test_a_month_is_cut_off_after_one_day_and_due_from_another_on(day: date, cut_off: bool, due: str):
    assert (DATES.is_cut_off("2026-11", day), DATES.latest_due(day)) == (cut_off, due)


@pytest.mark.parametrize(("day", "due"), [(date(2027, 3, 27), "2027-01"), (date(2027, 3, 28), "2027-02")])
def test_the_latest_publication_day_exists_in_every_month(day: date, due: str):
    assert MonthlyCalendar.of(Policy(calendar=True, cut_off_day=3, publication_day=28)).latest_due(day) == due


def test_without_a_calendar_a_month_is_never_cut_off_or_due():
    dates = MonthlyCalendar.of(Policy())

    assert not dates.is_cut_off("2026-11", date(2027, 6, 1))
    assert dates.latest_due(date(2027, 6, 1)) is None


SHOWN = {"first": date(2026, 11, 1), "last": date(2027, 1, 31), "today": date(2026, 12, 4)}


def shown(lists: list[Publication], policy: Policy) -> list[tuple[str, str, str, str, bool]]:
    return [
        (each["kind"], each["period"], each["starts_on"], each["ends_on"], each["planned"])
        for each in days_of_lists(lists, policy, **SHOWN)
    ]


def a_list(period: str, published: datetime, days: int = 5) -> Publication:
    found = a_publication(period=period)
    found.published_at, found.window_closes_at = published, published + timedelta(days=days)
    return found


def test_r38_the_calendar_has_published_lists_and_what_is_planned():
    policy = Policy(calendar=True, cut_off_day=3, publication_day=5, objection_window_days=5)
    october = a_list("2026-10", datetime(2026, 11, 5, 16, tzinfo=UTC))

    assert shown([october], policy) == [
        ("publication", "2026-10", "2026-11-06", "2026-11-06", False),
        ("objections", "2026-10", "2026-11-06", "2026-11-11", False),
        ("publication", "2026-11", "2026-12-05", "2026-12-05", True),
        ("objections", "2026-11", "2026-12-05", "2026-12-10", True),
        ("cut_off", "2026-12", "2027-01-03", "2027-01-03", True),
        ("publication", "2026-12", "2027-01-05", "2027-01-05", True),
        ("objections", "2026-12", "2027-01-05", "2027-01-10", True),
    ]


def test_r38_a_month_that_is_published_early_is_not_planned_again():
    policy = Policy(calendar=True, cut_off_day=3, publication_day=5)

    days = shown([a_list("2026-11", datetime(2026, 12, 2, tzinfo=UTC))], policy)

    assert [each for each in days if each[1] == "2026-11" and each[4]] == []


def test_r38_nothing_is_planned_where_the_working_group_publishes_itself():
    assert shown([], Policy()) == []


@pytest.fixture
def automatic(review: ReviewHarness) -> ReviewHarness:
    """The same community with an automatic calendar, on the 2nd of December."""
    review.handle(registry.PolicySet(community=COMMUNITY, settings={"calendar": True}, sequence=2))
    return on(review, 2)


def on(review: ReviewHarness, day: int, hour: int = 12) -> ReviewHarness:
    """Set the time to that hour of that day of December, in Asia/Shanghai."""
    review.at(datetime(2026, 12, day, hour - 8, tzinfo=UTC))
    return review


def tick(review: ReviewHarness) -> None:
    review.tick("keep_calendar")
    review.tick("go_on_settling")


def test_approvals_after_the_cut_off_go_on_the_next_list(automatic: ReviewHarness):
    automatic.approved()
    on(automatic, 4).approved()

    assert [entry.period for entry in automatic.events(EntryApproved)] == ["2026-11", "2026-12"]


def test_a_list_is_published_on_its_day_and_settled_after_its_window_by_the_clock(automatic: ReviewHarness):
    entry = automatic.approved()
    tick(on(automatic, 4))
    assert automatic.events(PeriodPublished) == []

    tick(on(automatic, 5))
    tick(on(automatic, 9))
    [published] = automatic.events(PeriodPublished)
    assert (published.period, published.entries, published.by) == ("2026-11", 1, "clock")
    assert automatic.events(EntryFinalized) == []

    tick(on(automatic, 10, hour=13))
    tick(on(automatic, 11))

    assert [(event.entry, event.by) for event in automatic.events(EntryFinalized)] == [(entry, "clock")]
    assert len(automatic.events(PeriodSettled)) == 1
    assert automatic.figures()["state"] == "settled"


def test_a_frozen_entry_is_not_settled_automatically_before_its_ruling(automatic: ReviewHarness):
    frozen, clear = automatic.approved(), automatic.approved(points=3)
    tick(on(automatic, 5))
    objection = automatic.object_to(frozen)

    tick(on(automatic, 12))
    assert [event.entry for event in automatic.events(EntryFinalized)] == [clear]
    automatic.rule(objection, "dismissed")

    assert [(event.entry, event.by) for event in automatic.events(EntryFinalized)][1:] == [(frozen, "per_he")]


def test_a_month_without_entries_is_not_published(automatic: ReviewHarness):
    tick(on(automatic, 5))
    tick(on(automatic, 20))

    assert automatic.emitted[-1:] == []
    assert automatic.call("list_publications", community_id=COMMUNITY)["data"] == []


def test_what_was_due_while_the_service_was_down_is_done_later(automatic: ReviewHarness):
    automatic.approved(day=date(2026, 10, 30))
    automatic.approved(day=date(2026, 11, 3))
    on(automatic, 28)

    for _ in range(3):
        tick(automatic)
    assert [event.period for event in automatic.events(PeriodPublished)] == ["2026-11"]
    tick(automatic.later(days=20))
    tick(automatic.later(days=20))

    assert [event.period for event in automatic.events(PeriodSettled)] == ["2026-11"]
    assert len(automatic.events(EntryFinalized)) == 2


def test_concurrent_replicas_publish_and_settle_once(automatic: ReviewHarness):
    for _ in range(4):
        automatic.approved()
    on(automatic, 5)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: tick(automatic), range(6)))
    automatic.later(days=6)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda _: tick(automatic), range(6)))

    assert len(automatic.events(PeriodPublished)) == len(automatic.events(PeriodSettled)) == 1
    assert len(automatic.events(EntryFinalized)) == 4


def test_nothing_is_automatic_without_a_calendar(review: ReviewHarness):
    review.approved()
    tick(on(review, 28))

    assert review.events(PeriodPublished) == []
    assert review.publish()["state"] == "published"


def test_a_long_list_settles_in_batches(review: ReviewHarness, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(periods, "_SETTLE_BATCH", 2)
    entries = {review.approved() for _ in range(5)}
    review.publish()
    review.later(days=6)

    assert review.settle()["state"] == "settling"
    assert (review.figures()["state"], review.figures()["final_entries"]) == ("settling", 2)
    with pytest.raises(PeriodAlreadySettled):
        review.settle()
    review.tick("go_on_settling")
    assert review.events(PeriodSettled) == []
    review.tick("go_on_settling")
    review.tick("go_on_settling")

    assert {event.entry for event in review.events(EntryFinalized)} == entries
    assert len(review.events(EntryFinalized)) == 5
    [settled] = review.events(PeriodSettled)
    assert (settled.entries, settled.points) == (5, 25)


def test_a_long_list_is_closed_at_once_and_public_when_it_is_complete(
    review: ReviewHarness, monkeypatch: pytest.MonkeyPatch
):
    _write_in_batches_of(2, monkeypatch)
    entries = [review.approved() for _ in range(5)]

    closed = review.publish()
    assert (closed["state"], closed["entries"], closed["published_at"]) == ("publishing", 5, None)
    late = review.approved()
    review.tick("go_on_publishing")
    review.tick("go_on_publishing")

    assert review.events(PeriodPublished) == []
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

    [published] = review.events(PeriodPublished)
    assert (published.entries, published.at) == (5, NOW + timedelta(minutes=1))
    assert published.window_closes_at == published.at + timedelta(days=5)
    lines = review.call("get_publication", publication_id=closed["id"])["data"]
    assert [line["position"] for line in lines] == [1, 2, 3, 4, 5]
    assert {line["id"] for line in lines} == set(entries)
    assert {event.entry: event.period for event in review.events(EntryApproved)}[late] == "2026-12"


def test_a_list_written_in_batches_is_in_an_order_that_reveals_no_courtyard(
    review: ReviewHarness, monkeypatch: pytest.MonkeyPatch
):
    review.handle(registry.CourtyardRegistered(community=COMMUNITY, courtyard="cty_0", grid="grd_1", row=1, number=9))
    _write_in_batches_of(1, monkeypatch)
    facts = [("wu", "cty_0", 4), ("wu", "cty_1", 3), ("li", "cty_1", 4), ("li", "cty_1", 2)]
    for person, courtyard, day in facts:
        act = {"day": date(2026, 11, day), "system_made": True, "recorded_by": "per_zhou"}
        claim = review.declare(person, courtyard=courtyard, **act)
        review.decide("chen", claim, "approve")

    publication = review.publish()["id"]
    for _ in facts:
        review.tick("go_on_publishing")

    listed = [line["id"] for line in review.call("get_publication", publication_id=publication)["data"]]
    assert listed == sorted(listed, key=lambda id: hashlib.md5(id.encode()).hexdigest())
    assert len(listed) == 4


def test_concurrent_replicas_write_a_list_once(review: ReviewHarness, monkeypatch: pytest.MonkeyPatch):
    _write_in_batches_of(2, monkeypatch)
    entries = [review.approved() for _ in range(7)]
    publication = review.publish()["id"]

    with ThreadPoolExecutor(4) as pool:
        while not review.events(PeriodPublished):
            list(pool.map(lambda _: review.tick("go_on_publishing"), range(4)))

    lines = review.call("get_publication", publication_id=publication)["data"]
    assert [(line["position"], line["state"]) for line in lines] == [(n, "published") for n in range(1, 8)]
    assert {line["id"] for line in lines} == set(entries)
    assert len(review.events(PeriodPublished)) == 1


def test_the_store_refuses_to_publish_a_list_again(review: ReviewHarness):
    review.approved()
    review.publish()

    with pytest.raises(IntegrityError, match="the list is public"), review.transaction() as tx:
        tx.session.execute(text("UPDATE publications SET window_closes_at = now()"))


def test_a_month_whose_list_is_being_written_is_not_published_again(
    automatic: ReviewHarness, monkeypatch: pytest.MonkeyPatch
):
    _write_in_batches_of(1, monkeypatch)
    for _ in range(2):
        automatic.approved()
    tick(on(automatic, 5))
    tick(automatic)
    for _ in range(2):
        automatic.tick("go_on_publishing")

    assert len(automatic.events(PeriodPublished)) == 1


def test_an_entry_ruled_on_during_settlement_is_final_with_a_later_batch(
    review: ReviewHarness, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(periods, "_SETTLE_BATCH", 2)
    frozen, *_ = [review.approved() for _ in range(4)]
    review.publish()
    objection = review.object_to(frozen)
    review.later(days=6).settle()

    review.rule(objection, "upheld", points=1)
    assert len(review.events(EntryFinalized)) == 2
    for _ in range(3):
        review.tick("go_on_settling")

    assert len({event.entry for event in review.events(EntryFinalized)}) == 4
    [settled] = review.events(PeriodSettled)
    assert (settled.entries, settled.points) == (4, 16)


def test_a_member_of_the_group_may_publish_before_the_day_of_publication(automatic: ReviewHarness):
    automatic.approved()
    automatic.publish()
    tick(on(automatic, 5))

    assert [event.by for event in automatic.events(PeriodPublished)] == ["per_qian"]


def _write_in_batches_of(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in ("_WRITTEN_AT_ONCE", "_WRITE_BATCH"):
        monkeypatch.setattr(periods, limit, size)
