"""Claims, their timelines and daily records."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, cast

from contracts.calendar import first_day, next_period, period_of
from contracts.calls import claims as calls
from contracts.instants import instant
from contracts.paging import cursor_parts, joined_cursor
from contracts.schema import schema_of
from contracts.validation import load_with
from services.claims.domain.claims import SENT_BACK, Claim, Declaration
from services.claims.domain.evidence import Evidence, Flag, Origin
from services.claims.domain.timeline import Step
from services.claims.schemas import evidence as evidence_schemas

_CLAIM_FORM = schema_of(calls.ClaimForm)()
_DEED_FORM = schema_of(calls.DeedForm)()
_FACT_NAMES = {"rulebook": "rulebook_id", "judge": "judge_id"}


def claim_form(form: Mapping[str, Any]) -> tuple[str | None, Declaration]:
    """Return the person a form declares for, if not its sender, and the deed. Raises `Invalid` with pointers."""
    loaded: calls.ClaimForm = load_with(_CLAIM_FORM, form)
    return loaded["person_id"], _declaration(loaded)


def declaration(form: Mapping[str, Any]) -> Declaration:
    """Return the deed that a form describes, with its defaults. Raises `Invalid` with pointers."""
    deed: calls.DeedForm = load_with(_DEED_FORM, form)
    return _declaration(deed)


def claim(found: Claim) -> calls.Claim:
    """Return a claim without its flags."""
    return {
        "id": found.id,
        "status": found.status.value,
        "person_id": found.person,
        "household_id": found.household,
        "courtyard_id": found.courtyard,
        "book": found.book,
        "declared_by_id": found.declared_by,
        "item": found.item,
        "title": found.title,
        "category": found.category,
        "unit": found.unit,
        "quantity": found.quantity,
        "points": found.points,
        "awarded_points": None if found.approved_points is None else found.approved_points + found.corrected_points,
        "day": found.day.isoformat(),
        "happened_at": instant(found.happened_at),
        "place": found.place,
        "cause": found.cause,
        "evidence_ids": found.evidence,
        "system_made": found.system_made,
        "public": found.public,
        "rulebook_id": found.rulebook,
        "rulebook_version": found.rulebook_version,
        "entry_id": found.entry,
        "period": found.period,
        "submitted_at": instant(found.submitted_at),
        "changed_at": instant(found.changed_at),
    }


def claim_for(found: Claim, *, reviewer: bool, reason: str | None = None) -> calls.Claim:
    """Return a claim, with its flags for a reviewer (R10). `reason` is why it was returned or refused."""
    shown: calls.Claim = {**claim(found), "reason": reason}
    return {**shown, "flags": [_flag(flag) for flag in found.flags]} if reviewer else shown


def whole_claim(
    found: Claim, uploads: Mapping[str, Evidence], origins: Mapping[str, Origin] | None, steps: Sequence[Step]
) -> calls.WholeClaim:
    """Return a claim with its evidence and timeline. `origins` are given for reviewers, who also get the flags."""
    return {
        **claim_for(found, reviewer=origins is not None, reason=_reason(found, steps)),
        "evidence": [_evidence(uploads[id], origins) for id in found.evidence if id in uploads],
        "timeline": [_step(step) for step in steps],
    }


def _reason(found: Claim, steps: Iterable[Step]) -> str | None:
    """Return the reason of the last step that returned or refused the claim, if that is its status."""
    return (
        next((step.reason for step in reversed([*steps]) if step.step == found.status), None)
        if (found.status in SENT_BACK)
        else None
    )


def notice(found: Claim) -> calls.ClaimNotice:
    """Return what to tell a person on paper."""
    return {
        "claim_id": found.id,
        "person_id": found.person,
        "household_id": found.household,
        "courtyard_id": found.courtyard,
        "declared_by_id": found.declared_by,
        "submitted_at": instant(found.submitted_at),
        "title": found.title,
        "day": found.day.isoformat(),
        "points": found.points,
        "status": found.status.value,
        "told_at": None if found.told_at is None else instant(found.told_at),
        "told_by_id": found.told_by,
    }


def summary(found: Claim, *, reviewer: bool) -> calls.ClaimSummary:
    """Return what a list of reviews shows of a claim."""
    summary: calls.ClaimSummary = {
        "title": found.title,
        "unit": found.unit,
        "quantity": found.quantity,
        "place": found.place,
        "cause": found.cause,
        "happened_at": instant(found.happened_at),
        "declared_by_id": found.declared_by,
        "evidence_ids": found.evidence,
    }
    return {**summary, "flags": [_flag(flag) for flag in found.flags]} if reviewer else summary


def record(found: Claim, courtyard_numbers: Mapping[str, int]) -> calls.DailyRecord:
    """Return a claim with the number of its courtyard."""
    return {**claim(found), "courtyard_number": courtyard_numbers.get(found.courtyard)}


def record_days(period: str | None, day: str | None, today: date) -> tuple[date, date]:
    """Return the first and the last of the days asked for: a day, a month, or else this month."""
    if day:
        return date.fromisoformat(day), date.fromisoformat(day)
    period = period or period_of(today)
    return first_day(period), first_day(next_period(period)) - timedelta(days=1)


def record_cursor(last: Claim) -> str:
    """Return the cursor after the last claim of a page of daily records."""
    return joined_cursor(last.day, last.id)


def record_position(cursor: str | None) -> tuple[date, str] | None:
    """Return the day and claim of a `record_cursor`, None for the first page. Raises `Invalid`."""
    return cast("tuple[date, str] | None", cursor_parts(cursor, date.fromisoformat, str))


def _declaration(deed: calls.DeedForm) -> Declaration:
    return Declaration(
        item=deed["item"],
        quantity=deed["quantity"],
        happened_at=datetime.fromisoformat(deed["happened_at"]),
        place=deed["place"],
        cause=deed["cause"],
        evidence=tuple(dict.fromkeys(deed["evidence_ids"])),
    )


def _flag(flag: Flag) -> calls.ClaimFlag:
    return {
        "kind": flag.kind,
        "evidence_id": flag.evidence,
        "seen_in_claim_id": flag.seen_in,
        "seen_as_evidence_id": flag.seen_as,
    }


def _evidence(upload: Evidence, origins: Mapping[str, Origin] | None) -> calls.ClaimEvidence:
    shown = evidence_schemas.evidence(upload)
    if origins is None:
        return cast(calls.ClaimEvidence, shown)
    return {**shown, "origin": evidence_schemas.origin(origins[upload.id]) if upload.id in origins else None}


def _step(step: Step) -> calls.TimelineStep:
    facts = {_FACT_NAMES.get(name, name): value for name, value in step.facts.items()}
    return cast(
        calls.TimelineStep,
        {
            "step": step.step,
            "at": instant(step.at),
            "by_id": step.by,
            "reason": step.reason,
            "points": step.points,
            **facts,
        },
    )
