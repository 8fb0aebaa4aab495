"""Moving 搬家: into, within and out of the community, alone or as a household; households split and merge (R3).

A household that moves as a whole stays the same household, with its code, passbook and balance; the credit of earlier
acts stays with the courtyard it lived in then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from contracts.errors import Invalid, WrongState
from contracts.event import Event
from contracts.registry import Tenure
from services.registry.domain.people import Home, Person
from services.registry.domain.places import Courtyard, Household


@dataclass(frozen=True, kw_only=True)
class Movers:
    """A person who moves, with their household if they have one.

    `others` are the household's other members; with `whole` they move too.
    """

    person: Person
    household: Household | None
    others: Sequence[Person]
    whole: bool

    @property
    def household_moves(self) -> bool:
        """Whether the household itself moves: as a whole, or with its last member."""
        return self.household is not None and (self.whole or not self.others)

    @property
    def people(self) -> list[Person]:
        """Everybody who moves."""
        return [self.person, *(self.others if self.whole else ())]

    def to_courtyard(self, courtyard: Courtyard, code: str, tenure: Tenure | None, on: date) -> "Moved":
        """Move to a courtyard; a person who leaves their household founds a new one with the code `code`."""
        if self.household is not None and self.household_moves:
            return Moved(self.household, [self.household.move(courtyard.id, on)])
        household, registered = Household.register(self.person.community, code, courtyard.id, on)
        return Moved(household, [registered, self.person.move(self._home(self.person, household, tenure, on), on)])

    def to_household(self, household: Household, tenure: Tenure | None, on: date, away: bool | None = None) -> "Moved":
        """Join a household; a household that nobody is left in is merged into it.

        A person "moves" into their own household to become its owner or tenant, or to live `away` (身处异乡) or return.
        """
        if household is self.household:
            return Moved(household, [self.person.move(self._home(self.person, household, tenure, on, away), on)])
        household.require_courtyard(on)
        events: list[Event] = [
            person.move(self._home(person, household, tenure, on, away if person is self.person else None), on)
            for person in self.people
        ]
        if self.household is not None and self.household_moves:
            events += self.household.merge(household, on)
        return Moved(household, events)

    def leave(self, on: date) -> "Moved":
        """Leave the community. Raises `WrongState` when the person belongs to no household."""
        if self.household is not None and self.household_moves:
            return Moved(self.household, [self.household.move(None, on)])
        if self.household is None:
            raise WrongState("该居民不属于任何户")
        return Moved(None, [self.person.move(None, on)])

    def _home(
        self, person: Person, household: Household, tenure: Tenure | None, on: date, away: bool | None = None
    ) -> Home:
        before = person.home_on(on)
        tenure = tenure or (before.tenure if before else None)
        if tenure is None:
            raise Invalid("请说明房东或租户", [{"pointer": "/tenure", "detail": "必填"}])
        was_away = before.away if before else False
        return Home(household=household.id, tenure=tenure, away=was_away if away is None else away)


@dataclass(frozen=True)
class Moved:
    """The household they belong to now (None: none in the community), and the events."""

    household: Household | None
    events: list[Event]


def split(
    household: Household, leaving: Sequence[Person], courtyard: Courtyard, code: str, on: date
) -> tuple[Household, list[Event]]:
    """Make some members a household of their own, with the code `code`.

    Its passbook is new and empty; the old one stays with those who stay.
    """
    household.require_courtyard(on)
    made, registered = Household.register(household.community, code, courtyard.id, on)
    return made, [registered, *(person.move(_home_in(made, person, on), on) for person in leaving)]


def merge(household: Household, members: Sequence[Person], into: Household, on: date) -> list[Event]:
    """Move all members of a household into another, as owners or tenants as before."""
    joined = household.merge(into, on)
    return [*(person.move(_home_in(into, person, on), on) for person in members), *joined]


def _home_in(household: Household, person: Person, on: date) -> Home:
    before = person.home_on(on)
    if before is None:
        raise WrongState("该居民不属于任何户")
    return Home(household=household.id, tenure=before.tenure, away=before.away)
