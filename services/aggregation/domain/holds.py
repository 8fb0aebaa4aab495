"""Holds: points set aside for one purchase. The exchange decides how each one ends, and it ends once (R28)."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from contracts import errors


class HoldState(StrEnum):
    OPEN = "open"
    CAPTURED = "captured"
    RELEASED = "released"
    REFUSED = "refused"


@dataclass(slots=True, kw_only=True)
class Hold:
    """One hold that the exchange requested. It is stored for good, so that late and repeated events find how it ended.

    Methods return whether they changed anything: a repeat does not; a contradiction raises.
    """

    community: str
    id: str
    account: str
    points: int
    state: HoldState
    captured: int = 0
    refunded: int = 0
    placed_at: datetime
    ended_at: datetime | None = None
    changed: bool = field(default=True, compare=False)

    def require_same(self, account: str, points: int) -> None:
        """Raise `HoldAlreadyResolved` unless a repeated request asks for the same."""
        if (account, points) != (self.account, self.points):
            raise errors.HoldAlreadyResolved(
                f"{self.id} 已为 {self.account} 冻结 {self.points} 分，不能改为 {account} 的 {points} 分"
            )

    def capture(self, points: int, at: datetime) -> bool:
        """Spend `points` of the hold and release the rest.

        Raises `AmountExceedsHold` beyond what is held, `HoldAlreadyResolved` when it ended in another way.
        """
        if self.state is HoldState.CAPTURED and points == self.captured:
            return False
        self._must_be_open(f"扣除 {points} 分")
        if points > self.points:
            raise errors.AmountExceedsHold(f"{self.id} 只冻结了 {self.points} 分，不能扣除 {points} 分")
        self.captured = points
        self._end(HoldState.CAPTURED, at)
        return True

    def release(self, at: datetime) -> bool:
        """Release the hold; a refused one stays as it is. Raises `HoldAlreadyResolved` when it was captured."""
        if self.state in (HoldState.RELEASED, HoldState.REFUSED):
            return False
        self._must_be_open("释放")
        self._end(HoldState.RELEASED, at)
        return True

    def refund(self, points: int) -> None:
        """Refund `points` of what was captured.

        Raises `WrongState` while nothing was captured (the event may still be on its way), `AmountExceedsHold` beyond.
        """
        if self.state is not HoldState.CAPTURED:
            raise errors.WrongState(f"{self.id} 尚未扣除积分，不能退回 {points} 分")
        if self.refunded + points > self.captured:
            raise errors.AmountExceedsHold(
                f"{self.id} 扣除了 {self.captured} 分，已退 {self.refunded} 分，不能再退 {points} 分"
            )
        self.refunded += points
        self.changed = True

    def _must_be_open(self, wanted: str) -> None:
        if self.state is not HoldState.OPEN:
            raise errors.HoldAlreadyResolved(
                f"{self.id} 已经是 {self.state}（扣除 {self.captured} 分），不能再{wanted}"
            )

    def _end(self, state: HoldState, at: datetime) -> None:
        self.state, self.ended_at, self.changed = state, at, True
