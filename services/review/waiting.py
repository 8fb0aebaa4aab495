"""What time brings to open cases: another judge when offices change, a reminder when they wait too long (R12, R16)."""

from collections import defaultdict

from contracts.calendar import ZONE
from contracts.review import ReviewOverdue, RulingOverdue
from services.review.domain.waiting import days_waited
from services.review.store import Records, ReviewTransaction

_MORNING = 8
"""The hour of the day from which people are reminded."""


def route_again(tx: ReviewTransaction) -> None:
    """Put each open first review on the desk of whose turn it is now, as offices and homes are known today."""
    for community in tx.communities_waiting():
        records = tx.records(community)
        cases = records.docket.open_first()
        members = records.directory.members_on({(case.household, case.day) for case in cases if case.household})
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
    for community in tx.communities_waiting():
        _remind_of_reviews(tx, tx.records(community))
    for community in tx.communities_disputing():
        _remind_of_rulings(tx, tx.records(community))


def _remind_of_reviews(tx: ReviewTransaction, records: Records) -> None:
    group = records.directory.working_group(records.today)
    desks = defaultdict(list)
    for case in records.docket.open_first():
        if case.is_overdue(records.policy, tx.now):
            for judge in case.judges(records.court.bench(case.courtyard, case.grid), group):
                desks[judge].append(case)
    reminded = []
    for judge in sorted(desks):
        if records.reminders.due(judge, "review", records.today):
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
        if before_him and records.reminders.due(judge, "ruling", records.today):
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
