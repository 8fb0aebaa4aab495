"""Acts from records of other services, such as attendance, and their undoing (R33)."""

from datetime import datetime, timedelta

from contracts import ids
from contracts.calendar import day_of
from contracts.errors import AlreadyExists, Refusal
from services.claims.domain.acts import Act, Record
from services.claims.domain.claims import Declaration
from services.claims.store import ClaimsScope
from services.claims.use_cases.claims import submit_system_claim

_ONE_MOMENT_LATER = timedelta(microseconds=1)


def count_record(scope: ClaimsScope, record: Record) -> None:
    """Store the act that a record proves, once: as a claim, or with the reason why it does not count.

    An act that an office's list has of the same moment gets the record as its proof. Nothing is stored of an erased
    person. Raises `LookupError` for somebody who is not known yet, so that the event is retried.
    """
    if scope.acts.of_record(record.id) or scope.directory.erased([record.person]):
        return
    if not scope.directory.knows(record.person):
        raise LookupError(f"{record.person} is not known yet")
    scope.acts.lock_recorded(record.item, record.happened_at, [record.person])
    listed = scope.acts.find(record.item, record.happened_at, record.person)
    if listed and listed.record is None:
        listed.record = record.id
        return
    act = _act(scope, record, _free_moment(scope, record))
    if listed:
        act.refuse(AlreadyExists("此人的本次记录已经存在"))
    else:
        _count(scope, act, record)
    scope.acts.add(act)


def undo_record(scope: ClaimsScope, record: str, by: str, at: datetime) -> None:
    """Undo the act that a record proves: withdraw its claim, or let review take back or correct what is approved.

    Raises `LookupError` for a record that is not known yet, so that the event is retried.
    """
    act = scope.acts.of_record(record)
    if act is None:
        raise LookupError(f"{record} is not known yet")
    if not act.undo(by, at) or act.claim is None:
        return
    claim = scope.claims.get(act.claim, for_update=True)
    events = claim.take_back(record, by, at)
    scope.tx.emit(*events)
    for withdrawn in events[:-1]:
        scope.claims.add_step(claim.id, withdrawn)


def _count(scope: ClaimsScope, act: Act, record: Record) -> None:
    try:
        record.require_earning(scope.policy)
        item = scope.rulebooks.in_force(day_of(record.happened_at)).item(record.item)
        declaration = Declaration(
            item=record.item,
            quantity=record.quantity(item),
            happened_at=record.happened_at,
            place=record.place,
            cause=record.cause,
        )
        recorded_by = tuple(dict.fromkeys(each for each in (record.by, *record.recorded_by) if each != record.person))
        act.count_as(submit_system_claim(scope, declaration, record.person, recorded_by).id)
    except Refusal as refusal:
        act.refuse(refusal)


def _act(scope: ClaimsScope, record: Record, happened_at: datetime) -> Act:
    return Act(
        community=scope.community,
        id=ids.new("act"),
        person=record.person,
        item=record.item,
        happened_at=happened_at,
        place=record.place,
        cause=record.cause,
        recorded_by=record.by,
        recorded_at=scope.now,
        record=record.id,
    )


def _free_moment(scope: ClaimsScope, record: Record) -> datetime:
    """Return the moment of the record, or one that no other act of the person and item has."""
    moment = record.happened_at
    while scope.acts.find(record.item, moment, record.person):
        moment += _ONE_MOMENT_LATER
    return moment
