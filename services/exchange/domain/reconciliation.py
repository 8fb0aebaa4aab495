"""A merchant's own file of a month against the statement: what agrees, and every line that does not (R27)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from contracts import ids
from services.exchange.domain.merchants import Till
from services.exchange.domain.purchases import Mode
from services.exchange.domain.settlement import Kind, Line


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of the merchant's file. Refunds are negative."""

    merchant_reference: str
    kind: Kind
    points: int
    at: str | None = None

    @classmethod
    def of(cls, merchant_reference: str, kind: Kind, points: int, at: str | None) -> Self:
        """Return an entry; the points of a refund may be written with either sign."""
        signed = -abs(points) if kind == "refund" else points
        return cls(merchant_reference=merchant_reference, kind=kind, points=signed, at=at)

    @property
    def identity(self) -> tuple[str, Kind]:
        """By what it is matched with a line of the statement."""
        return self.merchant_reference, self.kind


@dataclass(eq=False, kw_only=True)
class Reconciliation:
    """How a merchant's file compared with the statement when it was submitted. Never changed."""

    community: str
    id: str
    merchant: str
    mode: Mode
    period: str
    key: str
    """The merchant's key that submitted it, or the person who did as its operator."""
    made_at: datetime
    lines: int
    """In the merchant's file."""
    matched: int
    missing: list[dict[str, Any]]
    """On the statement only."""
    extra: list[dict[str, Any]]
    """In the file only, among them repeated lines."""
    different: list[dict[str, Any]]
    """In both, with different points."""
    points: int
    """The sum of the file."""
    statement_points: int
    """The sum of the statement."""

    @classmethod
    def of(cls, till: Till, period: str, ours: Sequence[Line], theirs: Sequence[Entry], at: datetime) -> Self:
        """Compare the statement's lines with the file's entries by `merchant_reference` and kind."""
        left = {(line.merchant_reference, line.kind): line for line in ours if line.merchant_reference}
        matched, extra, different = 0, [], []
        for entry in theirs:
            line = left.pop(entry.identity, None)
            if line is None:
                extra.append(_theirs(entry))
            elif line.points == entry.points:
                matched += 1
            else:
                different.append(_ours(line) | {"points": entry.points, "statement_points": line.points})
        return cls(
            community=till.community,
            id=ids.new("rcn"),
            merchant=till.merchant,
            mode=till.mode,
            period=period,
            key=till.key,
            made_at=at,
            lines=len(theirs),
            matched=matched,
            missing=[_ours(line) for line in _in_order(ours, left.values())],
            extra=extra,
            different=different,
            points=sum(entry.points for entry in theirs),
            statement_points=sum(line.points for line in ours),
        )


def _in_order(ours: Iterable[Line], left: Iterable[Line]) -> Iterable[Line]:
    """Return, in order, the lines that no entry matched, among them those without a reference."""
    unmatched = {line.id for line in left}
    return (line for line in ours if line.id in unmatched or not line.merchant_reference)


def _ours(line: Line) -> dict[str, Any]:
    named = {"id": line.id, "merchant_reference": line.merchant_reference, "kind": line.kind}
    return named | {"points": line.points, "at": line.at.isoformat()}


def _theirs(entry: Entry) -> dict[str, Any]:
    named = {"merchant_reference": entry.merchant_reference, "kind": entry.kind}
    return named | {"points": entry.points, "at": entry.at}
