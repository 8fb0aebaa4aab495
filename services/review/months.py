"""The month's two dates, by the working group's hand or by the clock: publication and settlement (R14, R17).

A month is closed at a stroke. Its list is drawn up, and later becomes final, some thousand entries at a time with the
ticks that follow: no caller and no judge waits for a large month, and no crash costs more than one slice.
"""

from services.review.domain.judges import CLOCK, Judge
from services.review.domain.months import MonthlyCalendar
from services.review.domain.publications import Publication
from services.review.store import Records, ReviewTransaction

_AT_ONCE = 5_000
"""Entries of the longest list that is public when the call to publish it returns."""
_LISTED = 20_000
"""Entries that are put on a longer list in one transaction; each passes over all that is still to be listed."""
_SLICE = 2_000
"""Entries that become final in one transaction."""


def publish(tx: ReviewTransaction, records: Records, by: Judge, period: str) -> Publication:
    """Close `period`, once, and make its list public. What is approved later goes on the next list.

    A list of up to five thousand entries is public when this returns; a longer one is `publishing`.
    """
    rules = records.rules_to_publish()
    tally = records.lists.approved_for(period)
    counted = {"entries": tally.entries, "points": tally.points, "seal": records.lists.seal()}
    publication = Publication.of(records.community, period, by, rules, at=tx.now, **counted)
    records.lists.close(publication)
    if publication.entries <= _AT_ONCE:
        _list_some(tx, records, publication)
    return publication


def go_on_publishing(tx: ReviewTransaction) -> None:
    """Some thousand lines more of the list that was closed first."""
    if begun := tx.publishing():
        community, period = begun
        records = tx.records(community)
        _list_some(tx, records, records.lists.of_period(period))


def settle(tx: ReviewTransaction, records: Records, by: Judge, period: str) -> Publication:
    """Begin, once, to make final every entry of `period` that nobody objects to; frozen ones follow with their ruling.

    A list of less than two thousand entries is settled when this returns.
    """
    publication = records.lists.of_period(period)
    publication.settle(by, tx.now)
    _settle_some(tx, records, publication)
    return publication


def go_on_settling(tx: ReviewTransaction) -> None:
    """One slice more of the list that has been settling for longest."""
    if begun := tx.settling():
        community, period = begun
        records = tx.records(community)
        _settle_some(tx, records, records.lists.of_period(period))


def keep_calendar(tx: ReviewTransaction) -> None:
    """Do what the clock owes, today or since days: one list published and one begun to settle in each community."""
    for community in tx.communities_by_the_clock():
        records = tx.records(community)
        due = MonthlyCalendar.of(records.policy).latest_due(records.today)
        if due and (period := records.lists.to_publish(due)):
            publish(tx, records, CLOCK, period)
        for period in records.lists.window_closed(tx.now)[:1]:
            settle(tx, records, CLOCK, period)


def _list_some(tx: ReviewTransaction, records: Records, publication: Publication) -> None:
    lines = records.lists.list_more(publication, _LISTED)
    tx.emit(*publication.list_more(lines, records.policy, tx.now))


def _settle_some(tx: ReviewTransaction, records: Records, publication: Publication) -> None:
    entries = records.lists.to_settle(publication, _SLICE)
    corrections = records.lists.corrections_of(entry.id for entry in entries)
    for entry in entries:
        tx.emit(*entry.finalize(corrections.get(entry.id, ()), publication.settled_by or "", tx.now))
    records.lists.finalized(entries)
    if len(entries) < _SLICE:
        final = records.lists.final_on(publication)
        tx.emit(publication.settled(final.entries, final.points, tx.now))
