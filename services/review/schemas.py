"""Review's domain objects as the replies of `contracts.calls.review`, and its forms as domain objects."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import Row

from contracts.calls import review as calls
from contracts.calls.registry.public_labels import LinesOfPerson
from contracts.errors import NotFound
from contracts.policy import Policy
from contracts.rpc import Page
from contracts.schema import schema_of
from contracts.validation import load, load_with
from services.review.domain.correction_proposals import CorrectionProposal
from services.review.domain.entries import Correction, Entry
from services.review.domain.objections import Objection, Outcome, Ruling
from services.review.domain.office_decisions import OfficeDecision
from services.review.domain.overdue import days_waited, overdue_before
from services.review.domain.publications import Preparation, Publication
from services.review.domain.reviews import Decision, DecisionRequest, DecisionTerms, DecisionType, Review, Stage
from services.review.store.duties import Gain
from services.review.store.periods import PeriodFigures
from services.review.store.publications import Line
from services.review.store.reviews import SelectedReview

# Forms


def decision_request(form: Mapping[str, Any]) -> DecisionRequest:
    """Return the decision that a form describes. Raises `Invalid`."""
    return _decision_request(load(calls.DecisionForm, form))


def decision_requests(forms: Sequence[Mapping[str, Any]]) -> list[tuple[str, DecisionRequest]]:
    """Return the id of a review and the decision for each form. Raises `Invalid`."""
    loaded: list[calls.DecisionOnForm] = load_with(schema_of(calls.DecisionOnForm)(many=True), forms)
    return [(form["review_id"], _decision_request(form)) for form in loaded]


def _decision_request(form: calls.DecisionForm) -> DecisionRequest:
    return DecisionRequest(
        verb=DecisionType(form["decision"]),
        reason=form["reason"],
        points=form["points"],
        false_claim=form["false_claim"],
        version=form["version"],
    )


def ruling(form: Mapping[str, Any]) -> Ruling:
    """Return the ruling that a form describes. Raises `Invalid`."""
    loaded = load(calls.RulingForm, form)
    return Ruling(outcome=Outcome(loaded["outcome"]), reason=loaded["reason"], points=loaded["points"])


def month(text: str) -> str:
    """Return a month such as `2026-11`. Raises `NotFound` for another text."""
    if not re.fullmatch(r"[12]\d{3}-(0[1-9]|1[0-2])", text, re.ASCII):
        raise NotFound("没有这个月份")
    return text


# Replies


def review(found: Review, numbers: Mapping[str, int], policy: Policy, now: datetime) -> calls.Review:
    """Return a review, and how many days it has waited for its reviewers; `numbers` has those of courtyards by id."""
    waiting = found.stage in (Stage.FIRST, Stage.FINAL)
    late = found.changed_at <= overdue_before(policy.reminder_days, now)
    return {
        "id": found.id,
        "origin": found.origin,
        "source_id": found.source,
        "book": found.book,
        "person_id": found.person,
        "household_id": found.household,
        "courtyard_id": found.courtyard,
        "courtyard_number": numbers.get(found.courtyard),
        "day": found.day.isoformat(),
        "item": found.item,
        "category": found.category,
        "points": found.points,
        "public": found.public,
        "period": found.month,
        "stage": found.stage.value,
        "level": found.level.value,
        "flagged": found.flagged,
        "system_made": found.system_made,
        "endorsed_by_id": found.endorsed_by,
        "version": found.version,
        "opened_at": found.opened_at.isoformat(),
        "changed_at": found.changed_at.isoformat(),
        "waiting_days": days_waited(found.changed_at, now) if waiting else None,
        "overdue": found.stage is Stage.FIRST and late,
    }


def case(shown: calls.Review, decisions: Sequence[Decision], terms: DecisionTerms | None) -> calls.Case:
    """Return a review with its decisions, and what a decision of the caller would need."""
    shown_terms = cast("calls.DecisionTerms", asdict(terms)) if terms else None
    return {
        **shown,
        "decisions": [_decision(each) for each in decisions],
        "terms": shown_terms,
    }


def selection(found: Sequence[SelectedReview]) -> calls.Selection:
    """Return a selection with its version, which depends on every review in it."""
    lines = "".join(f"{each.id} {each.version}\n" for each in found)
    return {
        "count": len(found),
        "points": sum(each.points for each in found),
        "version": hashlib.sha256(lines.encode()).hexdigest()[:32],
        "reviews": [{"review_id": each.id, "version": each.version} for each in found],
    }


def _decision(found: Decision) -> calls.Decision:
    return {
        "id": found.id,
        "stage": found.stage.value,
        "judge_id": found.judge,
        "decision": found.verb.value,
        "reason": found.reason,
        "points_before": found.points_before,
        "points": found.points,
        "at": found.at.isoformat(),
    }


def period(found: PeriodFigures) -> calls.Period:
    publication = found.publication
    return {
        "period": found.period,
        "state": _publication_state(publication) if publication else "open",
        "publication_id": publication.id if publication else None,
        "published_at": _instant(publication.published_at) if publication else None,
        "window_closes_at": _instant(publication.window_closes_at) if publication else None,
        "settled_at": _instant(publication.settled_at) if publication else None,
        "entries": found.entries,
        "points": found.points,
        "frozen": found.frozen,
        "final_entries": found.final_entries,
        "final_points": found.final_points,
        "corrections": found.corrections,
    }


def whole_period(found: PeriodFigures, preparation: Preparation | None) -> calls.WholePeriod:
    """Return the figures of a month, and what its publication needs."""
    return {**period(found), "preparation": _preparation(preparation) if preparation else None}


def _preparation(found: Preparation) -> calls.Preparation:
    return {
        "refusal": found.refusal,
        "first_reviews": found.first_reviews,
        "final_approvals": found.final_approvals,
        "unnamed_entries": found.unnamed_entries,
        "cut_off_on": found.cut_off_on.isoformat() if found.cut_off_on else None,
        "publishes_on": found.publishes_on.isoformat() if found.publishes_on else None,
    }


def publication(found: Publication, policy: Policy) -> calls.Publication:
    """Return a publication, and how much its lines show of people (R14)."""
    view = found.public_view(policy)
    return {
        "id": found.id,
        "community_id": found.community,
        "period": found.period,
        "state": _publication_state(found),
        "entries": found.entries,
        "points": found.points,
        "masked": view.masked,
        "public_place": view.place,
        "public_deed": view.deed,
        "public_min_residents": view.min_residents,
        "published_at": _instant(found.published_at),
        "window_closes_at": _instant(found.window_closes_at),
        "settled_at": _instant(found.settled_at),
        "ledger_root": found.ledger_root,
        "ledger_block": found.ledger_block,
    }


def _publication_state(found: Publication) -> calls.PublicationState:
    return cast(calls.PublicationState, found.state)


def lines_of_people(rows: Sequence[Row[str, str, int]]) -> list[LinesOfPerson]:
    return [{"person_id": person, "courtyard_id": courtyard, "lines": lines} for person, courtyard, lines in rows]


def published_list(found: Publication, policy: Policy, lines: Page[calls.ListedEntry]) -> calls.PublishedList:
    """Return a publication with a page of its lines."""
    return {**publication(found, policy), "data": lines["data"], "next_cursor": lines["next_cursor"]}


def listed_entry(line: Line, objections: Sequence[Objection], corrections: Sequence[Correction]) -> calls.ListedEntry:
    """Return a line of a list, with the objections to its entry and the corrections of it (R16)."""
    entry = line.entry
    return {
        "id": entry.id,
        "origin": entry.origin,
        "source_id": entry.source,
        "book": entry.book,
        "person_id": entry.person,
        "household_id": entry.household,
        "courtyard_id": entry.courtyard,
        "courtyard_number": line.courtyard_number,
        "public": entry.public,
        "day": entry.day.isoformat(),
        "item": entry.item,
        "category": entry.category,
        "position": line.position,
        "points": entry.points,
        "state": cast(calls.PublicEntryState, entry.state.value),
        "current_points": entry.points + entry.corrected,
        "objections": [_public_objection(each) for each in objections],
        "corrections": [correction(each) for each in corrections],
    }


def _public_objection(found: Objection) -> calls.PublicObjection:
    return {
        "id": found.id,
        "outcome": found.outcome.value,
        "raised_at": found.raised_at.isoformat(),
        "ruled_at": _instant(found.ruled_at),
        "ruling_reason": found.ruling_reason,
    }


def objection(
    found: Objection,
    policy: Policy,
    now: datetime,
    entry: Entry,
    courtyard_numbers: Mapping[str, int] | None = None,
) -> calls.Objection:
    """Return an objection with what it concerns, and until when the branch should rule on it.

    `courtyard_numbers` are given for the branch, which also sees whom the entry is about (R14).
    """
    due_at = found.raised_at + timedelta(days=policy.ruling_days)
    shown = _objection(found, due_at, now, entry)
    if courtyard_numbers is not None:
        shown["person_id"], shown["courtyard_id"] = entry.person, entry.courtyard
        shown["courtyard_number"] = courtyard_numbers.get(entry.courtyard)
    return shown


def _objection(found: Objection, due_at: datetime, now: datetime, entry: Entry) -> calls.Objection:
    return {
        "id": found.id,
        "outcome": found.outcome.value,
        "raised_at": found.raised_at.isoformat(),
        "ruled_at": _instant(found.ruled_at),
        "ruling_reason": found.ruling_reason,
        "entry_id": found.entry,
        "review_id": found.review,
        "publication_id": found.publication,
        "objector_id": found.objector,
        "reason": found.reason,
        "ruled_by_id": found.ruled_by,
        "changed_at": (found.ruled_at or found.raised_at).isoformat(),
        "due_at": due_at.isoformat(),
        "overdue": found.outcome is Outcome.OPEN and due_at <= now,
        "item": entry.item,
        "day": entry.day.isoformat(),
        "points": entry.points,
        "current_points": entry.points + entry.corrected,
    }


def correction(found: Correction) -> calls.Correction:
    return {
        "id": found.id,
        "entry_id": found.entry,
        "points": found.points,
        "corrected_to": found.corrected_to,
        "reason": found.reason,
        "objection_id": found.objection,
        "at": found.at.isoformat(),
    }


def proposed_correction(found: CorrectionProposal) -> calls.ProposedCorrection:
    return {
        "id": found.id,
        "entry_id": found.entry,
        "points": found.points,
        "corrected_to": found.corrected_to,
        "reason": found.reason,
        "objection_id": None,
        "at": found.proposed_at.isoformat(),
        "state": found.state.value,
        "proposed_by_id": found.proposed_by,
        "decided_by_id": found.decided_by,
        "decided_at": _instant(found.decided_at),
        "changed_at": (found.decided_at or found.proposed_at).isoformat(),
        "decision_reason": found.decision_reason,
    }


def office_decision(found: OfficeDecision) -> calls.OfficeDecision:
    person = found.facts.get("person")
    return {
        "id": found.id,
        "kind": found.kind,
        "subject_id": found.subject,
        "by_id": found.by,
        "person_id": person,
        "facts": {name: value for name, value in found.facts.items() if name != "person" and value is not None},
        "at": found.at.isoformat(),
    }


def gain(found: Gain) -> calls.Gain:
    return {
        "decider_id": found.decider,
        "account_id": found.gained,
        "recorded": found.recorded,
        "endorsed": found.endorsed,
        "approved": found.approved,
        "corrected": found.corrected,
        "points": found.points,
        "own": found.own,
        "mutual": found.mutual,
    }


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
