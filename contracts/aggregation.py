"""What the behaviour bank tells: points credited and reversed, and what became of each hold (R20–R24)."""

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
    """Of the rulebook's item; empty in what was told before it was told."""


@dataclass(frozen=True, kw_only=True)
class PointsReversed(_AggregationEvent):
    """A correction was posted; `points` is what it changed, mostly negative."""

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
    """That many points are set aside; nobody else can spend them."""


@dataclass(frozen=True, kw_only=True)
class HoldRefused(_HoldEvent):
    """Nothing was set aside; `available` is what the account had."""

    available: int
    reason: str = "insufficient_points"
    """That, or `account_closed`: the household left the community."""


@dataclass(frozen=True, kw_only=True)
class HoldCaptured(_HoldEvent):
    """`points` of the hold were spent for good; the rest was released."""


@dataclass(frozen=True, kw_only=True)
class HoldReleased(_HoldEvent):
    """The points are available again."""


@dataclass(frozen=True, kw_only=True)
class PointsRefunded(_AggregationEvent):
    """Spent points came back to the account."""

    subject_field: ClassVar[str] = "refund"

    refund: str
    hold: str
    account: str
    points: int
    at: datetime


@dataclass(frozen=True, kw_only=True)
class PointsExpired(_AggregationEvent):
    """Points lapsed by the community's policy (R24)."""

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
    """The block's hash, in hexadecimal: it stands for every transfer up to then."""
    height: int
    """The block's number, from 1."""
    root: str
    """The Merkle root of the block's own transfers."""
    previous: str = ""
    """The hash of the block before."""
    size: int = 0
    """How many transfers it holds."""
    at: datetime
