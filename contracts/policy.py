"""The settings of a community (*policy* in the mission) and their defaults."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal, Self

PublicPlace = Literal["none", "row", "courtyard"]
"""The place that published lists and boards show of a household: none, its row 排, or its courtyard 院落."""

PublicDeed = Literal["category", "item"]
"""What published lists show of a deed: its category, or its item of the rulebook."""

_PLACES: tuple[PublicPlace, ...] = ("none", "row", "courtyard")
_DEEDS: tuple[PublicDeed, ...] = ("category", "item")

INCOMPATIBLE_OFFICES: frozenset[tuple[str, str]] = frozenset(
    {
        ("branch", "committee"),
        ("branch", "merchant_operator"),
        ("branch", "working_group_chair"),
        ("committee", "merchant_operator"),
        ("committee", "working_group"),
        ("committee", "working_group_chair"),
        ("merchant_operator", "working_group"),
        ("merchant_operator", "working_group_chair"),
    }
)
"""Pairs of roles that one person may not have at the same time in one community, each in alphabetical order."""


OFFICES: frozenset[str] = frozenset(office for pair in INCOMPATIBLE_OFFICES for office in pair)
"""The roles of `INCOMPATIBLE_OFFICES`."""


@dataclass(frozen=True, kw_only=True)
class Guards:
    """Limits of a deployment that no login can change: `GUARDS` in the configuration."""

    min_window_days: float = 3.0
    """R16: shortest objection window, whatever a community's policy says."""
    change_delay_days: float = 3.0
    """R4: time between the approval of a settings proposal that loosens a guard and its taking effect."""
    min_spending_wait_days: float = 3.0
    """R6: shortest wait before a new member spends a household's points, whatever a community's policy says."""

    @classmethod
    def of(cls, values: Mapping[str, Any] | None) -> Self:
        """Return the guards of a configuration; missing ones take the default. Raise ValueError if negative."""
        made = cls(**{name: float(value) for name, value in (values or {}).items()})
        if min(made.min_window_days, made.change_delay_days, made.min_spending_wait_days) < 0:
            raise ValueError("GUARDS must not be negative")
        return made


@dataclass(frozen=True, kw_only=True)
class PublicView:
    """How much the public sees of the people on lists and boards (R14)."""

    place: PublicPlace
    deed: PublicDeed
    min_residents: int
    masked: bool

    def stricter(self, other: Self) -> Self:
        """Return what both views show."""
        return type(self)(
            place=min(self.place, other.place, key=_PLACES.index),
            deed=min(self.deed, other.deed, key=_DEEDS.index),
            min_residents=max(self.min_residents, other.min_residents),
            masked=self.masked or other.masked,
        )


@dataclass(frozen=True, kw_only=True)
class Policy:
    """A community's settings. Money is in fen, spans are in days; `float` spans may be fractions."""

    objection_window_days: float = 5.0
    """R16: length of the objection window after publication."""
    late_declaration_days: int = 31
    """R8: days after a deed in which it may be declared."""
    suspend_after_false_claims: int = 0
    """R8: number of false claims after which their declarer is suspended; 0 disables suspension."""
    suspension_days: int = 30
    """R8: length of a suspension."""
    deductions: bool = False
    """R7: whether items may deduct points."""
    mask_names: bool = True
    """R14: whether published lists and boards show 张* instead of the full name."""
    inspection_rank_points: tuple[tuple[int, int], ...] = ((10, 10), (30, 5), (60, 2))
    """R19: (last rank, points) in ascending ranks: 1–10 earn 10, 11–30 earn 5, 31–60 earn 2."""
    inspection_red_places: int = 10
    """R19: number of places on the red list of a round."""
    inspection_black_places: int = 5
    """R19: number of last places on the black list of a round; 0 disables the list."""
    declarer_may_review: bool = False
    """R12: whether the declarer for another person may give the first review; otherwise it goes one level up."""
    attendance_earns: bool = True
    """R33: whether attendance of activities becomes acts that earn."""
    courses_earn: bool = True
    """R33: whether completed courses become acts that earn."""
    suggestions_earn: bool = True
    """R33: whether adopted suggestions become acts that earn."""
    shares_earn: bool = False
    """R33: whether shared posts become acts that earn; off, as sharing is not to be rewarded for its own sake."""
    approval_quorum: int = 1
    """R13: number of members of the working group who must approve an entry."""
    calendar: bool = False
    """R13, R14, R17: whether the clock publishes and settles each month's list; the working group still may."""
    cut_off_day: int = 3
    """R13: last day of the next month on which approvals are added to a month's list, if `calendar` is set."""
    publication_day: int = 5
    """R14: day of the next month on which the clock publishes a month's list; after the cut-off."""
    reminder_days: int = 3
    """R12: days after which a waiting first review is overdue and its reviewers are reminded daily."""
    ruling_days: int = 7
    """R16: days after which an objection is overdue and the branch is reminded daily."""
    reply_days: int = 7
    """R31: days after which a suggestion without an answer is on the public list of what is overdue."""
    expiry: str = "none"
    """R24: `none`, `year_end`, or a number of months such as `12`."""
    voucher_days: int = 30
    """R25: days in which a voucher can be redeemed."""
    voucher_reminder_days: int = 30
    """R25: days before a voucher lapses when its holder is reminded, but never in the first half of its life."""
    card_daily_points: int = 200
    """R25: daily limit of payments with a household's printed card, in points."""
    redemption_undo_minutes: int = 15
    """R27: minutes in which a merchant may undo a voucher redeemed by mistake; 0 allows none."""
    point_value_fen: int = 100
    """Value of a point in fen, for the budget and for settlement with merchants."""
    adjustment_bound: int = 2
    """R13, R16: adjusted or corrected points stay within ± this multiple of the declared score of the item."""
    daily_approval_points: int = 20_000
    """R13: points that one person may approve in a day (Asia/Shanghai)."""
    daily_correction_points: int = 500
    """R16: points that one person may add by confirming corrections in a day (Asia/Shanghai)."""
    daily_proxy_points: int = 300
    """R6: points that one person may spend for other people in a day (Asia/Shanghai)."""
    consent_hours: int = 72
    """R6: hours in which a person may agree to an order that somebody else placed for them; then it is cancelled."""
    spending_wait_days: float = 7.0
    """R6: days before somebody who newly gets a say over a household's points spends them without its agreement."""
    office_exceptions: tuple[tuple[str, str], ...] = ()
    """R4: pairs of `INCOMPATIBLE_OFFICES` that one person may have here after all; shown publicly."""
    public_place: PublicPlace = "row"
    """R14: how much of a household's place the public sees."""
    public_deed: PublicDeed = "item"
    """R14: how much of a deed the public sees."""
    public_spread: bool = False
    """R41: whether the public sees how points are spread over households, without names or places."""
    public_min_residents: int = 5
    """R14: number of residents that a public line must fit by place and masked name; 1 disables the rule."""
    evidence_retention_days: int = 730
    """R10: days after which evidence of a decided claim is deleted."""
    reach_target_percent: int = 100
    """R36: share of an announcement's households that must be reached by a proof."""
    upload_retention_days: int = 7
    """R10: days after which an uploaded file that no claim names is deleted."""

    @classmethod
    def of(cls, settings: dict[str, Any]) -> Self:
        """Return the policy of `settings`; missing settings have their default, unknown ones are ignored."""
        known = {f.name for f in fields(cls)}
        chosen = {name: value for name, value in settings.items() if name in known}
        for name in ("inspection_rank_points", "office_exceptions"):
            if name in chosen:
                chosen[name] = tuple(tuple(pair) for pair in chosen[name])
        return cls(**chosen)

    def incompatible(self, office: str, other: str) -> bool:
        """Return whether one person may not hold both roles at the same time in this community (R4)."""
        pair = (min(office, other), max(office, other))
        excepted = {tuple(sorted(each)) for each in self.office_exceptions}
        return pair in INCOMPATIBLE_OFFICES and pair not in excepted

    @property
    def public_view(self) -> PublicView:
        """How much the public sees of people."""
        return PublicView(
            place=self.public_place,
            deed=self.public_deed,
            min_residents=self.public_min_residents,
            masked=self.mask_names,
        )

    @property
    def settings(self) -> dict[str, Any]:
        """The settings as JSON has them: what `of` makes a policy of."""
        return {
            **asdict(self),
            "inspection_rank_points": [list(step) for step in self.inspection_rank_points],
            "office_exceptions": [list(pair) for pair in self.office_exceptions],
        }


DEFAULT = Policy()
