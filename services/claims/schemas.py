"""What goes in and out of claims over RPC: JSON primitives to domain and back."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

import marshmallow as ma
from marshmallow import fields, post_load, validate

from contracts.calendar import first_day, next_period, period_of
from contracts.errors import Invalid, Refusal
from services.claims.domain.acts import Act
from services.claims.domain.caps import Cap
from services.claims.domain.claim import Claim, Declaration
from services.claims.domain.drafts import Costing
from services.claims.domain.evidence import Evidence, Origin
from services.claims.domain.rulebook import Item, Rulebook
from services.claims.domain.suspensions import Suspension
from services.claims.domain.timeline import Step


class _Form(ma.Schema):
    class Meta:
        unknown = ma.RAISE


class DeclarationSchema(_Form):
    item = fields.String(required=True)
    quantity = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))
    happened_at = fields.AwareDateTime(required=True)
    place = fields.String(required=True, validate=validate.Length(1, 200))
    cause = fields.String(required=True, validate=validate.Length(1, 1000))
    evidence_ids = fields.List(fields.String(), load_default=list, validate=validate.Length(max=9))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Declaration:
        return Declaration(evidence=tuple(dict.fromkeys(data.pop("evidence_ids"))), **data)


class CapSchema(_Form):
    """`{"points" | "times": limit, "per": …, "of": …}`."""

    points = fields.Integer(validate=validate.Range(1, 1_000_000))
    times = fields.Integer(validate=validate.Range(1, 1_000_000))
    per = fields.String(required=True, validate=validate.OneOf(["day", "week", "month", "year"]))
    of = fields.String(load_default="person", validate=validate.OneOf(["person", "household"]))

    @ma.validates_schema(skip_on_field_errors=True)
    def one_kind(self, data: dict[str, Any], **_: Any) -> None:
        if ("points" in data) is ("times" in data):
            raise ma.ValidationError("上限须为 points 或 times 之一")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Cap:
        counts = "points" if "points" in data else "times"
        return Cap(counts=counts, limit=data[counts], per=data["per"], of=data["of"])


class ItemSchema(_Form):
    code = fields.String(required=True)
    category = fields.String(required=True)
    title = fields.String(required=True, validate=validate.Length(1, 60))
    score = fields.Integer(required=True, validate=validate.Range(-1000, 1000))
    unit = fields.String(load_default="次", validate=validate.Length(1, 10))
    max_quantity = fields.Integer(load_default=1, validate=validate.Range(0, 1000))
    claimable_by = fields.String(load_default="both", validate=validate.OneOf(["resident", "head", "both"]))
    evidence_required = fields.Boolean(load_default=True)
    deduction = fields.Boolean(load_default=False)
    system = fields.Boolean(load_default=False)
    caps = fields.List(fields.Nested(CapSchema), load_default=list, validate=validate.Length(max=8))
    active = fields.Boolean(load_default=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Item:
        return Item(**data | {"caps": tuple(data["caps"])})


class OriginSchema(_Form):
    captured_at = fields.String(load_default=None, allow_none=True)
    latitude = fields.Float(load_default=None, allow_none=True, validate=validate.Range(-90, 90))
    longitude = fields.Float(load_default=None, allow_none=True, validate=validate.Range(-180, 180))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Origin:
        return Origin(**data)


_DECLARATION = DeclarationSchema()


def declaration(form: Mapping[str, Any]) -> Declaration:
    """The declaration in `form`; raises `Invalid` with pointers."""
    return _load(_DECLARATION, form)  # type: ignore[no-any-return]


def items(rows: list[dict[str, Any]]) -> list[Item]:
    """The lines in `rows`; raises `Invalid` with pointers under /items."""
    return _load(ItemSchema(many=True), rows, "/items")  # type: ignore[no-any-return]


def version(cursor: str | None) -> int | None:
    """The version a cursor of the list of rulebooks stands for; raises `Invalid`."""
    if cursor is None:
        return None
    if not re.fullmatch(r"\d{1,9}", cursor, re.ASCII):
        raise _no_cursor()
    return int(cursor)


def span(period: str | None, day: str | None, today: date) -> tuple[date, date]:
    """The first and the last of the days that are asked for: a day, a month, or else this month."""
    if day:
        return date.fromisoformat(day), date.fromisoformat(day)
    period = period or period_of(today)
    return first_day(period), first_day(next_period(period)) - timedelta(days=1)


def record_cursor(last: Claim) -> str:
    """Where a page of daily records ends."""
    return f"{last.day.isoformat()}/{last.id}"


def record_place(cursor: str | None) -> tuple[date, str] | None:
    """The day and claim a cursor of daily records stands for; raises `Invalid`."""
    if cursor is None:
        return None
    day, _, claim = cursor.partition("/")
    try:
        return date.fromisoformat(day), claim
    except ValueError as error:
        raise _no_cursor() from error


def origin(form: Mapping[str, Any] | None) -> Origin | None:
    return _load(OriginSchema(), form) if form else None


def rulebook(found: Rulebook) -> dict[str, Any]:
    """A rulebook with all its lines."""
    return rulebook_head(found) | {"items": [_item(item) for item in found.items]}


def rulebook_head(found: Rulebook) -> dict[str, Any]:
    """A rulebook without its lines, for lists."""
    return {
        "id": found.id,
        "version": found.version,
        "title": found.title,
        "status": found.status,
        "effective_from": found.effective_from.isoformat() if found.effective_from else None,
        "created_by_id": found.created_by,
        "created_at": _instant(found.created_at),
        "adopted_by_id": found.adopted_by,
        "adopted_at": _instant(found.adopted_at) if found.adopted_at else None,
    }


def costing(found: Costing, period: str) -> dict[str, Any]:
    """A month under a draft: by item, what waits, and of what nobody can know."""
    items = sorted(found.items.values(), key=lambda cost: cost.item)
    return {
        "rulebook_id": found.draft.id,
        "period": period,
        "items": [asdict(cost) for cost in items],
        "waiting": asdict(found.waiting),
        "unseen": [asdict(unseen) | {"detail": _UNSEEN[unseen.reason]} for unseen in found.unseen()],
    }


_UNSEEN = {
    "new_item": "当月细则没有此项目，无人申报，无法知道会有多少",
    "admits_more": "草案放宽了此项目的条件或上限；当月因此未申报或未受理的行为没有留存，无法知道有多少",
}


def evidence(found: Evidence) -> dict[str, Any]:
    """What may be told of an upload; where its bytes lie follows from community and content."""
    return {
        "id": found.id,
        "media_type": found.media_type,
        "size": found.size,
        "width": found.width,
        "height": found.height,
        "sha256": found.sha256,
        "uploaded_by_id": found.uploaded_by,
        "uploaded_at": _instant(found.uploaded_at),
    }


def claim(found: Claim) -> dict[str, Any]:
    """A claim as its people and judges see it in lists."""
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
        "awarded_points": _awarded(found),
        "day": found.day.isoformat(),
        "happened_at": _instant(found.happened_at),
        "place": found.place,
        "cause": found.cause,
        "evidence_ids": found.evidence,
        "system_made": found.system_made,
        "rulebook_id": found.rulebook,
        "rulebook_version": found.rulebook_version,
        "entry_id": found.entry,
        "period": found.period,
        "submitted_at": _instant(found.submitted_at),
        "changed_at": _instant(found.changed_at),
    }


def judged_claim(found: Claim) -> dict[str, Any]:
    """The same for those who must judge it: with what was noticed about its proof (R10)."""
    flags = [
        {
            "kind": flag.kind,
            "evidence_id": flag.evidence,
            "seen_in_claim_id": flag.seen_in,
            "seen_as_evidence_id": flag.seen_as,
        }
        for flag in found.flags
    ]
    return claim(found) | {"flags": flags}


def recorded(person: str, outcome: Act | Refusal) -> dict[str, Any]:
    """One person's answer of many: the claim it became, or by `code` why it does not count."""
    told = {"person_id": person, "act_id": None, "claim_id": None, "code": None, "detail": None}
    if isinstance(outcome, Refusal):
        return told | {"code": outcome.code, "detail": outcome.detail}
    return told | {"act_id": outcome.id} | _counted(outcome)


def act(found: Act) -> dict[str, Any]:
    """An act as it is on record."""
    return {
        "id": found.id,
        "person_id": found.person,
        "item": found.item,
        "happened_at": _instant(found.happened_at),
        "place": found.place,
        "cause": found.cause,
        "recorded_by_id": found.recorded_by,
        "recorded_at": _instant(found.recorded_at),
    } | _counted(found)


def suspension(found: Suspension) -> dict[str, Any]:
    """A suspension with who made and who lifted it."""
    return {
        "id": found.id,
        "person_id": found.person,
        "reason": found.reason,
        "made_by_id": found.made_by,
        "made_at": _instant(found.made_at),
        "until": found.until.isoformat(),
        "lifted_by_id": found.lifted_by,
        "lifted_at": _instant(found.lifted_at) if found.lifted_at else None,
        "lift_reason": found.lift_reason or None,
    }


def record(found: Claim, numbers: Mapping[str, int]) -> dict[str, Any]:
    """A line of a daily record; `numbers` are those of the courtyards."""
    return claim(found) | {"courtyard_number": numbers.get(found.courtyard)}


def whole_claim(
    found: Claim, pieces: Mapping[str, Evidence], origins: Mapping[str, Origin] | None, steps: Iterable[Step]
) -> dict[str, Any]:
    """A claim with its proof and its timeline; `origins` and flags for its judges only."""
    proof = []
    for piece in (each for each in found.evidence if each in pieces):
        told = evidence(pieces[piece])
        if origins is not None:
            told["origin"] = vars(origins[piece]) if piece in origins else None
        proof.append(told)
    told = judged_claim(found) if origins is not None else claim(found)
    return told | {"evidence": proof, "timeline": [_step(step) for step in steps]}


def summary(found: Claim, *, judges: bool) -> dict[str, Any]:
    """What a list of reviews shows of a claim."""
    told = judged_claim(found) if judges else claim(found)
    names = ("title", "unit", "quantity", "place", "cause", "happened_at", "declared_by_id", "evidence_ids", "flags")
    return {name: told[name] for name in names if name in told}


def _item(item: Item) -> dict[str, Any]:
    caps = [{cap.counts: cap.limit, "per": cap.per, "of": cap.of} for cap in item.caps]
    return {**vars(item), "caps": caps}


_IDS = {"rulebook": "rulebook_id", "judge": "judge_id"}


def _step(step: Step) -> dict[str, Any]:
    told = {"step": step.step, "at": _instant(step.at), "by_id": step.by, "reason": step.reason, "points": step.points}
    return told | {_IDS.get(name, name): value for name, value in step.facts.items()}


def _counted(found: Act) -> dict[str, Any]:
    return {"claim_id": found.claim, "code": found.refused, "detail": found.reason or None}


def _awarded(found: Claim) -> int | None:
    return None if found.approved_points is None else found.approved_points + found.corrected_points


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _no_cursor() -> Invalid:
    return Invalid(errors=[{"pointer": "/cursor", "detail": "不是有效的游标", "in": "query"}])


def _load(schema: ma.Schema, data: Any, under: str = "") -> Any:
    try:
        return schema.load(data)
    except ma.ValidationError as error:
        found = list(_flat(error.normalized_messages(), under))
        raise Invalid(errors=[{"pointer": pointer, "detail": detail} for pointer, detail in found]) from error


def _flat(messages: Any, pointer: str) -> Iterable[tuple[str, str]]:
    if isinstance(messages, dict):
        for key, inner in messages.items():
            yield from _flat(inner, pointer if key == "_schema" else f"{pointer}/{key}")
    else:
        yield from ((pointer, str(text)) for text in (messages if isinstance(messages, list) else [messages]))
