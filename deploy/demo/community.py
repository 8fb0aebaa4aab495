"""昌宁社区 with 8 rows, 90 courtyards and 447 households. The people are invented.

The same seed gives the same community.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

NAME = "昌宁社区（演示）"
DISTRICT = "离石区"

ROWS = (12, 12, 11, 11, 11, 11, 11, 11)
GRIDS = ("第一网格", "第二网格", "第三网格", "第四网格")
_HOUSEHOLDS_IN_TURN = (3, 4, 5, 6, 7)
_ONE_FEWER = {30, 60, 90}

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀英霞平刚桂兰玉梅建国红梅志华春燕海波晓东雪松文博思远雨桐子涵"


@dataclass(frozen=True)
class Resident:
    """A line of the roster."""

    name: str
    phone: str | None
    tenure: str
    birth_year: int
    since: date
    is_head: bool = False
    away: bool = False


@dataclass
class Household:
    """A household in a courtyard; `code` is unique in the community, for example `025-2`."""

    code: str
    courtyard: int
    residents: list[Resident] = field(default_factory=list)


@dataclass
class Courtyard:
    number: int
    row: int
    grid: str
    households: list[Household] = field(default_factory=list)

    @property
    def head(self) -> Resident:
        """The landlord is the head (房东就是院长)."""
        return self.households[0].residents[0]


class DemoCommunity:
    """The residents on `today`, generated from a fixed seed."""

    def __init__(self, today: date, seed: int = 447) -> None:
        self._today = today
        self._random = random.Random(seed)
        self._phones = (f"199{number:08d}" for number in range(10_000_001, 99_999_999))
        self.courtyards = [self._courtyard(number, row) for number, row in _numbered_rows()]

    @cached_property
    def households(self) -> list[Household]:
        return [household for courtyard in self.courtyards for household in courtyard.households]

    def courtyard(self, number: int) -> Courtyard:
        """Return the courtyard with that number, from 1."""
        return self.courtyards[number - 1]

    def tenants_of(self, number: int) -> Household:
        """Return a household of tenants in that courtyard whose first resident has a phone."""
        return next(
            household
            for household in self.courtyard(number).households
            if household.residents[0].tenure == "tenant" and household.residents[0].phone
        )

    def elder(self) -> tuple[Household, Resident]:
        """Return a resident aged 74 without a phone."""
        return next(
            (household, resident)
            for household in self.households
            for resident in household.residents
            if resident.phone is None and self._today.year - resident.birth_year == 74
        )

    def story_households(self) -> list[Household]:
        """Return the households whose points the story checks; no other claims are made for them."""
        return [self.tenants_of(number) for number in (12, 25, 33)] + [self.elder()[0]]

    def _courtyard(self, number: int, row: int) -> Courtyard:
        count = _HOUSEHOLDS_IN_TURN[(number - 1) % 5] - (number in _ONE_FEWER)
        courtyard = Courtyard(number=number, row=row, grid=GRIDS[(row - 1) // 2])
        courtyard.households = [self._household(number, position) for position in range(1, count + 1)]
        return courtyard

    def _household(self, courtyard: int, position: int) -> Household:
        is_head = position == 1
        tenure = "owner" if is_head or self._random.random() < 0.16 else "tenant"
        since = self._today - timedelta(days=self._random.randint(120, 900 if tenure == "tenant" else 4000))
        household = Household(code=f"{courtyard:03d}-{position}", courtyard=courtyard)
        surname = self._random.choice(_SURNAMES)
        for place in range(self._random.choices((1, 2, 3, 4, 5), (15, 25, 35, 18, 7))[0]):
            taken = {resident.name for resident in household.residents}
            household.residents.append(self._resident(surname, place, tenure, since, is_head, taken))
        if position == 2 and courtyard == 5:
            household.residents.append(
                Resident(surname + "桂兰", None, tenure, birth_year=self._today.year - 74, since=since)
            )
        return household

    def _resident(self, surname: str, place: int, tenure: str, since: date, is_head: bool, taken: set[str]) -> Resident:
        born = self._today.year - (self._random.randint(28, 62) if place < 2 else self._random.randint(15, 80))
        adult_with_phone = place == 0 or (self._today.year - born < 70 and self._random.random() < 0.8)
        return Resident(
            name=self._name(surname if place != 1 else self._random.choice(_SURNAMES), taken),
            phone=next(self._phones) if adult_with_phone else None,
            tenure=tenure,
            birth_year=born,
            since=since,
            is_head=is_head and place == 0,
            away=place > 0 and self._random.random() < 0.03,
        )

    def _name(self, surname: str, taken: set[str]) -> str:
        """Return a name that no one else in the household has."""
        while True:
            name = surname + "".join(self._random.choices(_GIVEN, k=self._random.choice((1, 2, 2))))
            if name not in taken:
                return name


def _numbered_rows() -> Iterator[tuple[int, int]]:
    number = 0
    for row, count in enumerate(ROWS, start=1):
        for _ in range(count):
            number += 1
            yield number, row
