"""Publish and settle a month, by the working group or automatically by the community's calendar (R14, R17).

A month is closed in one transaction. A long list is then written, and later settled, in batches by ticks: no caller and
no reviewer waits for it, and a crash costs at most one batch.
"""

from contracts.errors import NoBranch, Refusal
from directory.permissions import PUBLISH_PERIODS
from services.review.domain.community_rules import CommunityRules
from services.review.domain.monthly_calendar import MonthlyCalendar
from services.review.domain.publications import Preparation, Publication
from services.review.domain.reviewers import CLOCK
from services.review.domain.reviews import Stage
from services.review.store import ReviewScope, ReviewTransaction

_WRITTEN_AT_ONCE = 5_000
"""Entries of the longest list that is public when the call to publish it returns."""
_WRITE_BATCH = 20_000
"""Entries of a longer list that are written in one transaction; each one scans all that remain."""
_SETTLE_BATCH = 2_000
"""Entries that become final in one transaction."""


def preparation(scope: ReviewScope, period: str) -> Preparation | None:
    """Return what the publication of a month needs; None to others than the working group, and once it is closed."""
    rules = scope.rules()
    if not scope.may(PUBLISH_PERIODS) or period in rules.closed:
        return None
    open_reviews = scope.reviews.count_open_of_month(period)
    calendar = MonthlyCalendar.of(scope.policy)
    return Preparation(
        refusal=_why_not_publish(scope, rules, period),
        first_reviews=open_reviews[Stage.FIRST],
        final_approvals=open_reviews[Stage.FINAL],
        unnamed_entries=scope.entries.count_unnamed(period),
        cut_off_on=calendar.cut_off_on(period),
        publishes_on=calendar.publishes_on(period),
    )


def _why_not_publish(scope: ReviewScope, rules: CommunityRules, period: str) -> str | None:
    if not _has_branch(scope):
        return NoBranch().detail
    entries = scope.entries.approved_totals(period).entries
    alone = scope.entries.approved_alone(period, scope.person)
    try:
        Publication.require_closable(period, rules, entries, scope.now, approved_alone=alone)
    except Refusal as refusal:
        return refusal.detail
    return None


def publish_period(scope: ReviewScope, period: str) -> Publication:
    """Close a month on behalf of the caller and publish its list.

    A list of up to five thousand entries is public when this returns; a longer one is `publishing`.
    """
    scope.require(PUBLISH_PERIODS)
    if not _has_branch(scope):
        raise NoBranch()
    return _publish(scope, period, scope.person)


def continue_publishing(tx: ReviewTransaction) -> None:
    """Write the next batch of the list that was closed first."""
    if found := tx.oldest_publishing():
        community, period = found
        scope = tx.scope_of(community)
        _write_batch(scope, scope.publications.lock_closed(period))


def settle_period(scope: ReviewScope, period: str) -> Publication:
    """Make the entries of a month final on behalf of the caller; frozen ones follow with their ruling.

    A list of less than two thousand entries is settled when this returns; a longer one is `settling`.
    """
    publication = scope.publications.lock_closed(period)
    scope.require(PUBLISH_PERIODS)
    return _settle(scope, publication, scope.person)


def continue_settling(tx: ReviewTransaction) -> None:
    """Settle the next batch of the list that began to settle first."""
    if found := tx.oldest_settling():
        community, period = found
        scope = tx.scope_of(community)
        _settle_batch(scope, scope.publications.lock_closed(period))


def keep_calendar(tx: ReviewTransaction) -> None:
    """Publish and settle what is due today or overdue: at most one list of each kind in a community."""
    for community in tx.communities_with_calendar():
        scope = tx.scope_of(community)
        if period := _month_to_publish(scope):
            _publish(scope, period, CLOCK)
        for period in scope.publications.periods_to_settle(tx.now)[:1]:
            _settle(scope, scope.publications.lock_closed(period), CLOCK)


def _month_to_publish(scope: ReviewScope) -> str | None:
    """Return the oldest month that the clock has to publish.

    The clock is not a second person: a month with an entry that only one person had a part in waits for somebody.
    """
    due = MonthlyCalendar.of(scope.policy).latest_due(scope.today)
    period = scope.publications.oldest_to_close(due) if due and _has_branch(scope) else None
    return None if period is None or scope.entries.of_one_hand(period) else period


def _has_branch(scope: ReviewScope) -> bool:
    """Return whether anybody may rule on objections; without them a window for objections is none (R16)."""
    return bool(scope.directory.branch(scope.today))


def _publish(scope: ReviewScope, period: str, by: str) -> Publication:
    rules = scope.rules_for_publication()
    totals = scope.entries.approved_totals(period)
    publication = Publication.close(
        scope.community,
        period,
        by,
        rules,
        entries=totals.entries,
        points=totals.points,
        at=scope.now,
        seal=scope.ledger_seals.latest(),
        approved_alone=scope.entries.approved_alone(period, by),
    )
    scope.publications.add(publication)
    if publication.entries <= _WRITTEN_AT_ONCE:
        _write_batch(scope, publication)
    return publication


def _write_batch(scope: ReviewScope, publication: Publication) -> None:
    lines = scope.publications.write_lines(publication, _WRITE_BATCH)
    scope.tx.emit(*publication.add_lines(lines, scope.policy, scope.now))


def _settle(scope: ReviewScope, publication: Publication, by: str) -> Publication:
    publication.begin_settlement(by, scope.now)
    _settle_batch(scope, publication)
    return publication


def _settle_batch(scope: ReviewScope, publication: Publication) -> None:
    entries = scope.entries.lock_to_settle(publication, _SETTLE_BATCH)
    corrections = scope.corrections.of_entries(entry.id for entry in entries)
    for entry in entries:
        scope.tx.emit(*entry.finalize(corrections.get(entry.id, ()), publication.settled_by or "", scope.now))
    scope.entries.save_final(entries)
    if len(entries) < _SETTLE_BATCH:
        final = scope.entries.final_totals(publication)
        scope.tx.emit(publication.finish_settlement(final.entries, final.points, scope.now))
