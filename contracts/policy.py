"""The settings of a community (*policy* in the mission) and their defaults."""

from dataclasses import dataclass, fields
from typing import Any, Self


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
    declarer_may_review: bool = True
    """R12: whether the declarer for another person may give the first review; otherwise it goes one level up."""
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
    expiry: str = "none"
    """R24: `none`, `year_end`, or a number of months such as `12`."""
    voucher_days: int = 30
    """R25: days in which a voucher can be redeemed."""
    voucher_reminder_days: int = 30
    """R25: days before a voucher lapses when its holder is reminded, but never in the first half of its life."""
    card_daily_points: int = 200
    """R25: daily limit of payments with a household's printed card, in points."""
    point_value_fen: int = 100
    """Value of a point in fen, for the budget and for settlement with merchants."""

    @classmethod
    def of(cls, settings: dict[str, Any]) -> Self:
        """Return the policy of `settings`; missing settings have their default, unknown ones are ignored."""
        known = {f.name for f in fields(cls)}
        chosen = {name: value for name, value in settings.items() if name in known}
        if "inspection_rank_points" in chosen:
            chosen["inspection_rank_points"] = tuple(tuple(step) for step in chosen["inspection_rank_points"])
        return cls(**chosen)


DEFAULT = Policy()
