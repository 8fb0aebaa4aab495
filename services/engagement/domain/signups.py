"""Sign-ups: a party of one household that has places, waits for them or is offered them (R29)."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from contracts import ids
from contracts.engagement import PlaceLost, PlaceOffered, SignedUp, SignUpState

ACTIVE: tuple[SignUpState, ...] = ("entered", "confirmed", "waiting", "offered")
"""The states of a party that takes part, or may still."""
WITH_PLACES: tuple[SignUpState, ...] = ("confirmed", "offered")
"""The states of a party that places are counted for."""


@dataclass
class SignUp:
    """The sign-up of one party. `number` is its place in the order of sign-ups, or of the draw."""

    community: str
    activity: str
    id: str
    household: str | None
    people: tuple[str, ...]
    number: int
    state: SignUpState
    signed_up_by: str
    signed_up_at: datetime
    changed_at: datetime
    entry: str
    """Names it among the published entries of a draw; nobody but its household knows whose it is."""
    offered_until: datetime | None = None
    version: int = 1

    @classmethod
    def of(
        cls,
        community: str,
        activity: str,
        household: str | None,
        people: tuple[str, ...],
        number: int,
        state: SignUpState,
        by: str,
        at: datetime,
    ) -> "SignUp":
        """Return a new sign-up."""
        return cls(
            community,
            activity,
            ids.new("sgn"),
            household,
            people,
            number,
            state,
            by,
            at,
            at,
            ids.new_without_time("dre"),
        )

    @property
    def size(self) -> int:
        return len(self.people)

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE

    @property
    def has_places(self) -> bool:
        """Whether places are counted for it."""
        return self.state in WITH_PLACES

    def signed_up(self) -> SignedUp:
        """Return the event of its present state."""
        return SignedUp(**self._event_fields(), by=self.signed_up_by, at=self.changed_at, state=self.state)

    def confirm(self, by: str, at: datetime) -> SignedUp:
        """Give it the places it was offered or drawn."""
        self._turn("confirmed", at)
        return SignedUp(**self._event_fields(), by=by, at=at, state=self.state)

    def offer(self, until: datetime, at: datetime) -> PlaceOffered:
        """Keep places for it until a time."""
        self._turn("offered", at)
        self.offered_until = until
        return PlaceOffered(**self._event_fields(), by="clock", at=at, until=until)

    def withdraw(self, by: str, at: datetime) -> PlaceLost:
        """Give up its places or its place in the queue."""
        self._turn("withdrawn", at)
        return PlaceLost(**self._event_fields(), by=by, at=at, reason="withdrawn")

    def drawn(self, at: datetime) -> SignedUp:
        """Return the event of the state and number that a draw gave it."""
        self.changed_at = at
        self.version += 1
        return SignedUp(**self._event_fields(), by="clock", at=at, state=self.state)

    def leave(self, person: str, by: str, at: datetime) -> PlaceLost:
        """Let one of its people go; the others stay as they are."""
        self.people = tuple(each for each in self.people if each != person)
        self.changed_at = at
        self.version += 1
        lost = PlaceLost(**self._event_fields(), by=by, at=at, reason="withdrawn")
        return replace(lost, people=(person,))

    def lapse(self, at: datetime) -> PlaceLost:
        """End an offer that nobody accepted."""
        self._turn("lost", at)
        return PlaceLost(**self._event_fields(), by="clock", at=at, reason="lapsed")

    def cancel(self, at: datetime) -> None:
        """End it with its activity, whose event names everybody."""
        self._turn("cancelled", at)

    def _turn(self, state: SignUpState, at: datetime) -> None:
        self.state, self.changed_at = state, at
        self.offered_until = None
        self.version += 1

    def _event_fields(self) -> dict[str, Any]:
        return {
            "community": self.community,
            "sequence": self.version,
            "signup": self.id,
            "activity": self.activity,
            "household": self.household,
            "people": self.people,
        }
