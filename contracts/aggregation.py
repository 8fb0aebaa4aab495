"""Events of aggregation: points credited, reversed and expired, holds, and blocks of the ledger (R20–R24)."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from contracts.event import Event


@dataclass(frozen=True, kw_only=True)
class _AggregationEvent(Event):
    publisher: ClassVar[str] = "aggregation"


@dataclass(frozen=True, kw_only=True)
class PointsCredited(_AggregationEvent):
    """A final entry was posted to a passbook."""

    subject_field: ClassVar[str] = "transfer"

    transfer: str
    account: str
    person: str
    entry: str
    period: str
    points: int
    at: datetime
    category: str = ""
    """Category of the rulebook's item; empty in events from before this field existed."""


@dataclass(frozen=True, kw_only=True)
class PointsReversed(_AggregationEvent):
    """A correction was posted to a passbook; `points` is the difference, mostly negative."""

    subject_field: ClassVar[str] = "transfer"

    transfer: str
    account: str
    person: str
    entry: str
    correction: str
    period: str
    points: int
    at: datetime
    category: str = ""


@dataclass(frozen=True, kw_only=True)
class _HoldEvent(_AggregationEvent):
    subject_field: ClassVar[str] = "hold"

    hold: str
    account: str
    points: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class HoldPlaced(_HoldEvent):
    """The points are held and cannot be spent otherwise."""


@dataclass(frozen=True, kw_only=True)
class HoldRefused(_HoldEvent):
    """No points were held; `available` is what the account had."""

    available: int
    reason: str = "insufficient_points"
    """`insufficient_points`, or `account_closed` if the household left the community."""


@dataclass(frozen=True, kw_only=True)
class HoldCaptured(_HoldEvent):
    """`points` of the hold were spent; the rest was released."""


@dataclass(frozen=True, kw_only=True)
class HoldReleased(_HoldEvent):
    """The held points are available again."""


@dataclass(frozen=True, kw_only=True)
class PointsRefunded(_AggregationEvent):
    """Spent points were returned to the account."""

    subject_field: ClassVar[str] = "refund"

    refund: str
    hold: str
    account: str
    points: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class PointsExpired(_AggregationEvent):
    """Points lapsed according to the community's policy (R24)."""

    subject_field: ClassVar[str] = "transfer"

    transfer: str
    account: str
    points: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class BlockSealed(_AggregationEvent):
    """Transfers were sealed into a block of the community's hash chain (R20)."""

    subject_field: ClassVar[str] = "block"

    block: str
    """The block's hash in hexadecimal; it covers this and all earlier blocks."""
    height: int
    """The block's number, from 1."""
    root: str
    """The Merkle root of the block's own transfers."""
    previous: str = ""
    """The hash of the previous block."""
    size: int = 0
    """Number of transfers in the block."""
    at: datetime
