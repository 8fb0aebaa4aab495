"""The settings a community may choose (*policy* in the mission), with what holds when it chose nothing."""

from dataclasses import dataclass, fields
from typing import Any, Self


@dataclass(frozen=True, kw_only=True)
class Policy:
    """One community's rules of the house. Money in fen, spans in days (fractions allowed where they say number)."""

    objection_window_days: float = 5.0
    """R16: how long a published list may be objected to before it can settle."""
    late_declaration_days: int = 31
    """R8: how many days after the act it may still be declared."""
    suspend_after_false_claims: int = 0
    """R8: after how many refused as false a person may not declare for himself for a while; 0 is never."""
    suspension_days: int = 30
    """R8: how long that is."""
    deductions: bool = False
    """R7: whether rule items may take points away."""
    mask_names: bool = True
    """R14: whether published lists and boards show 张* instead of the whole name."""
    inspection_rank_points: tuple[tuple[int, int], ...] = ((10, 10), (30, 5), (60, 2))
    """R19: (last rank, points) in ascending ranks: 1–10 earn 10, 11–30 earn 5, 31–60 earn 2."""
    inspection_red_places: int = 10
    """R19: how many places of a round are on its red list."""
    inspection_black_places: int = 5
    """R19: how many of the last places are on its black list; 0 where nobody is to be shown up."""
    declarer_may_review: bool = True
    """R12: whether a head or officer who declared for another may give that claim's first review; else one level up."""
    approval_quorum: int = 1
    """R13: how many members of the working group must approve an entry."""
    calendar: bool = False
    """R13, R14, R17: whether the clock publishes and settles each month's list, besides the working group's hand."""
    cut_off_day: int = 3
    """R13: the last day of the next month on which an approval still goes on a month's list, where the clock keeps."""
    publication_day: int = 5
    """R14: the day of the next month on which the clock publishes a month's list; after the cut-off."""
    reminder_days: int = 3
    """R12: how many days a first review may wait before its judges are reminded, once a day."""
    ruling_days: int = 7
    """R16: how many days the branch has to rule on an objection before it is reminded, once a day."""
    expiry: str = "none"
    """R24: `none`, `year_end`, or a number of months such as `12`."""
    voucher_days: int = 30
    """R25: how long a voucher can be honoured."""
    voucher_reminder_days: int = 30
    """R25: how long before a voucher lapses its holder is reminded, but never in the first half of its life."""
    card_daily_points: int = 200
    """R25: what a household can pay in a day with its printed card."""
    point_value_fen: int = 100
    """What one point is worth in fen, for the budget view and for settlement with merchants."""

    @classmethod
    def of(cls, settings: dict[str, Any]) -> Self:
        """The policy that `settings` describe; what they leave out keeps its default, what is unknown is ignored."""
        known = {f.name for f in fields(cls)}
        chosen = {name: value for name, value in settings.items() if name in known}
        if "inspection_rank_points" in chosen:
            chosen["inspection_rank_points"] = tuple(tuple(step) for step in chosen["inspection_rank_points"])
        return cls(**chosen)


DEFAULT = Policy()
