"""Moving 搬家: into, within and out of the community, alone or as a household; households split and merge (R3).

A household that moves as a whole stays the same household: its code, its book and its balance go along, and the credit
of earlier acts stays with the courtyard it lived in then.
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
    """A person who moves, from his household if he has one; `others` are its remaining members, `whole`: all move."""

    person: Person
    household: Household | None
    others: Sequence[Person]
    whole: bool

    @property
    def household_goes(self) -> bool:
        """The last member takes the household along: nobody is left for whom it would stay."""
        return self.household is not None and (self.whole or not self.others)

    def to_courtyard(self, courtyard: Courtyard, code: str, tenure: Tenure | None, on: date) -> "Moved":
        """They live there from that day on; one who leaves his household behind makes a new one called `code`."""
        if self.household is not None and self.household_goes:
            return Moved(self.household, [self.household.move(courtyard.id, on)])
        household, registered = Household.register(self.person.community, code, courtyard.id, on)
        return Moved(household, [registered, self.person.move(self._home(self.person, household, tenure, on), on)])

    def to_household(self, household: Household, tenure: Tenure | None, on: date, away: bool | None = None) -> "Moved":
        """They join that household from that day on; one that nobody is left in is merged into it.

        Into his own household one moves to become its owner or tenant, or to live `away` (身处异乡) and come back.
        """
        if household is self.household:
            return Moved(household, [self.person.move(self._home(self.person, household, tenure, on, away), on)])
        household.must_live_here(on)
        people = [self.person, *(self.others if self.whole else ())]
        events: list[Event] = [
            person.move(self._home(person, household, tenure, on, away if person is self.person else None), on)
            for person in people
        ]
        if self.household is not None and self.household_goes:
            events += self.household.merge(household, on)
        return Moved(household, events)

    def leave(self, on: date) -> "Moved":
        """They leave the community."""
        if self.household is not None and self.household_goes:
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
    """Where they belong now (none: nowhere in the community), and what is to be told."""

    household: Household | None
    events: list[Event]


def split(household: Household, leaving: Sequence[Person], courtyard: Courtyard, code: str, on: date) -> Moved:
    """Those leave their household to be one of their own, called `code`, from that day on.

    Its book is new and empty: what the old one holds stays with those who stay.
    """
    household.must_live_here(on)
    made, registered = Household.register(household.community, code, courtyard.id, on)
    return Moved(made, [registered, *(person.move(_home_in(made, person, on), on) for person in leaving)])


def merge(household: Household, members: Sequence[Person], into: Household, on: date) -> Moved:
    """All of a household belong to another from that day on, as owners or tenants as before."""
    joined = household.merge(into, on)
    return Moved(into, [*(person.move(_home_in(into, person, on), on) for person in members), *joined])


def _home_in(household: Household, person: Person, on: date) -> Home:
    before = person.home_on(on)
    if before is None:
        raise WrongState("该居民不属于任何户")
    return Home(household=household.id, tenure=before.tenure, away=before.away)
