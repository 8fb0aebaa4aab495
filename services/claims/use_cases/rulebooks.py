"""Drafting, adopting, discarding and costing rulebooks (R7)."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from math import ceil

from contracts import ids
from contracts.calendar import day_of
from contracts.claims import BookKind
from contracts.errors import NotFound
from contracts.policy import Guards
from services.claims.domain.acts import Act
from services.claims.domain.costing import ActKind, Costing, CountedAct
from services.claims.domain.rulebook_guards import loosened_items
from services.claims.domain.rulebooks import Item, Rulebook
from services.claims.store import ClaimsScope


def draft_rulebook(scope: ClaimsScope, title: str, items: Sequence[Item]) -> Rulebook:
    """Store a new version as a draft. Raises `RulebookInvalid`."""
    draft = Rulebook.draft(
        community=scope.community,
        id=ids.new("rbk"),
        version=scope.rulebooks.next_version(),
        title=title,
        items=items,
        by=scope.person,
        at=scope.now,
    )
    scope.rulebooks.add(draft)
    return draft


def adopt_rulebook(scope: ClaimsScope, rulebook_id: str, day: date, guards: Guards) -> Rulebook:
    """Put a draft in force from `day` on and emit RulebookAdopted.

    It takes effect tomorrow at the earliest, so that no act is scored by rules made after it, and after the delay of
    the guards where it loosens items. Only a community's first version may take effect at once, or have done so.
    Raises `NotFound`, `WrongState`, `RulebookInvalid`, `Recused`.
    """
    scope.rulebooks.lock()
    rulebook = scope.rulebooks.get(rulebook_id)
    before = scope.rulebooks.on(day) or scope.rulebooks.first()
    loosened = loosened_items(before, rulebook) if before else ()
    delay = max(1, ceil(guards.change_delay_days)) if loosened else 1
    earliest = scope.today + timedelta(days=delay) if before else None
    scope.tx.emit(
        rulebook.adopt(
            by=scope.person,
            at=scope.now,
            effective_from=day,
            earliest=earliest,
            loosened=loosened,
        )
    )
    return rulebook


def discard_rulebook(scope: ClaimsScope, rulebook_id: str) -> Rulebook:
    """Discard a draft. Raises `NotFound`, `WrongState`."""
    scope.rulebooks.lock()
    rulebook = scope.rulebooks.get(rulebook_id)
    rulebook.discard(by=scope.person, at=scope.now)
    return rulebook


def rulebook_on(scope: ClaimsScope, day: date) -> Rulebook:
    """Return the version in force on a day. Raises `NotFound`."""
    found = scope.rulebooks.on(day)
    if found is None:
        raise NotFound("该日没有生效的积分细则")
    return found


def cost_draft(scope: ClaimsScope, rulebook_id: str, period: str) -> Costing:
    """Count the acts of the month `period` again under a draft. Raises `NotFound`."""
    draft, month = scope.rulebooks.get(rulebook_id), scope.costing(period)
    costing = Costing(draft, scope.rulebooks.on(month.last_day), scope.policy)
    first = month.first_day()
    since = min((cap.window(first)[0] for item in draft.items for cap in item.caps), default=first)
    capped = [item.code for item in draft.items if item.caps]
    costing.count([*month.claimed(since, capped), *_uncounted(scope, month.uncounted())])
    return costing


def _uncounted(scope: ClaimsScope, acts: Iterable[Act]) -> Iterator[CountedAct]:
    """Yield the acts of people who lived or were heads here on the day of the act."""
    in_order = sorted(acts, key=lambda act: act.happened_at)
    for day, acts_of_day in groupby(in_order, key=lambda act: day_of(act.happened_at)):
        recorded = list(acts_of_day)
        households = scope.directory.households_of({act.person for act in recorded}, day)
        courtyards = scope.directory.courtyards_of(households.values(), day)
        heads = set(scope.directory.heads_on(day).values())
        for act in recorded:
            household = households.get(act.person)
            book: BookKind = "head" if act.person in heads else "household"
            if household in courtyards or book == "head":
                yield CountedAct(
                    kind=ActKind.UNCOUNTED,
                    item=act.item,
                    person=act.person,
                    household=household,
                    book=book,
                    day=day,
                    at=act.recorded_at,
                    system_made=True,
                )
