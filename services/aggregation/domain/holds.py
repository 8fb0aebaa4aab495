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
    """One request of the exchange, kept for ever: what arrives again, late or out of turn finds how it ended.

    Verbs say whether they changed anything: a repetition does not, a contradiction raises and changes nothing.
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

    def again(self, account: str, points: int) -> None:
        """The same request once more; `HoldAlreadyResolved` if it asks for something else."""
        if (account, points) != (self.account, self.points):
            raise errors.HoldAlreadyResolved(
                f"{self.id} 已为 {self.account} 冻结 {self.points} 分，不能改为 {account} 的 {points} 分"
            )

    def capture(self, points: int, at: datetime) -> bool:
        """`points` of it are spent, the rest is let go.

        `AmountExceedsHold` beyond what was held, `HoldAlreadyResolved` when it ended in another way.
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
        """All of it is let go. A refused hold has nothing to let go; `HoldAlreadyResolved` when it was spent."""
        if self.state in (HoldState.RELEASED, HoldState.REFUSED):
            return False
        self._must_be_open("释放")
        self._end(HoldState.RELEASED, at)
        return True

    def refund(self, points: int) -> None:
        """`points` of what was captured go back.

        `WrongState` while nothing was captured (the capture may still be on its way), `AmountExceedsHold` beyond it.
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
