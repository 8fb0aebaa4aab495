"""Recording who took part, from the platform's own lists: each act becomes a claim of the system's (R11)."""

from collections.abc import Iterable
from datetime import datetime

from contracts import ids
from contracts.errors import AlreadyExists, NotFound, Refusal
from contracts.event import Event
from services.claims.declaring import declare_by_platform
from services.claims.domain.acts import Act
from services.claims.domain.claim import Declaration
from services.claims.store import Office


class Attendance:
    """One list of people who did the same thing at the same time; `told` is what it makes the service say."""

    def __init__(self, office: Office, deed: Declaration, at: datetime) -> None:
        """Raises what refuses the whole list: `InTheFuture`, `TooLate`, `NoRulebook`, `UnknownItem`, `NotEligible`."""
        deed.must_be_in_time(at, office.directory.policy())
        office.rulebooks.in_force(deed.day).item(deed.item).must_be_the_platforms()
        self._office, self._deed, self._at = office, deed, at
        self.told: list[Event] = []

    def record(self, people: Iterable[str]) -> list[tuple[str, Act | Refusal]]:
        """Each person's act; instead of it the refusal of whoever is unknown or is on record for it already."""
        people = list(dict.fromkeys(people))
        already = self._office.acts.recorded(self._deed.item, self._deed.happened_at, people)
        return [
            (person, AlreadyExists("此人的本次记录已经存在") if person in already else self._act(person))
            for person in people
        ]

    def _act(self, person: str) -> Act | Refusal:
        act = Act(
            community=self._office.community,
            id=ids.new("act"),
            person=person,
            item=self._deed.item,
            happened_at=self._deed.happened_at,
            place=self._deed.place,
            cause=self._deed.cause,
            recorded_by=self._office.person,
            recorded_at=self._at,
        )
        try:
            self._count(act)
        except NotFound as unknown:
            return unknown
        except Refusal as refusal:
            act.not_counted(refusal)
        self._office.acts.add(act)
        return act

    def _count(self, act: Act) -> None:
        claim = declare_by_platform(self._office, self._deed, act.person, self._at)
        submitted = claim.submitted()
        self._office.claims.add(claim, submitted)
        self.told.append(submitted)
        act.counted(claim.id)
