"""Which settings guard points and people's data: loosening one needs a second person and a delay (R4)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from contracts.policy import INCOMPATIBLE_OFFICES, Policy

Loosened = Literal["lower", "higher", "on", "any change", "shows more", "more pairs", "more points"]
"""How a change of a setting loosens a guard."""


@dataclass(frozen=True)
class Guard:
    """A setting that guards something; `loosened` says by which changes it guards less."""

    loosened: Loosened
    reason: str


@dataclass(frozen=True)
class NoGuard:
    """A setting that the committee changes alone."""

    reason: str


SETTINGS: Mapping[str, Guard | NoGuard] = {
    "objection_window_days": Guard("lower", "residents object until it closes"),
    "late_declaration_days": Guard("higher", "the older a deed, the less anybody can check it"),
    "suspend_after_false_claims": Guard("any change", "0 suspends nobody, a low number suspends many"),
    "suspension_days": Guard("any change", "how long who invented deeds declares none, or somebody is kept from it"),
    "deductions": Guard("any change", "on, staff may take points from people; off, some escape it"),
    "mask_names": Guard("shows more", "people's names"),
    "inspection_rank_points": Guard("more points", "heads earn them"),
    "inspection_red_places": NoGuard("a list without points, of ranks that are public anyway"),
    "inspection_black_places": NoGuard("a list without points, of ranks that are public anyway"),
    "declarer_may_review": Guard("on", "one person would declare and endorse"),
    "attendance_earns": Guard("on", "records make points without a declaration"),
    "courses_earn": Guard("on", "records make points without a declaration"),
    "suggestions_earn": Guard("on", "records make points without a declaration"),
    "shares_earn": Guard("on", "points for forwarding bring nothing but forwarding"),
    "approval_quorum": Guard("lower", "how many approve"),
    "calendar": Guard("on", "the clock publishes what nobody looked at again"),
    "cut_off_day": NoGuard("moves entries to another month's list"),
    "publication_day": NoGuard("the window for objections is as long on every day"),
    "reminder_days": NoGuard("reminders decide nothing"),
    "ruling_days": NoGuard("reminders decide nothing, and what is objected to stays frozen"),
    "reply_days": NoGuard("deadlines decide nothing"),
    "expiry": Guard("any change", "points that people have would lapse, or lapse no more"),
    "voucher_days": NoGuard("of orders to come; points of lapsed vouchers return"),
    "voucher_reminder_days": NoGuard("reminders decide nothing"),
    "card_daily_points": Guard("higher", "what a stolen card and PIN spend in a day"),
    "redemption_undo_minutes": Guard("higher", "a till gives points back after the goods have left"),
    "point_value_fen": Guard("higher", "what merchants are paid for a point"),
    "adjustment_bound": Guard("higher", "how far two people depart from the rulebook"),
    "daily_approval_points": Guard("higher", "what one person approves in a day"),
    "daily_correction_points": Guard("higher", "what one person confirms in a day"),
    "daily_proxy_points": Guard("higher", "what one person spends for others in a day"),
    "consent_hours": NoGuard("nothing is spent before the person agrees"),
    "spending_wait_days": Guard("lower", "how long a household has to refuse somebody who would spend its points"),
    "office_exceptions": Guard("more pairs", "offices that one person combines"),
    "reach_target_percent": NoGuard("a target; whom an announcement reached is counted by proofs alone"),
    "public_place": Guard("shows more", "where people live"),
    "public_deed": Guard("shows more", "what people did"),
    "public_min_residents": Guard("shows more", "how many a line fits"),
    "public_spread": Guard("on", "how many have nothing, and how much the tenth with the most has"),
    "evidence_retention_days": Guard("any change", "shorter, proof of a fraud goes; longer, people's pictures stay"),
    "upload_retention_days": Guard("higher", "people's pictures stay longer"),
}
"""Every setting of `Policy`."""

_FIELDS_OF_PUBLIC_VIEW = {
    "public_place": "place",
    "public_deed": "deed",
    "public_min_residents": "min_residents",
    "mask_names": "masked",
}


def loosened_guards(before: Policy, after: Policy) -> tuple[str, ...]:
    """Return the settings of `after` that guard less than those of `before`."""
    guards = {name: guard for name, guard in SETTINGS.items() if isinstance(guard, Guard)}
    return tuple(sorted(name for name, guard in guards.items() if _TESTS[guard.loosened](name, before, after)))


def _is_lower(name: str, before: Policy, after: Policy) -> bool:
    return bool(getattr(after, name) < getattr(before, name))


def _is_higher(name: str, before: Policy, after: Policy) -> bool:
    return bool(getattr(after, name) > getattr(before, name))


def _differs(name: str, before: Policy, after: Policy) -> bool:
    return bool(getattr(after, name) != getattr(before, name))


def _shows_more(name: str, before: Policy, after: Policy) -> bool:
    strict, field = before.public_view.stricter(after.public_view), _FIELDS_OF_PUBLIC_VIEW[name]
    return bool(getattr(strict, field) != getattr(after.public_view, field))


def _excepts_more(name: str, before: Policy, after: Policy) -> bool:
    return any(before.incompatible(*pair) and not after.incompatible(*pair) for pair in INCOMPATIBLE_OFFICES)


def _earns_more(name: str, before: Policy, after: Policy) -> bool:
    ranks = [rank for rank, _ in (*before.inspection_rank_points, *after.inspection_rank_points)]
    return any(_points_of_rank(after, rank) > _points_of_rank(before, rank) for rank in ranks)


def _points_of_rank(policy: Policy, rank: int) -> int:
    return next((points for last, points in policy.inspection_rank_points if rank <= last), 0)


_TESTS: Mapping[Loosened, Callable[[str, Policy, Policy], bool]] = {
    "lower": _is_lower,
    "higher": _is_higher,
    "on": _is_higher,
    "any change": _differs,
    "shows more": _shows_more,
    "more pairs": _excepts_more,
    "more points": _earns_more,
}
