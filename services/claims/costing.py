"""Costing a draft: the month's acts are gathered from the stores, then the draft's rules count them again."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from contracts.calendar import day_of
from contracts.claims import BookKind
from services.claims.domain.acts import Act
from services.claims.domain.drafts import Costing, Deed, Part
from services.claims.store import Office


def cost(office: Office, rulebook: str, period: str) -> Costing:
    """The month `period` under that rulebook. Raises `NotFound`."""
    draft, deeds = office.rulebooks.get(rulebook), office.deeds(period)
    costing = Costing(draft, office.rulebooks.on(deeds.last_day), office.directory.policy())
    first = deeds.first_day()
    since = min((cap.window(first)[0] for item in draft.items for cap in item.caps), default=first)
    capped = [item.code for item in draft.items if item.caps]
    costing.count([*deeds.declared(since, capped), *_recorded(office, deeds.uncounted())])
    return costing


def _recorded(office: Office, acts: Iterable[Act]) -> Iterator[Deed]:
    """Those acts whose doers lived here, as they stood on the day."""
    by_day = sorted(acts, key=lambda act: act.happened_at)
    for day, of_day in groupby(by_day, key=lambda act: day_of(act.happened_at)):
        done = list(of_day)
        directory = office.directory
        homes = directory.households_of({act.person for act in done}, day)
        lived, heads = directory.courtyards_of(homes.values(), day), set(directory.heads_on(day).values())
        for act in done:
            household = homes.get(act.person)
            book: BookKind = "head" if act.person in heads else "household"
            if household in lived or book == "head":
                yield Deed(
                    part=Part.UNCOUNTED,
                    item=act.item,
                    person=act.person,
                    household=household,
                    book=book,
                    day=day,
                    at=act.recorded_at,
                    system_made=True,
                )
