"""Reach: which households know of an announcement, and by which proof (R36). Never assumed, always by a proof."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from contracts import ids

Proof = Literal["opened", "acknowledged", "told", "card_scanned", "slip_returned"]
"""Opened or acknowledged by one of the household; told in person; their card scanned at the door; a slip returned."""

PROOFS: tuple[Proof, ...] = ("opened", "acknowledged", "told", "card_scanned", "slip_returned")


@dataclass
class ReachProof:
    """A proof that a household knows: one of each kind counts, the first."""

    community: str
    announcement: str
    household: str
    proof: Proof
    by: str
    """Who opened it, or who told them, scanned the card or took the slip."""
    at: datetime


@dataclass
class Posting:
    """Somebody put an announcement up in public and took a photo of it; not a proof that anybody read it."""

    community: str
    id: str
    announcement: str
    channel: str
    place: str
    photo: str
    """SHA-256 of the photo."""
    posted_by: str
    posted_at: datetime

    @classmethod
    def of(
        cls, community: str, announcement: str, channel: str, place: str, photo: str, by: str, at: datetime
    ) -> "Posting":
        """Return a new posting."""
        return cls(community, ids.new("ptn"), announcement, channel, place, photo, by, at)


@dataclass(frozen=True)
class Reach:
    """How many of an audience's households are reached, against the community's target."""

    households: int
    reached: int
    target_percent: int

    @classmethod
    def of(cls, audience: Collection[str], proofs: Mapping[str, Collection[str]], target_percent: int) -> "Reach":
        """Count the households of an audience that have a proof; `proofs` are by household."""
        return cls(len(audience), sum(1 for each in audience if proofs.get(each)), target_percent)

    @property
    def percent(self) -> int:
        """The share that is reached, rounded down: 100 is everybody."""
        return 100 * self.reached // self.households if self.households else 100

    @property
    def still_to_reach(self) -> int:
        """How many households more make the target."""
        return max(0, math.ceil(self.households * self.target_percent / 100) - self.reached)
