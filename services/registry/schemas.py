"""What goes in and out of the registry over RPC: JSON primitives to days, words and numbers, and back."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, get_args

import marshmallow as ma
from marshmallow import fields, validate

from contracts.calendar import day_of
from contracts.errors import Invalid
from contracts.policy import Policy
from contracts.registry import Role, Tenure
from services.registry.domain.cards import Card
from services.registry.domain.communities import Community
from services.registry.domain.handed_in import HandedIn
from services.registry.domain.intake import Additions
from services.registry.domain.people import ERASED, Person
from services.registry.domain.roster import Flaw
from services.registry.domain.sessions import Session
from services.registry.sealing import Seal
from services.registry.store import Within

_FLAWS = 500
"""As many flaws as one answer tells; more help nobody."""


def _text(most: int, **options: Any) -> fields.String:
    return fields.String(validate=validate.Length(1, most), **options)


def _day(**options: Any) -> fields.Date:
    return fields.Date(validate=validate.Range(date(1900, 1, 1), date(2100, 1, 1)), **options)


def _whole(least: int, most: int, **options: Any) -> fields.Integer:
    return fields.Integer(strict=True, validate=validate.Range(least, most), **options)


class CommitteePersonForm(ma.Schema):
    name = _text(50, required=True)
    phone = _text(30, required=True)
    password_hash = _text(200, load_default=None, allow_none=True)


class CommunityForm(ma.Schema):
    name = _text(100, required=True)
    district = _text(100, load_default=None, allow_none=True)
    committee = fields.Nested(CommitteePersonForm, required=True)


class SettingsForm(ma.Schema):
    """`contracts.policy.Policy` with the ranges that make sense; what is left out takes its default."""

    objection_window_days = fields.Float(validate=validate.Range(0, 90))
    late_declaration_days = _whole(0, 366)
    suspend_after_false_claims = _whole(0, 100)
    suspension_days = _whole(1, 366)
    deductions = fields.Boolean(truthy={True}, falsy={False})
    mask_names = fields.Boolean(truthy={True}, falsy={False})
    inspection_rank_points = fields.List(
        fields.Tuple((_whole(1, 100_000), _whole(0, 10_000))), validate=validate.Length(max=100)
    )
    inspection_red_places = _whole(0, 1000)
    inspection_black_places = _whole(0, 1000)
    declarer_may_review = fields.Boolean(truthy={True}, falsy={False})
    approval_quorum = _whole(1, 50)
    calendar = fields.Boolean(truthy={True}, falsy={False})
    cut_off_day = _whole(1, 27)
    publication_day = _whole(2, 28)
    reminder_days = _whole(1, 90)
    ruling_days = _whole(1, 90)
    expiry = fields.String(validate=validate.Regexp(r"(none|year_end|[1-9][0-9]?|1[01][0-9]|120)\Z"))
    voucher_days = _whole(1, 366)
    voucher_reminder_days = _whole(0, 366)
    card_daily_points = _whole(0, 1_000_000)
    point_value_fen = _whole(1, 1_000_000)

    @ma.validates("inspection_rank_points")
    def ascending(self, steps: list[tuple[int, int]], **_: Any) -> None:
        ranks = [step[0] for step in steps if len(step) == 2]  # one that is itself wrong arrives without what is wrong
        if ranks != sorted(set(ranks)):
            raise ma.ValidationError("名次必须递增")

    @ma.validates_schema(skip_on_field_errors=True)
    def cut_off_before_publication(self, data: dict[str, Any], **_: Any) -> None:
        policy = Policy.of(data)
        if policy.publication_day <= policy.cut_off_day:
            raise ma.ValidationError("公示日必须晚于审核截止日", "publication_day")

    @ma.post_load
    def make(self, data: dict[str, Any], **_: Any) -> Policy:
        return Policy.of(data)


class CourtyardForm(ma.Schema):
    number = _whole(1, 9999, required=True)
    row = _whole(1, 999, required=True)
    grid = _text(50, required=True)
    name = _text(50, load_default=None, allow_none=True)


class HouseholdForm(ma.Schema):
    courtyard_id = _text(60, required=True)
    code = fields.String(
        validate=validate.Regexp(r"[0-9A-Za-z\u4e00-\u9fff-]{1,20}\Z"), load_default=None, allow_none=True
    )
    since = _day(load_default=None, allow_none=True)


class SplitForm(ma.Schema):
    on = _day(required=True)
    resident_ids = fields.List(_text(60), required=True, validate=validate.Length(1, 50))
    courtyard_id = _text(60, load_default=None, allow_none=True)


class MergeForm(ma.Schema):
    on = _day(required=True)
    into_household_id = _text(60, required=True)


class ResidentForm(ma.Schema):
    name = _text(50, required=True)
    phone = _text(30, load_default=None, allow_none=True)
    birth_year = _whole(1900, 2100, load_default=None, allow_none=True)
    household_id = _text(60, load_default=None, allow_none=True)
    tenure = fields.String(validate=validate.OneOf(get_args(Tenure)), load_default=None, allow_none=True)
    away = fields.Boolean(load_default=False)
    since = _day(load_default=None, allow_none=True)
    password_hash = _text(200, load_default=None, allow_none=True)

    @ma.validates_schema(skip_on_field_errors=True)
    def of_a_household(self, data: dict[str, Any], **_: Any) -> None:
        if data["household_id"] and not data["tenure"]:
            raise ma.ValidationError("请说明房东或租户", "tenure")


class CorrectionForm(ma.Schema):
    """What is left out stays as it is; what is null is forgotten."""

    name = _text(50)
    phone = _text(30, allow_none=True)
    birth_year = _whole(1900, 2100, allow_none=True)
    password_hash = _text(200, allow_none=True)


class DestinationForm(ma.Schema):
    courtyard_id = _text(60)
    household_id = _text(60)
    left_community = fields.Boolean(validate=validate.Equal(True))

    @ma.validates_schema(skip_on_field_errors=True)
    def one(self, data: dict[str, Any], **_: Any) -> None:
        if len(data) != 1:
            raise ma.ValidationError("请说明去处：courtyard_id、household_id 或 left_community 之一")


class MoveForm(ma.Schema):
    on = _day(required=True)
    to = fields.Nested(DestinationForm, required=True)
    whole_household = fields.Boolean(load_default=True)
    tenure = fields.String(validate=validate.OneOf(get_args(Tenure)), load_default=None, allow_none=True)
    away = fields.Boolean(load_default=None, allow_none=True)


class AppointmentForm(ma.Schema):
    person_id = _text(60, required=True)
    role = fields.String(validate=validate.OneOf(get_args(Role)), required=True)
    scope_id = _text(60, load_default=None, allow_none=True)
    since = _day(load_default=None, allow_none=True)
    until = _day(load_default=None, allow_none=True)


def load(form: type[ma.Schema], data: Mapping[str, Any]) -> Any:
    """What `data` means by `form`; `Invalid` with a pointer to each field that is wrong."""
    try:
        return form().load(data)
    except ma.ValidationError as error:
        raise Invalid(errors=_pointers(error.normalized_messages())) from error


def day(text: str | None, default: date) -> date:
    """The day that `text` writes, or `default` when it is silent; `Invalid` when it is none."""
    try:
        return date.fromisoformat(text) if text else default
    except ValueError as error:
        raise Invalid("应为日期，如 2026-11-05") from error


def number(cursor: str | None) -> int | None:
    """The number a cursor stands for; `Invalid` when it is none of ours."""
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) < 9):
        raise Invalid("游标无效", [{"pointer": "/cursor", "detail": "无效"}])
    return int(cursor)


def _pointers(messages: Any, pointer: str = "") -> list[dict[str, str]]:
    if isinstance(messages, dict):
        return [
            found
            for key, inner in messages.items()
            for found in _pointers(inner, pointer if key == "_schema" else f"{pointer}/{key}")
        ]
    return [{"pointer": pointer, "detail": str(text)} for text in messages]


# Answers


def plain(row: Any) -> dict[str, Any]:
    """A row of a list as JSON primitives."""
    return {key: value.isoformat() if isinstance(value, date) else value for key, value in row._mapping.items()}


def page(rows: Sequence[Any], limit: int, dump: Callable[[Any], dict[str, Any]], key: str = "id") -> dict[str, Any]:
    """The first `limit` of `rows`, of which one more was asked for to know whether any follow."""
    shown = [dump(row) for row in rows[:limit]]
    return {"data": shown, "next_cursor": str(shown[-1][key]) if len(rows) > limit else None}


def session(opened: Session) -> dict[str, Any]:
    """Whose session it is; `person` is none while its WeChat account is bound to nobody."""
    return {
        "session": opened.id,
        "person": opened.person,
        "community": opened.community,
        "account": opened.account,
    }


def me(here: Within, person: Person, seal: Seal) -> dict[str, Any]:
    """Who the caller is, where he lives today, what he may do, and which passbooks are his (R4, R20)."""
    row = here.people.row(person.id)
    home, standing = row.household_id, here.standing
    books = [*([home] if home else []), *([person.id] if here.appointments.was_head(person.id) else [])]
    return {
        "person": {"id": person.id, "name": person.name, "phone_masked": seal.masked(row.phone_cipher)},
        "community": community(here.community),
        "household": {"id": home, "code": row.household_code, "tenure": row.tenure} if home else None,
        "courtyard": plain(here.places.courtyard_row(row.courtyard_id)) if row.courtyard_id else None,
        "roles": [{"role": role, "scope_id": scope} for role, scope in sorted(standing.seats)],
        "passbooks": books,
    }


def household(here: Within, household_id: str) -> dict[str, Any]:
    """A household with its members today and everywhere it has lived (R3)."""
    row = here.places.household_row(household_id)
    good = here.cards.of(household_id)
    return plain(row) | {
        "merged_into_id": here.places.household(household_id).merged_into,
        "card": card(good) if good else None,
        "members": [
            {"id": person.id, "name": person.name, "tenure": home.tenure, "away": home.away}
            for person in here.people.members_of(household_id, here.today)
            if (home := person.home_on(here.today))
        ],
        "stays": [
            {"courtyard_id": s.courtyard, "since": s.since.isoformat(), "until": s.until and s.until.isoformat()}
            for s in here.places.household(household_id).stays
            if s.until is None or s.until > s.since
        ],
    }


def card(of: Card) -> dict[str, Any]:
    """A card without its code."""
    return {"household_id": of.household, "since": day_of(of.issued_at).isoformat(), "issued_by_id": of.by}


def printed_card(here: Within, of: Card, seal: Seal) -> dict[str, Any]:
    """What is printed on a card (R6); the row and courtyard are none for a household that left the community."""
    household = here.places.household_row(of.household)
    courtyard = here.places.courtyard(household.courtyard_id) if household.courtyard_id else None
    return {
        "community_name": here.community.name,
        "household_code": household.code,
        "row": courtyard.row if courtyard else None,
        "courtyard_number": courtyard.number if courtyard else None,
        "since": day_of(of.issued_at).isoformat(),
        "code": seal.read(of.code_cipher),
    }


def instant(at: datetime) -> str:
    """As RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def community(found: Community) -> dict[str, Any]:
    return {"id": found.id, "name": found.name, "district": found.district}


def settings(found: Community) -> dict[str, Any]:
    """Every setting, with the default where nothing was chosen."""
    return dict(SettingsForm().dump(found.policy))


def resident(row: Any, seal: Seal) -> dict[str, Any]:
    """A person with his household and courtyard today, the phone masked."""
    told = plain(row)
    cipher, erased_at = told.pop("phone_cipher"), told.pop("erased_at")
    return told | {"name": ERASED if erased_at else told["name"], "phone_masked": seal.masked(cipher)}


def resident_in_full(here: Within, row: Any, seal: Seal) -> dict[str, Any]:
    """The same with every household he has belonged to, and since when (R3)."""
    homes = [
        {
            "household_id": m.household,
            "tenure": m.tenure,
            "away": m.away,
            "since": m.since.isoformat(),
            "until": m.until and m.until.isoformat(),
        }
        for m in here.people.get(row.id).memberships
        if m.until is None or m.until > m.since
    ]
    return resident(row, seal) | {"homes": homes}


def appointment(row: Any) -> dict[str, Any]:
    told = plain(row)
    return told | {"person_name": ERASED if told.pop("erased_at") else told["person_name"]}


def roster(added: Additions, lines: int) -> dict[str, Any]:
    """How many of each a roster adds; what is wrong in it, and what was left as it is, by row and column."""
    return {
        "lines": lines,
        "grids": len(added.grids),
        "courtyards": len(added.courtyards),
        "households": len(added.households),
        "residents": len(added.people),
        "heads": len(added.appointments),
        "errors": [_flaw(flaw) for flaw in added.flaws[:_FLAWS]],
        "notes": [_flaw(flaw) for flaw in added.notes[:_FLAWS]],
    }


def handed_in(found: HandedIn) -> dict[str, Any]:
    """How far a roster has come; the report once it ended."""
    return {
        "id": found.id,
        "state": found.state,
        "dry_run": found.dry_run,
        "lines": found.lines,
        "lines_done": found.lines_done,
        "handed_in_at": instant(found.handed_in_at),
        "ended_at": instant(found.ended_at) if found.ended_at else None,
        "detail": found.detail,
        "report": found.report,
    }


def _flaw(flaw: Flaw) -> dict[str, Any]:
    return {"row": flaw.row, "column": flaw.column, "detail": flaw.detail}


def flaw_pointers(flaws: Sequence[Flaw]) -> list[dict[str, str]]:
    """Flaws as a refusal tells them: `/rows/12/手机号` is the cell of that column in the spreadsheet's row 12."""
    return [{"pointer": f"/rows/{flaw.row}/{flaw.column}", "detail": flaw.detail} for flaw in flaws[:_FLAWS]]
