"""The registry's domain objects and rows as the replies of `contracts.calls.registry`, and days of its forms."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, cast

from sqlalchemy import Row

from contracts.calendar import day_of
from contracts.calls.registry import proposals as calls_proposals
from contracts.calls.registry.accounts import Binding, OwnSession, SignInChange
from contracts.calls.registry.appointments import Appointment
from contracts.calls.registry.communities import ChosenSettings, Community, PublicCommunity, Settings
from contracts.calls.registry.own_data import Consent, Consents, ErasureRequest
from contracts.calls.registry.places import Card, Courtyard, Household, HouseholdInFull, PrintedCard
from contracts.calls.registry.public_labels import PublicityReport, PublicLabel
from contracts.calls.registry.residents import Resident, ResidentInFull
from contracts.calls.registry.rosters import Flaw, Roster, RosterReport
from contracts.calls.registry.sessions import Me, OpenSession
from contracts.errors import Invalid
from contracts.policy import PublicView
from services.registry.domain import (
    cards,
    communities,
    erasure_requests,
    roster,
    roster_import,
    roster_uploads,
    sessions,
)
from services.registry.domain import consents as domain_consents
from services.registry.domain.consents import PURPOSES, Purpose, may_be_child
from services.registry.domain.people import ERASED
from services.registry.domain.proposals import Proposal
from services.registry.domain.public_labels import Label, Outcome, Population
from services.registry.encryption import PersonalDataCipher
from services.registry.store import RegistryScope

_MOST_FLAWS = 500
"""Flaws in one reply; further ones are left out."""
_EARLIEST, _LATEST = date(1900, 1, 1), date(2100, 1, 1)

# Days of forms


def day_of_form(text: str | None, pointer: str, default: date) -> date:
    """Return the day that a field of a form has, or `default`. Raises `Invalid` when it is out of range."""
    if text is None:
        return default
    day = date.fromisoformat(text)
    if not _EARLIEST <= day <= _LATEST:
        raise Invalid(errors=[{"pointer": pointer, "detail": f"应在 {_EARLIEST} 与 {_LATEST} 之间"}])
    return day


def parse_day(text: str | None, default: date) -> date:
    """Return the day that an argument has, or `default`. Raises `Invalid` when it is not a day."""
    try:
        return date.fromisoformat(text) if text else default
    except ValueError as error:
        raise Invalid("应为日期，如 2026-11-05") from error


# Replies


def open_session(session: sessions.Session) -> OpenSession:
    return {
        "session": session.id,
        "person": session.person,
        "community": session.community,
        "account": session.account,
        "issued_at": int(session.refreshed_at.timestamp()),
        "limited": session.limited,
    }


def own_session(session: sessions.Session) -> OwnSession:
    return {
        "id": session.id,
        "client": session.client,
        "opened_at": instant(session.opened_at),
        "refreshed_at": instant(session.refreshed_at),
        "binding_id": session.account,
    }


def binding(account: sessions.Account) -> Binding:
    """Return a WeChat account as its owner sees it."""
    since = account.bound_at if account.person else account.requested_at
    return {
        "id": account.id,
        "state": "bound" if account.person else "waiting",
        "since": instant(since) if since else None,
        "invited_by_id": account.bound_by if account.person else account.requested_by,
    }


def sign_in_change(change: sessions.SignInChange) -> SignInChange:
    return {
        "id": change.id,
        "kind": change.kind,
        "at": instant(change.at),
        "by_id": change.by,
        "reason": change.reason,
    }


def me(scope: RegistryScope, cipher: PersonalDataCipher) -> Me:
    """Return who the caller is, where they live today, their roles and their passbooks (R4, R20)."""
    row = scope.people.row(scope.person)
    home = row.household_id
    changes = scope.sign_in_changes.of_person(row.id, limit=1)
    own_book = [row.id] if scope.appointments.was_head(row.id) else []
    return {
        "person": {"id": row.id, "name": row.name, "phone_masked": cipher.masked_phone(row.phone_cipher)},
        "community": {"id": scope.current_community.id, "name": scope.current_community.name},
        "household": {"id": home, "code": row.household_code, "tenure": row.tenure} if home else None,
        "courtyard": courtyard(scope.courtyards.row(row.courtyard_id)) if row.courtyard_id else None,
        "roles": [{"role": role, "scope_id": over} for role, over in scope.seats],
        "passbooks": [*([home] if home else []), *own_book],
        "consents_missing": [each["purpose"] for each in consents(scope, row.id)["data"] if each["given"] is None],
        "sign_in_changed_at": next((instant(change.at) for change in changes), None),
    }


def community(found: communities.Community) -> Community:
    return {"id": found.id, "name": found.name, "district": found.district}


def public_community(found: communities.Community, announced: Sequence[Proposal]) -> PublicCommunity:
    """Return a community with its exceptions from incompatible offices and its settings to come."""
    return {
        **community(found),
        "office_exceptions": sorted(sorted(pair) for pair in found.policy.office_exceptions),
        "announced_settings": [
            {"settings": each.content, "takes_effect_at": instant(each.takes_effect_at)}
            for each in announced
            if each.takes_effect_at
        ],
    }


def chosen_settings(found: communities.Community, waiting: Proposal | None) -> ChosenSettings:
    """Return every setting in force, and the proposal that waits for approval."""
    return cast(ChosenSettings, {**settings(found), "proposal_id": waiting.id if waiting else None})


def proposal(found: Proposal) -> calls_proposals.Proposal:
    appoints = found.kind == "appointment"
    return {
        "id": found.id,
        "kind": found.kind,
        "state": found.state,
        "appointment": _proposed(found) if appoints else None,
        "settings": None if appoints else found.content,
        "proposed_by_id": found.proposed_by,
        "proposed_at": instant(found.proposed_at),
        "decided_by_id": found.decided_by,
        "decided_at": instant(found.decided_at) if found.decided_at else None,
        "decision_reason": found.decision_reason,
        "takes_effect_at": instant(found.takes_effect_at) if found.takes_effect_at else None,
    }


def _proposed(found: Proposal) -> calls_proposals.ProposedAppointment:
    content = found.content
    return {
        "person_id": content["person"],
        "role": content["role"],
        "scope_id": content["scope"],
        "since": content["since"],
        "until": content["until"],
    }


def proposed_appointment(scope: RegistryScope, found: Proposal) -> Appointment:
    """Return an appointment that does not hold yet, under the id of its proposal."""
    name = scope.people.row(found.content["person"]).name
    return {**_proposed(found), "id": found.id, "person_name": name, "proposal_id": found.id}


def settings(found: communities.Community) -> Settings:
    """Return every setting, with the default where none was chosen."""
    return cast(Settings, found.policy.settings)


def courtyard(row: Row[Any]) -> Courtyard:
    return {
        "id": row.id,
        "number": row.number,
        "row": row.row,
        "name": row.name,
        "grid_id": row.grid_id,
        "grid_name": row.grid_name,
        "dissolved_on": _day(row.dissolved_on),
    }


def household(row: Row[Any]) -> Household:
    return {
        "id": row.id,
        "code": row.code,
        "courtyard_id": row.courtyard_id,
        "courtyard_number": row.courtyard_number,
        "since": _day(row.since),
    }


def household_in_full(scope: RegistryScope, household_id: str) -> HouseholdInFull:
    """Return a household with its members today and everywhere it has lived (R3)."""
    found = scope.households.get(household_id)
    valid = scope.cards.find(household_id)
    return {
        **household(scope.households.row(household_id)),
        "merged_into_id": found.merged_into,
        "card": card(valid) if valid else None,
        "members": [
            {"id": person.id, "name": person.name, "tenure": home.tenure, "away": home.away}
            for person in scope.people.members_of(household_id, scope.today)
            if (home := person.home_on(scope.today))
        ],
        "stays": [
            {"courtyard_id": stay.courtyard, "since": stay.since.isoformat(), "until": _day(stay.until)}
            for stay in found.stays
            if stay.until is None or stay.until > stay.since
        ],
    }


def card(found: cards.Card) -> Card:
    """Return a card without its code."""
    return {"household_id": found.household, "since": day_of(found.issued_at).isoformat(), "issued_by_id": found.by}


def printed_card(scope: RegistryScope, found: cards.Card, cipher: PersonalDataCipher) -> PrintedCard:
    """Return what is printed on a card (R6)."""
    row = scope.households.row(found.household)
    place = scope.courtyards.get(row.courtyard_id) if row.courtyard_id else None
    return {
        "community_name": scope.current_community.name,
        "household_code": row.code,
        "row": place.row if place else None,
        "courtyard_number": place.number if place else None,
        "since": day_of(found.issued_at).isoformat(),
        "code": cipher.decrypt(found.code_cipher),
    }


def resident(row: Row[Any], cipher: PersonalDataCipher) -> Resident:
    """Return a person with their household and courtyard today, the phone masked."""
    return {
        "id": row.id,
        "name": ERASED if row.erased_at else row.name,
        "phone_masked": cipher.masked_phone(row.phone_cipher),
        "birth_year": row.birth_year,
        "household_id": row.household_id,
        "household_code": row.household_code,
        "tenure": row.tenure,
        "away": row.away,
        "since": _day(row.since),
        "courtyard_id": row.courtyard_id,
        "courtyard_number": row.courtyard_number,
        "grid_id": row.grid_id,
    }


def resident_in_full(scope: RegistryScope, row: Row[Any], cipher: PersonalDataCipher) -> ResidentInFull:
    """Return a person with every household they have belonged to (R3)."""
    return {
        **resident(row, cipher),
        "homes": [
            {
                "household_id": membership.household,
                "tenure": membership.tenure,
                "away": membership.away,
                "since": membership.since.isoformat(),
                "until": _day(membership.until),
            }
            for membership in scope.people.get(row.id).memberships
            if membership.until is None or membership.until > membership.since
        ],
    }


def appointment(row: Row[Any]) -> Appointment:
    return {
        "id": row.id,
        "person_id": row.person_id,
        "person_name": ERASED if row.erased_at else row.person_name,
        "role": row.role,
        "scope_id": row.scope_id,
        "since": row.since.isoformat(),
        "until": _day(row.until),
        "proposal_id": None,
    }


def consents(scope: RegistryScope, person_id: str) -> Consents:
    """Return every purpose with a person's latest decision about it (R42)."""
    decided = {consent.purpose: consent for consent in scope.consents.latest(person_id)}
    person = scope.people.get(person_id)
    return {
        "person_id": person_id,
        "guardian_needed": may_be_child(person.birth_year, scope.today),
        "data": [_consent(purpose, decided.get(purpose)) for purpose in PURPOSES],
    }


def _consent(purpose: Purpose, found: domain_consents.Consent | None) -> Consent:
    return {
        "purpose": purpose,
        "given": found.given if found else None,
        "by_id": found.by if found else None,
        "guardian_id": found.guardian if found else None,
        "at": instant(found.at) if found else None,
    }


def erasure_request(found: erasure_requests.ErasureRequest) -> ErasureRequest:
    return {
        "id": found.id,
        "person_id": found.person,
        "state": found.state,
        "reason": found.reason,
        "requested_at": instant(found.requested_at),
        "due_at": instant(found.due_at),
        "answered_by_id": found.answered_by,
        "answered_at": instant(found.answered_at) if found.answered_at else None,
        "answer": found.answer,
    }


def public_label(found: Label) -> PublicLabel:
    """Return what the public sees of a person (R14)."""
    place = found.place
    return {
        "name": found.name,
        "place": found.shown,
        "row": place.row if place else None,
        "courtyard_id": place.courtyard if place and found.shown == "courtyard" else None,
        "courtyard_number": place.number if place and found.shown == "courtyard" else None,
    }


def publicity_report(
    population: Population, outcomes: Sequence[Outcome], chosen: PublicView, day: date
) -> PublicityReport:
    """Return what the lines of a month reveal under each choice of settings (R14)."""
    return {
        "lines": outcomes[0].lines.total(),
        "residents": population.residents,
        "masked": chosen.masked,
        "day": day.isoformat(),
        "options": [
            {
                "public_place": each.view.place,
                "public_min_residents": each.view.min_residents,
                "fits_one": each.fits_one,
                "fewest": each.fewest,
                "with_courtyard": each.lines["courtyard"],
                "with_row": each.lines["row"],
                "with_name": each.lines["none"],
                "without_name": each.lines["anonymous"],
                "chosen": each.view == chosen,
            }
            for each in outcomes
        ],
    }


def roster_report(added: roster_import.Additions, lines: int) -> RosterReport:
    """Return how many objects of each kind a roster adds, with its flaws and notes by row and column."""
    return {
        "lines": lines,
        "grids": len(added.grids),
        "courtyards": len(added.courtyards),
        "households": len(added.households),
        "residents": len(added.people),
        "heads": len(added.appointments),
        "errors": [_flaw(flaw) for flaw in added.flaws[:_MOST_FLAWS]],
        "notes": [_flaw(flaw) for flaw in added.notes[:_MOST_FLAWS]],
    }


def roster_upload(found: roster_uploads.RosterUpload) -> Roster:
    """Return the progress of an upload, with its report once it ended."""
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


def flaw_pointers(flaws: Sequence[roster.Flaw]) -> list[dict[str, str]]:
    """Return flaws as errors of a refusal; `/rows/12/手机号` is the cell of that column in the spreadsheet's row 12."""
    return [
        {"pointer": f"/rows/{flaw.row}/{flaw.column}", "detail": flaw.detail, "cell": flaw.cell}
        for flaw in flaws[:_MOST_FLAWS]
    ]


def instant(at: datetime) -> str:
    """Return an instant as RFC 3339 in UTC."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _flaw(flaw: roster.Flaw) -> Flaw:
    return {"row": flaw.row, "column": flaw.column, "detail": flaw.detail, "cell": flaw.cell}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
