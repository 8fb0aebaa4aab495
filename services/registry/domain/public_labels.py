"""What the public sees of people: a name and a place that fit enough residents or households (R14)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from contracts.policy import PublicPlace, PublicView

LabelKind = Literal["residents", "households"]

COMPARED_MINIMA = (1, 3, 5, 10)
"""Values of `public_min_residents` that the publicity report compares."""
_COARSER: dict[PublicPlace, tuple[PublicPlace, ...]] = {
    "courtyard": ("courtyard", "row", "none"),
    "row": ("row", "none"),
    "none": ("none",),
}


@dataclass(frozen=True, kw_only=True)
class Namesakes:
    """How many residents of a courtyard, and of how many households, are shown under one name."""

    courtyard: str
    name: str
    residents: int
    households: int


@dataclass(frozen=True, kw_only=True)
class Place:
    """A courtyard with its row."""

    courtyard: str
    number: int
    row: int


@dataclass(frozen=True, kw_only=True)
class Label:
    """What the public sees of a person. Without a name there is no place either."""

    name: str | None
    shown: PublicPlace
    place: Place | None
    fits: int
    """How many residents or households it fits; 0 without a name."""


ANONYMOUS = Label(name=None, shown="none", place=None, fits=0)


class Population:
    """The residents of a community on a day, counted by the name that the public would see and by place."""

    def __init__(self, namesakes: Iterable[Namesakes], places: Iterable[Place], kind: LabelKind) -> None:
        self._places = {place.courtyard: place for place in places}
        self._counts: Counter[tuple[PublicPlace, str | int | None, str]] = Counter()
        self.residents = 0
        for each in namesakes:
            number = each.residents if kind == "residents" else each.households
            self.residents += each.residents
            for shown in _COARSER["courtyard"]:
                self._counts[shown, self._where(shown, each.courtyard), each.name] += number

    def label(self, name: str | None, courtyard: str | None, view: PublicView) -> Label:
        """Return what the public sees of a person who is shown as `name` and whose line belongs to `courtyard`.

        The place is the narrowest that `view` allows and in which name and place fit `min_residents`. A full name
        identifies its person anywhere, so where names are not masked the place is the one that was chosen.
        """
        if not name:
            return ANONYMOUS
        for shown in _COARSER[view.place]:
            fits = self._counts[shown, self._where(shown, courtyard), name]
            if fits >= view.min_residents or not view.masked:
                place = self._places.get(courtyard) if courtyard and shown != "none" else None
                return Label(name=name, shown=shown if place else "none", place=place, fits=fits)
        return ANONYMOUS

    def _where(self, shown: PublicPlace, courtyard: str | None) -> str | int | None:
        if shown == "courtyard":
            return courtyard
        place = self._places.get(courtyard) if courtyard else None
        return place.row if shown == "row" and place else None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How many lines show how much under one choice of settings."""

    view: PublicView
    lines: Counter[str]
    """Lines by the place they show; `anonymous` for lines without a name."""
    fits_one: int
    fewest: int | None


def compare(
    population: Population, lines: Iterable[tuple[str | None, str | None, int]], chosen: PublicView
) -> list[Outcome]:
    """Return the outcome of each place with each minimum for lines of (shown name, courtyard, number)."""
    counted = list(lines)
    minima = sorted({*COMPARED_MINIMA, chosen.min_residents})
    views = [
        PublicView(place=place, deed=chosen.deed, min_residents=minimum, masked=chosen.masked)
        for place in _COARSER["courtyard"]
        for minimum in minima
    ]
    return [_outcome(population, counted, view) for view in views]


def _outcome(population: Population, lines: Iterable[tuple[str | None, str | None, int]], view: PublicView) -> Outcome:
    shown: Counter[str] = Counter()
    fits_one, fewest = 0, None
    for name, courtyard, number in lines:
        label = population.label(name, courtyard, view)
        shown[label.shown if label.name else "anonymous"] += number
        if label.name:
            fits_one += number if label.fits <= 1 else 0
            fewest = label.fits if fewest is None else min(fewest, label.fits)
    return Outcome(view=view, lines=shown, fits_one=fits_one, fewest=fewest)
