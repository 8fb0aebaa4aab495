"""Notices of steps that concern their person: which event says what to whom (R37). The texts are in `notices.toml`."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from contracts import aggregation, calendar, claims, engagement, exchange, review
from contracts.event import Event


@dataclass(frozen=True)
class Template:
    """What a notice says. `title` and `text` have values in braces."""

    kind: str
    title: str
    text: str
    urgent: bool = False


@dataclass(frozen=True)
class Notice:
    """One notice to be written: by which template, about what, with which values."""

    template: str
    about: str
    source: str
    """The same for a repeated event, so that nobody is told twice."""
    values: Mapping[str, str]

    @property
    def title(self) -> str:
        return TEMPLATES[self.template].title.format_map(self.values)

    @property
    def text(self) -> str:
        return TEMPLATES[self.template].text.format_map(self.values)


@dataclass(frozen=True)
class Addressed:
    """A notice with whom it is to: people, everybody of a passbook, or whoever a claim, entry or objection is of."""

    notice: Notice
    people: tuple[str, ...] = ()
    book: str | None = None
    subject: str | None = None


@dataclass
class Subject:
    """Whose something is: publicity's own copy of what events with ids alone refer to."""

    community: str
    id: str
    person: str


@dataclass
class WaitingNotice:
    """A notice about something whose event has not come yet; events of different services come in any order."""

    community: str
    source: str
    subject: str
    template: str
    about: str
    values: dict[str, str] = field(default_factory=dict)

    @property
    def notice(self) -> Notice:
        return Notice(self.template, self.about, self.source, self.values)


def _load() -> dict[str, Template]:
    read = tomllib.loads((Path(__file__).parent / "notices.toml").read_text("utf-8"))
    return {name: Template(**each) for name, each in read.items()}


TEMPLATES = _load()

_OF_CLAIMS: dict[type[Event], str] = {
    review.ClaimReturned: "claim_returned",
    review.ClaimRefused: "claim_refused",
    review.ClaimEndorsed: "claim_endorsed",
}
_OF_ENTRIES: dict[type[Event], str] = {
    review.EntryApproved: "entry_approved",
    review.EntryFinalized: "entry_finalized",
    review.EntryCorrected: "entry_corrected",
}
_OF_PURCHASES: dict[type[Event], str] = {
    exchange.ConsentRequested: "consent_requested",
    exchange.OrderCancelled: "order_cancelled",
    exchange.VoucherIssued: "voucher_issued",
    exchange.VoucherLapsing: "voucher_lapsing",
    exchange.VoucherRedeemed: "voucher_redeemed",
    exchange.RedemptionUndone: "redemption_undone",
    exchange.VoucherLapsed: "voucher_lapsed",
    exchange.PaymentCaptured: "payment_captured",
    exchange.PaymentRefunded: "payment_refunded",
}
_OF_ACTIVITIES: dict[type[Event], str] = {
    engagement.ActivityChanged: "activity_changed",
    engagement.ActivityCancelled: "activity_cancelled",
    engagement.PlaceOffered: "place_offered",
}
_OF_POSTS: dict[type[Event], str] = {
    engagement.CommentHidden: "post_hidden",
    engagement.SuggestionReceived: "suggestion_received",
    engagement.SuggestionConsidered: "suggestion_considered",
    engagement.SuggestionAdopted: "suggestion_adopted",
    engagement.SuggestionDeclined: "suggestion_declined",
    engagement.SuggestionReopened: "suggestion_reopened",
}

REVIEW_EVENTS = (
    *_OF_CLAIMS,
    *_OF_ENTRIES,
    review.EntryObjected,
    review.ObjectionRuled,
    review.ReviewOverdue,
    review.RulingOverdue,
    review.DailyLimitApproached,
)
EXCHANGE_EVENTS = (*_OF_PURCHASES, exchange.OrderPlaced, exchange.HonourGranted, exchange.HonourRevoked)
ENGAGEMENT_EVENTS = (
    *_OF_ACTIVITIES,
    *_OF_POSTS,
    engagement.PlaceLost,
    engagement.PostHidden,
    engagement.AppealAnswered,
    engagement.SuggestionClosed,
)


def subjects_of(event: Event) -> list[Subject]:
    """Return whose things an event names, for events to come that name them alone."""
    match event:
        case claims.ClaimSubmitted():
            return [Subject(event.community, event.claim, event.person)]
        case review.EntryApproved():
            return [Subject(event.community, event.entry, event.person)]
        case review.EntryObjected() if event.by:
            return [Subject(event.community, event.objection, event.by)]
    return []


def of_event(event: Event) -> list[Addressed]:
    """Return the notices that an event becomes; none for a step that its person took themselves."""
    match event:
        case claims.ClaimSubmitted() if event.declared_by != event.person and not event.system_made:
            return [Addressed(_notice(event, "claim_declared_for_you", event.claim), people=(event.person,))]
        case review.ClaimReturned() | review.ClaimRefused() | review.ClaimEndorsed() if event.origin == "claim":
            return [Addressed(_notice(event, _OF_CLAIMS[type(event)], event.source), subject=event.source)]
        case review.EntryApproved() | review.EntryFinalized() | review.EntryCorrected():
            return [Addressed(_notice(event, _OF_ENTRIES[type(event)], event.entry), people=(event.person,))]
        case review.EntryObjected():
            to_objector = Addressed(_notice(event, "objection_received", event.objection), subject=event.objection)
            to_owner = Addressed(_notice(event, "entry_objected", event.entry), subject=event.entry)
            return [to_owner, *([to_objector] if event.by else [])]
        case review.ObjectionRuled():
            template = "objection_upheld" if event.upheld else "objection_dismissed"
            return [
                Addressed(_notice(event, template, about), subject=about) for about in (event.entry, event.objection)
            ]
        case review.ReviewOverdue():
            return [Addressed(_notice(event, "reviews_overdue", event.judge), people=(event.judge,))]
        case review.RulingOverdue():
            return [Addressed(_notice(event, "rulings_overdue", event.judge), people=(event.judge,))]
        case review.DailyLimitApproached():
            return [Addressed(_notice(event, "limit_approached", event.person), people=event.recipients)]
        case exchange.OrderPlaced():
            others = event.placed_by is not None and event.placed_by != event.person
            notice = _notice(event, "order_placed_for_you", event.order)
            return [Addressed(notice, people=(event.person,))] if others else []
        case exchange.HonourGranted() | exchange.HonourRevoked():
            template = "honour_granted" if isinstance(event, exchange.HonourGranted) else "honour_revoked"
            return [Addressed(_notice(event, template, event.decision), book=event.awarded)]
        case aggregation.PointsExpired():
            return [Addressed(_notice(event, "points_expired", event.account), book=event.account)]
        case engagement.PlaceLost():
            notice = _notice(event, "place_lapsed", event.activity)
            return [Addressed(notice, people=event.people)] if event.reason == "lapsed" else []
        case engagement.PostHidden():
            hidden = Addressed(_notice(event, "post_hidden", event.post), people=(event.author,))
            return [hidden] if event.cause == "moderated" else []
        case engagement.AppealAnswered():
            template = f"appeal_{event.outcome}"
            return [Addressed(_notice(event, template, event.post), people=(event.author,))]
        case engagement.SuggestionClosed():
            template = "suggestion_done" if event.solved else "suggestion_closed"
            return [Addressed(_notice(event, template, event.post), people=(event.author,))]
        case _ if type(event) in _OF_PURCHASES:
            return [
                Addressed(_notice(event, _OF_PURCHASES[type(event)], event.subject), people=(_of(event, "person"),))
            ]
        case _ if type(event) in _OF_ACTIVITIES:
            people = tuple(event.people)  # type: ignore[attr-defined]
            return [Addressed(_notice(event, _OF_ACTIVITIES[type(event)], _of(event, "activity")), people=people)]
        case _ if type(event) in _OF_POSTS:
            notice = _notice(event, _OF_POSTS[type(event)], _of(event, "post"))
            return [Addressed(notice, people=(_of(event, "author"),))]
    return []


def _of(event: Event, name: str) -> str:
    return str(getattr(event, name))


def _notice(event: Event, template: str, about: str) -> Notice:
    at = getattr(event, "at", None)
    when = at.isoformat() if isinstance(at, datetime) else str(event.sequence)
    values = {name: _text(value) for name, value in vars(event).items()}
    values["reason"] = values.get("reason") or "见详情"
    needed = {name: values[name] for name in values if f"{{{name}}}" in TEMPLATES[template].text}
    return Notice(template, about, f"{event.name()}:{about}:{when}", needed)


def _text(value: Any) -> str:
    """Return a value as people read it: days and times in Shanghai."""
    if isinstance(value, datetime):
        return f"{value.astimezone(calendar.ZONE):%m月%d日 %H:%M}"
    if isinstance(value, date):
        return f"{value:%m月%d日}"
    return "" if value is None else str(value)
