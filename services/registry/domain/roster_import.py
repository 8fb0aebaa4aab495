"""What importing a roster adds to a community (R5).

An import registers what does not exist yet. What exists is not changed, even where the file differs, because it may
have been moved or corrected since; such differences are reported as notes. Importing the same file again changes
nothing. Existing objects are found by: the number of a courtyard, the code of a household, the phone of a person, or
their name (and year of birth, where both have one) in a household they ever belonged to; a head by ever having been the
head of that courtyard.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from contracts.event import Event
from services.registry.domain import spans
from services.registry.domain.appointments import Appointment, first_free_day
from services.registry.domain.people import EncryptedPhone, Home, Person
from services.registry.domain.places import Courtyard, Grid, Household
from services.registry.domain.roster import Flaw, Line

T = TypeVar("T", Grid, Courtyard, Household, Person, Appointment)


@dataclass(kw_only=True)
class KnownObjects:
    """What exists in the community already; planned additions are added to it."""

    community: str
    grids: dict[str, Grid] = field(default_factory=dict)
    """By name."""
    courtyards: dict[int, Courtyard] = field(default_factory=dict)
    """By number."""
    households: dict[str, Household] = field(default_factory=dict)
    """By code."""
    people_by_phone: dict[bytes, Person] = field(default_factory=dict)
    people_by_home: dict[tuple[str, str], list[Person]] = field(default_factory=dict)
    """By household id and name."""
    heads: dict[str, list[Appointment]] = field(default_factory=dict)
    """All heads a courtyard ever had, by courtyard id."""


@dataclass(kw_only=True)
class Additions:
    """New objects with their events. They must not be stored when there are flaws."""

    grids: list[Grid] = field(default_factory=list)
    courtyards: list[Courtyard] = field(default_factory=list)
    households: list[Household] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    appointments: list[Appointment] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    flaws: list[Flaw] = field(default_factory=list)
    notes: list[Flaw] = field(default_factory=list)


class RosterImport:
    """Plans the import of one roster, line by line. Earlier lines count as known to later ones."""

    def __init__(self, known: KnownObjects, today: date, encrypt_phone: Callable[[str], EncryptedPhone]) -> None:
        self.added = Additions()
        self._known = known
        self._today = today
        self._encrypt_phone = encrypt_phone
        self._row_of: dict[str, int] = {}
        self._first_day: dict[tuple[int, str], date] = {}

    def plan(self, lines: Sequence[Line], paced: Callable[[Sequence[Line]], Iterable[Line]] = iter) -> Additions:
        """Return what these lines add. `paced` iterates over them and may yield to other work between two."""
        for line in lines:
            key = (line.number, line.code)
            self._first_day[key] = min(self._first_day.get(key, self._today), line.since or self._today)
        for line in paced(lines):
            courtyard = self._courtyard(line)
            household = self._household(line, courtyard)
            person = self._person(line, household)
            if line.head:
                self._head(line, courtyard, person)
        return self.added

    def _courtyard(self, line: Line) -> Courtyard:
        courtyard = self._known.courtyards.get(line.number)
        if courtyard is None:
            courtyard = Courtyard(
                community=self._known.community,
                number=line.number,
                row=line.courtyard_row,
                grid=self._grid(line).id,
            )
            self._known.courtyards[line.number] = courtyard
            self._add(line, courtyard, self.added.courtyards, courtyard.registered())
            return courtyard
        grid = self._known.grids.get(line.grid)
        if courtyard.row != line.courtyard_row:
            self._differs(line, "排", courtyard.id, f"{line.number} 号院在第 {courtyard.row} 排")
        if grid is None or courtyard.grid != grid.id:
            self._differs(line, "网格", courtyard.id, f"{line.number} 号院属于另一网格")
        return courtyard

    def _grid(self, line: Line) -> Grid:
        grid = self._known.grids.get(line.grid)
        if grid is None:
            grid = self._known.grids[line.grid] = Grid(community=self._known.community, name=line.grid)
            self._add(line, grid, self.added.grids)
        return grid

    def _household(self, line: Line, courtyard: Courtyard) -> Household:
        code = courtyard.household_code(int(line.code)) if line.code.isdecimal() and len(line.code) <= 3 else line.code
        household = self._known.households.get(code)
        if household is None:
            self._check_existing(line, courtyard)
            since = self._first_day[line.number, line.code]
            household, registered = Household.register(self._known.community, code, courtyard.id, since)
            self._known.households[code] = household
            self._add(line, household, self.added.households, registered)
        elif household.courtyard_on(self._today) != courtyard.id:
            self._differs(line, "户号", household.id, f"{code} 户住在另一院落")
        return household

    def _person(self, line: Line, household: Household) -> Person:
        phone = self._encrypt_phone(line.phone) if line.phone else None
        by_phone = self._known.people_by_phone.get(phone.index) if phone else None
        person = by_phone or self._namesake(line, household)
        if person is None:
            if household.merged_into:
                self._flaw(line, "户号", "该户已并入他户，不能再登记新成员")
            return self._new_person(line, household, phone)
        home = person.home_on(self._today)
        if person.id in self._row_of:
            self._flaw(line, "手机号" if by_phone else "姓名", f"与第 {self._row_of[person.id]} 行重复")
        elif person.name != line.name:
            self._flaw(line, "手机号", "该手机号登记在另一位居民名下")
        elif phone and not by_phone:
            self._note(line, "手机号", "与登记的手机号不同，未作改动")
        elif home is None or home.household != household.id:
            self._note(line, "户号", "该居民现不属于此户，未作改动")
        elif (home.tenure, home.away) != (line.tenure, line.away):
            self._note(line, "身份", "与登记的身份不同，未作改动")
        return person

    def _namesake(self, line: Line, household: Household) -> Person | None:
        """Return the household's person of that name, if any, unless born in another year.

        A person of this file with a phone is not the same as one with another phone.
        """
        for person in self._known.people_by_home.get((household.id, line.name), ()):
            same_year = line.birth_year is None or person.birth_year in (None, line.birth_year)
            two_phones = line.phone and person.phone_index and person.id in self._row_of
            if same_year and not two_phones:
                return person
        return None

    def _new_person(self, line: Line, household: Household, phone: EncryptedPhone | None) -> Person:
        person, registered = Person.register(
            self._known.community,
            line.name,
            line.since or self._today,
            Home(household=household.id, tenure=line.tenure, away=line.away),
            phone,
            birth_year=line.birth_year,
        )
        if phone:
            self._known.people_by_phone[phone.index] = person
        self._known.people_by_home.setdefault((household.id, line.name), []).append(person)
        self._add(line, person, self.added.people, registered)
        return person

    def _head(self, line: Line, courtyard: Courtyard, person: Person) -> None:
        heads = self._known.heads.setdefault(courtyard.id, [])
        if any(head.person == person.id for head in heads):
            return
        self._check_existing(line, courtyard)
        since = first_free_day(heads, line.since or self._today)
        if rival := spans.overlapping(heads, since, None):
            row = self._row_of.get(rival.id)
            self._flaw(line, "院长", f"第 {row} 行已是该院院长" if row else "该院落已有院长，请先结束其任期")
            return
        head, appointed = Appointment.appoint(self._known.community, person.id, "head", courtyard.id, since)
        heads.append(head)
        self._add(line, head, self.added.appointments, appointed)

    def _check_existing(self, line: Line, courtyard: Courtyard) -> None:
        if courtyard.dissolved_on:
            self._flaw(line, "院落号", f"{courtyard.number} 号院已于 {courtyard.dissolved_on:%Y-%m-%d} 撤销")

    def _add(self, line: Line, thing: T, to: list[T], *events: Event) -> None:
        to.append(thing)
        self.added.events += events
        self._row_of[thing.id] = line.row

    def _differs(self, line: Line, column: str, thing: str, detail: str) -> None:
        if row := self._row_of.get(thing):
            self._flaw(line, column, f"{detail}（第 {row} 行）")
        else:
            self._note(line, column, f"{detail}，未作改动")

    def _flaw(self, line: Line, column: str, detail: str) -> None:
        self.added.flaws.append(Flaw(row=line.row, column=column, detail=detail))

    def _note(self, line: Line, column: str, detail: str) -> None:
        self.added.notes.append(Flaw(row=line.row, column=column, detail=detail))
