"""Rulebooks 积分细则: which deeds earn how many points, by version and date of effect (R7)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from contracts.claims import CATEGORIES, BookKind, Category, RulebookAdopted, RuleItem
from contracts.errors import (
    DeductionsOff,
    EvidenceMissing,
    Invalid,
    NotEligible,
    Recused,
    RulebookInvalid,
    UnknownItem,
    WrongState,
)
from contracts.policy import Policy
from services.claims.domain.caps import Cap

ClaimableBy = Literal["resident", "head", "both"]

_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")


@dataclass(frozen=True, kw_only=True)
class Item:
    """One item: a deed with a definite score 具体分值 for each unit, and the conditions under which it counts."""

    code: str
    category: Category
    title: str
    score: int
    """Points per unit; negative for a deduction."""
    unit: str = "次"
    max_quantity: int = 1
    """Units that one claim may have."""
    claimable_by: ClaimableBy = "both"
    evidence_required: bool = True
    deduction: bool = False
    system: bool = False
    """Claimed only by acts that the platform records (R11)."""
    public: bool = True
    """Whether lists may name who did it; claims of other items are read by working group and branch only (R14)."""
    caps: tuple[Cap, ...] = ()
    active: bool = True

    def require_claimable(
        self, *, quantity: int, book: BookKind, evidence: int, policy: Policy, system_made: bool
    ) -> None:
        """Raise unless such a claim of this item is allowed.

        The errors are `UnknownItem`, `NotEligible`, `DeductionsOff`, `Invalid` and `EvidenceMissing`.
        """
        if not self.active:
            raise UnknownItem("此项目已停用", errors=_at("/item"))
        if system_made:
            self.require_system_item()
        elif self.system:
            raise NotEligible("此项目由平台自动记录，不能手工申报")
        if self.claimable_by not in ("both", "head" if book == "head" else "resident"):
            who = "院长" if self.claimable_by == "head" else "居民"
            raise NotEligible(f"“{self.title}”只限{who}申报", errors=_at("/item"))
        if self.deduction and not policy.deductions:
            raise DeductionsOff(errors=_at("/item"))
        if quantity > self.max_quantity:
            raise Invalid(
                f"每次最多申报 {self.max_quantity} {self.unit}",
                errors=_at("/quantity", f"最多 {self.max_quantity}"),
                facts={"max_quantity": self.max_quantity},
            )
        if self.evidence_required and not evidence and not system_made:
            raise EvidenceMissing(errors=_at("/evidence_ids"))

    def require_system_item(self) -> None:
        """Raise `NotEligible` unless the platform records this item's acts (R11)."""
        if not self.system:
            raise NotEligible("此项目须由本人申报", errors=_at("/item"))

    def amount(self, cap: Cap, quantity: int) -> int:
        """Return what a claim of `quantity` counts towards `cap`."""
        return abs(self.score) * quantity if cap.counts == "points" else quantity

    def admits_more_than(self, other: "Item") -> bool:
        """Return whether some act counts under this item that does not count under `other`."""
        return (
            self.max_quantity > other.max_quantity
            or (other.evidence_required and not self.evidence_required)
            or (other.claimable_by != "both" and self.claimable_by != other.claimable_by)
            or any(not any(self._is_as_strict(cap, theirs, other) for cap in self.caps) for theirs in other.caps)
        )

    def _is_as_strict(self, cap: Cap, theirs: Cap, other: "Item") -> bool:
        """Return whether `cap` allows no more units than `theirs`, a cap of `other`."""
        units, others = cap.limit // self.amount(cap, 1), theirs.limit // other.amount(theirs, 1)
        return cap.covers(theirs) and units <= others

    def problems(self) -> Iterator[tuple[str, str]]:
        """Yield the field and the detail of each error in the item itself."""
        if not _CODE.fullmatch(self.code):
            yield "code", "编码应为小写字母开头的字母、数字和下划线，最长 40 字符"
        if self.category not in CATEGORIES:
            yield "category", f"类别应为：{'、'.join(CATEGORIES.values())}"
        if self.score == 0:
            yield "score", "分值不能为 0"
        elif (self.score < 0) is not self.deduction:
            yield "score", "扣分项目的分值应为负数" if self.deduction else "负分项目须注明为扣分项目"
        if self.max_quantity < 1:
            yield "max_quantity", "数量上限至少为 1"
        for position, cap in enumerate(self.caps):
            if cap.limit < self.amount(cap, 1):
                yield f"caps/{position}", "上限低于一次的分值，此项目将无法申报"


@dataclass(kw_only=True, eq=False)
class Rulebook:
    """One version. Its items never change; adoption gives it a date of effect."""

    community: str
    id: str
    version: int
    title: str
    items: tuple[Item, ...]
    created_by: str
    created_at: datetime
    effective_from: date | None = None
    adopted_by: str | None = None
    adopted_at: datetime | None = None
    discarded_by: str | None = None
    discarded_at: datetime | None = None

    @classmethod
    def draft(
        cls, *, community: str, id: str, version: int, title: str, items: Sequence[Item], by: str, at: datetime
    ) -> "Rulebook":
        """Return a new version that is not in force. Raises `RulebookInvalid` with every error of the items."""
        if problems := list(_problems(items)):
            raise RulebookInvalid(errors=[{"pointer": pointer, "detail": detail} for pointer, detail in problems])
        return cls(
            community=community,
            id=id,
            version=version,
            title=title,
            items=tuple(items),
            created_by=by,
            created_at=at,
        )

    @property
    def status(self) -> Literal["draft", "adopted", "discarded"]:
        if self.discarded_at is not None:
            return "discarded"
        return "draft" if self.effective_from is None else "adopted"

    def adopt(
        self,
        *,
        by: str,
        at: datetime,
        effective_from: date,
        earliest: date | None,
        loosened: tuple[str, ...] = (),
    ) -> RulebookAdopted:
        """Put the draft in force from a day on. Raises `WrongState`, `RulebookInvalid`, `Recused`.

        `earliest`: the first day on which it may take effect; None for a community's first version. Somebody else than
        who wrote it adopts a version with `loosened` items.
        """
        self._require_draft()
        if loosened and by == self.created_by:
            raise Recused("此细则放宽了积分条件，应由起草人以外的人通过", facts={"items": list(loosened)})
        if earliest is not None and effective_from < earliest:
            raise RulebookInvalid(
                f"新细则最早自 {earliest} 起生效", errors=_at("/effective_from", f"最早为 {earliest}")
            )
        self.effective_from, self.adopted_by, self.adopted_at = effective_from, by, at
        return RulebookAdopted(
            community=self.community,
            rulebook=self.id,
            version=self.version,
            effective_from=effective_from,
            items=tuple(RuleItem(code=item.code, category=item.category, score=item.score) for item in self.items),
            by=by,
            drafted_by=self.created_by,
            loosened=loosened,
            at=at,
        )

    def discard(self, *, by: str, at: datetime) -> None:
        """Discard the draft: it stays readable and can no longer be adopted. Raises `WrongState`."""
        self._require_draft()
        self.discarded_by, self.discarded_at = by, at

    def item(self, code: str) -> Item:
        """Return the item of that code. Raises `UnknownItem`."""
        for item in self.items:
            if item.code == code:
                return item
        raise UnknownItem(f"当日生效的积分细则（第 {self.version} 版）没有此项目", errors=_at("/item"))

    def _require_draft(self) -> None:
        if self.status != "draft":
            raise WrongState("此细则已经通过" if self.status == "adopted" else "此草案已经作废")


def _problems(items: Sequence[Item]) -> Iterator[tuple[str, str]]:
    if not items:
        yield "/items", "至少应有一个项目"
    seen: set[str] = set()
    for position, item in enumerate(items):
        for field, detail in item.problems():
            yield f"/items/{position}/{field}", detail
        if item.code in seen:
            yield f"/items/{position}/code", f"编码 {item.code} 重复"
        seen.add(item.code)


def _at(pointer: str, detail: str = "") -> list[dict[str, str]]:
    return [{"pointer": pointer, "detail": detail or "不符合规则"}]
