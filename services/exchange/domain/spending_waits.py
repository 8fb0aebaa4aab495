"""The exchange's copy of the registry's spending waits: who may not spend a household's points yet (R6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from contracts.calendar import ZONE
from contracts.errors import SpendingWaits
from contracts.instants import instant
from contracts.registry import SpendingWaitState

_AFTER_THE_WAIT = "您新近取得本户积分的使用权，{at:%m月%d日 %H:%M} 起可用；本户其他成年成员在小程序同意后即可使用"
_BEFORE_SIGNING_IN = "您新近取得本户积分的使用权，登录满等待期后可用；本户其他成年成员在小程序同意后即可使用"
_REFUSED = "本户成员不同意您使用本户积分，须由小区党支部或社区裁定"
_DENIED = "经裁定，您不能使用本户积分"


@dataclass(eq=False, kw_only=True)
class SpendingWait:
    """One wait of a person, over the points of one household or, without it, all that the person can spend."""

    community: str
    wait: str
    person: str
    household: str | None
    state: SpendingWaitState
    ends_at: datetime | None
    sequence: int

    def blocks(self, account: str, at: datetime) -> bool:
        """Return whether the person does not spend from a passbook now."""
        if self.household not in (None, account):
            return False
        if self.state == "open":
            return self.ends_at is None or at < self.ends_at
        return self.state in ("refused", "denied")


def require_no_wait(waits: Iterable[SpendingWait], account: str, at: datetime) -> None:
    """Raise `SpendingWaits` when one of a person's waits keeps them from spending from a passbook."""
    for wait in waits:
        if wait.blocks(account, at):
            spends_from = instant(wait.ends_at) if wait.state == "open" and wait.ends_at else None
            raise SpendingWaits(_detail(wait), facts={"state": wait.state, "spends_from": spends_from})


def _detail(wait: SpendingWait) -> str:
    if wait.state == "refused":
        return _REFUSED
    if wait.state == "denied":
        return _DENIED
    return _AFTER_THE_WAIT.format(at=wait.ends_at.astimezone(ZONE)) if wait.ends_at else _BEFORE_SIGNING_IN
