"""The rulebook 积分细则: what earns how many points, by version and date of effect (R7)."""

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
    """One line: a deed with a definite score 具体分值 for each unit, and the conditions under which it counts."""

    code: str
    category: Category
    title: str
    score: int
    """Points a unit; negative for a deduction."""
    unit: str = "次"
    max_quantity: int = 1
    """How many units one claim may hold."""
    claimable_by: ClaimableBy = "both"
    evidence_required: bool = True
    deduction: bool = False
    system: bool = False
    """Claimed by the platform's own record only (R11)."""
    caps: tuple[Cap, ...] = ()
    active: bool = True

    def admit(self, *, quantity: int, book: BookKind, evidence: int, policy: Policy, system_made: bool) -> None:
        """Whether such a claim may be made of this item.

        Raises `UnknownItem`, `NotEligible`, `DeductionsOff`, `Invalid`, `EvidenceMissing`.
        """
        if not self.active:
            raise UnknownItem("此项目已停用", errors=_at("/item"))
        if system_made:
            self.must_be_the_platforms()
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

    def must_be_the_platforms(self) -> None:
        """Whether its acts are recorded by the platform rather than declared (R11). Raises `NotEligible`."""
        if not self.system:
            raise NotEligible("此项目须由本人申报", errors=_at("/item"))

    def amount(self, cap: Cap, quantity: int) -> int:
        """What a claim of `quantity` takes from `cap`."""
        return abs(self.score) * quantity if cap.counts == "points" else quantity

    def admits_more_than(self, other: "Item") -> bool:
        """Whether an act may count here that `other` would have turned away, whatever it is worth."""
        return (
            self.max_quantity > other.max_quantity
            or (other.evidence_required and not self.evidence_required)
            or (other.claimable_by != "both" and self.claimable_by != other.claimable_by)
            or any(not any(self._binds_as(cap, theirs, other) for cap in self.caps) for theirs in other.caps)
        )

    def _binds_as(self, cap: Cap, theirs: Cap, other: "Item") -> bool:
        """Whether `cap` lets no more units through than `theirs` does of `other`."""
        units, others = cap.limit // self.amount(cap, 1), theirs.limit // other.amount(theirs, 1)
        return cap.counts_all_that(theirs) and units <= others

    def flaws(self) -> Iterator[tuple[str, str]]:
        """What is wrong with the line itself, as (field, reason)."""
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
        for place, cap in enumerate(self.caps):
            if cap.limit < self.amount(cap, 1):
                yield f"caps/{place}", "上限低于一次的分值，此项目将无法申报"


@dataclass(kw_only=True, eq=False)
class Rulebook:
    """One version. Its lines never change once written; adopting it gives it a date of effect."""

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
        """A new version that is not in force. `RulebookInvalid` points at each line that cannot stand."""
        if flaws := list(_flaws(items)):
            raise RulebookInvalid(errors=[{"pointer": pointer, "detail": detail} for pointer, detail in flaws])
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
        self, *, by: str, at: datetime, today: date, effective_from: date, in_force: "Rulebook | None"
    ) -> RulebookAdopted:
        """Put it in force from that day on. Raises `WrongState`, `RulebookInvalid`.

        `in_force` is what scores acts of `effective_from` so far: such a day must still lie ahead, so that no act is
        scored by rules made after it. The first rulebook may reach back, since nothing was scored before it.
        """
        self._must_be_a_draft()
        if in_force is not None and effective_from <= today:
            raise RulebookInvalid(
                "新细则不得追溯已有细则生效的日期，最早自明日起生效", errors=_at("/effective_from", "最早为明日")
            )
        self.effective_from, self.adopted_by, self.adopted_at = effective_from, by, at
        return RulebookAdopted(
            community=self.community,
            rulebook=self.id,
            version=self.version,
            effective_from=effective_from,
            items=tuple(RuleItem(code=item.code, category=item.category, score=item.score) for item in self.items),
        )

    def discard(self, *, by: str, at: datetime) -> None:
        """Nobody wants this draft: it stays readable and can no longer be adopted. Raises `WrongState`."""
        self._must_be_a_draft()
        self.discarded_by, self.discarded_at = by, at

    def item(self, code: str) -> Item:
        """The line of that code, or `UnknownItem`."""
        for item in self.items:
            if item.code == code:
                return item
        raise UnknownItem(f"当日生效的积分细则（第 {self.version} 版）没有此项目", errors=_at("/item"))

    def _must_be_a_draft(self) -> None:
        if self.status != "draft":
            raise WrongState("此细则已经通过" if self.status == "adopted" else "此草案已经作废")


def _flaws(items: Sequence[Item]) -> Iterator[tuple[str, str]]:
    if not items:
        yield "/items", "至少应有一个项目"
    seen: set[str] = set()
    for place, item in enumerate(items):
        for field, detail in item.flaws():
            yield f"/items/{place}/{field}", detail
        if item.code in seen:
            yield f"/items/{place}/code", f"编码 {item.code} 重复"
        seen.add(item.code)


def _at(pointer: str, detail: str = "") -> list[dict[str, str]]:
    return [{"pointer": pointer, "detail": detail or "不符合规则"}]
