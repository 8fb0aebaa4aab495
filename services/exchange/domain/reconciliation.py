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
    """One line of the merchant's file. Refunds are negative, whichever way they were written."""

    merchant_reference: str
    kind: Kind
    points: int
    at: str | None = None

    @classmethod
    def of(cls, form: dict[str, Any]) -> Self:
        """From the form of the API."""
        points = -abs(form["points"]) if form["kind"] == "refund" else form["points"]
        return cls(merchant_reference=form["merchant_reference"], kind=form["kind"], points=points, at=form.get("at"))

    @property
    def named(self) -> tuple[str, Kind]:
        """What makes it the same line as one of ours."""
        return self.merchant_reference, self.kind


@dataclass(eq=False, kw_only=True)
class Reconciliation:
    """How a file compared with the statement when it was handed in. It is kept as it was."""

    community: str
    id: str
    merchant: str
    mode: Mode
    period: str
    key: str
    made_at: datetime
    lines: int
    """In the merchant's file."""
    matched: int
    missing: list[dict[str, Any]]
    """On our statement, not in the file."""
    extra: list[dict[str, Any]]
    """In the file, not on our statement; also a line that is there twice."""
    different: list[dict[str, Any]]
    """In both, with other points."""
    points: int
    """What the file adds up to."""
    statement_points: int
    """What the statement adds up to."""

    @classmethod
    def of(cls, till: Till, period: str, ours: Sequence[Line], theirs: Sequence[Entry], at: datetime) -> Self:
        """Compare; lines are the same that have the same `merchant_reference` and kind."""
        left = {(line.merchant_reference, line.kind): line for line in ours if line.merchant_reference}
        matched, extra, different = 0, [], []
        for entry in theirs:
            line = left.pop(entry.named, None)
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
    """What nobody claimed, and what has no number to claim it by."""
    unclaimed = {line.id for line in left}
    return (line for line in ours if line.id in unclaimed or not line.merchant_reference)


def _ours(line: Line) -> dict[str, Any]:
    named = {"id": line.id, "merchant_reference": line.merchant_reference, "kind": line.kind}
    return named | {"points": line.points, "at": line.at.isoformat()}


def _theirs(entry: Entry) -> dict[str, Any]:
    named = {"merchant_reference": entry.merchant_reference, "kind": entry.kind}
    return named | {"points": entry.points, "at": entry.at}
