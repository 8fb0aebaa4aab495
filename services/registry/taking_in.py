"""Taking in a roster: reading, planning and keeping it with rests, so that a long one holds nobody up (R5).

All of it is one transaction. How far it has come is told by the way, in transactions of their own.
"""

import json
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from contracts.errors import Refusal
from messaging.store import StoreAccess
from services.registry import schemas
from services.registry.domain.handed_in import HandedIn, State
from services.registry.domain.intake import Additions
from services.registry.domain.roster import Cell, read
from services.registry.sealing import Seal
from services.registry.store import RegistryTransaction, Within

T = TypeVar("T")
Progress = Callable[[State, int], None]

_AT_ONCE = 50
"""Lines worked on before others on the hub get their turn: some milliseconds."""
_TOLD_EVERY = 500


def unheard(state: State, lines: int) -> None:
    """The progress of a roster nobody watches."""


class Intaker:
    """Takes one roster into one community, telling `progress` by the way."""

    def __init__(self, here: Within, seal: Seal, progress: Progress = unheard) -> None:
        self._here, self._seal, self._progress = here, seal, progress

    def plan(self, columns: Sequence[Cell], rows: Sequence[Sequence[Cell]]) -> tuple[Additions, int]:
        """What a roster adds, with every flaw by row, and how many lines it has; for the committee."""
        self._here.standing.must_be("committee")
        lines, flaws = read(columns, self._rested(rows), self._here.today)
        added = self._here.take_in(lines, self._seal.phone, lambda lines: self._rested(lines, "checking"))
        added.flaws = sorted([*flaws, *added.flaws], key=lambda flaw: flaw.row)
        return added, len(lines)

    def keep(self, added: Additions, lines: int) -> None:
        """Write and tell what is new."""
        known = lines - len(added.people)
        self._here.keep(added, lambda people: self._progress("keeping", known + people))

    def _rested(self, things: Sequence[T], state: State | None = None) -> Iterator[T]:
        for number, thing in enumerate(things):
            if number % _AT_ONCE == 0:
                time.sleep(0)  # under eventlet: the hub turns
            if state and number % _TOLD_EVERY == 0:
                self._progress(state, number)
            yield thing


def hand_in(
    here: Within, seal: Seal, columns: Sequence[Cell], rows: Sequence[Sequence[Cell]], dry_run: bool
) -> HandedIn:
    """A roster laid aside, sealed, to be taken in soon; for the committee."""
    here.standing.must_be("committee")
    content = json.dumps({"columns": columns, "rows": rows}, ensure_ascii=False)
    return here.hand_in(seal.hidden(content), sum(any(row) for row in rows), dry_run)


def take_in_next(tx: RegistryTransaction, store: StoreAccess, seal: Seal) -> None:
    """Take in the roster that waits longest, if any; after a crash it waits again, and nothing of it was kept."""
    roster = tx.rosters_handed_in.next()
    if roster is None or not store.run(lambda own: _begun(own, roster)):
        return
    try:
        with tx.savepoint():
            report = _taken_in(tx, roster, seal, _told_by(store, roster))
        roster.end(report, tx.now)
    except Refusal as refusal:
        roster.give_up(refusal.detail, tx.now)


def _begun(tx: RegistryTransaction, roster: HandedIn) -> bool:
    return tx.rosters_handed_in.get(roster.community, roster.id).begin(tx.now)


def _told_by(store: StoreAccess, roster: HandedIn) -> Progress:
    def tell(state: State, lines: int) -> None:
        store.run(lambda own: own.rosters_handed_in.advance(roster, state, lines))

    return tell


def _taken_in(tx: RegistryTransaction, roster: HandedIn, seal: Seal, progress: Progress) -> dict[str, Any]:
    assert roster.content_cipher is not None
    content = json.loads(seal.read(roster.content_cipher))
    intaker = Intaker(Within(tx, roster.community, roster.by, lock=True), seal, progress)
    added, lines = intaker.plan(content["columns"], content["rows"])
    if not added.flaws and not roster.dry_run:
        intaker.keep(added, lines)
    return schemas.roster(added, lines)
