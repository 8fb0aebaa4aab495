"""What time brings to open cases: another judge when offices change, a reminder when they wait too long (R12, R16)."""

from collections import defaultdict
from itertools import groupby
from operator import attrgetter

from contracts.calendar import ZONE
from contracts.review import ReviewOverdue, RulingOverdue
from services.review.domain.waiting import OpenReview, days_waited, overdue_before
from services.review.store import Records, ReviewTransaction

_MORNING = 8
"""The hour of the day from which people are reminded."""
_ROUTED = 5_000
"""Cases that are routed again in one transaction."""


def route_again(tx: ReviewTransaction) -> None:
    """Put the next five thousand open first reviews on the desks of whose turn it is by today's offices and homes."""
    for community, cases in groupby(tx.round("routing").following(_ROUTED), attrgetter("community")):
        _route(tx.records(community), list(cases))


def _route(records: Records, cases: list[OpenReview]) -> None:
    members = records.directory.members_on({(case.household, case.day) for case in cases if case.household})
    records.court.summon(case.courtyard for case in cases)
    for case in cases:
        bench = records.court.bench(case.courtyard, case.grid)
        living_there = members.get((case.household, case.day), set()) if case.household else set()
        level, interested = case.routed(bench, living_there)
        if (level, interested) != (case.level, case.interested):
            records.docket.reroute(case, level, interested)


def remind(tx: ReviewTransaction) -> None:
    """Tell once a day, from the morning on, each judge with what is overdue before him."""
    if tx.now.astimezone(ZONE).hour < _MORNING:
        return
    for community in tx.communities_to_remind():
        records = tx.records(community)
        if records.reminders.due(records.today):
            _remind_of_reviews(tx, records)
            _remind_of_rulings(tx, records)


def _remind_of_reviews(tx: ReviewTransaction, records: Records) -> None:
    group = records.directory.working_group(records.today)
    overdue = records.docket.waiting_since(overdue_before(records.policy.reminder_days, tx.now))
    records.court.summon(case.courtyard for case in overdue)
    desks = defaultdict(list)
    for case in overdue:
        for judge in case.judges(records.court.bench(case.courtyard, case.grid), group):
            desks[judge].append(case)
    reminded = []
    for judge in sorted(desks):
        cases = desks[judge]
        new = [case for case in cases if case.reminded_at is None]
        reminded += new
        tx.emit(
            ReviewOverdue(
                community=records.community,
                judge=judge,
                day=records.today,
                waiting=len(cases),
                longest_days=max(days_waited(case.since, tx.now) for case in cases),
                claims=tuple(case.source for case in new),
                at=tx.now,
            )
        )
    records.docket.reminded({case.id for case in reminded}, tx.now)


def _remind_of_rulings(tx: ReviewTransaction, records: Records) -> None:
    overdue = records.objections.overdue(records.policy, tx.now)
    branch = records.directory.branch(records.today)
    for judge in sorted(branch):
        before_him = [objection for objection in overdue if judge not in objection.interested]
        if before_him:
            tx.emit(
                RulingOverdue(
                    community=records.community,
                    judge=judge,
                    day=records.today,
                    waiting=len(before_him),
                    longest_days=max(days_waited(objection.raised_at, tx.now) for objection in before_him),
                    entries=tuple(o.entry for o in before_him if o.reminded_at is None),
                    at=tx.now,
                )
            )
    for objection in overdue if branch else ():
        objection.reminded_at = objection.reminded_at or tx.now
