"""The rulebooks of one community."""

from datetime import date
from typing import TypeVar

from sqlalchemy import BindParameter, Date, Select, bindparam, desc, func, select
from sqlalchemy.orm import Session

from contracts.errors import NoRulebook, NotFound
from services.claims.domain.rulebook import Rulebook
from services.claims.store.tables import rulebooks

T = TypeVar("T")


def _latest(rows: Select[T], day: date | BindParameter[date]) -> Select[T]:
    in_order = rows.where(rulebooks.c.effective_from <= day)
    return in_order.order_by(desc(rulebooks.c.effective_from), desc(rulebooks.c.version)).limit(1)


_here = rulebooks.c.community == bindparam("community")
IN_FORCE = _latest(select(rulebooks.c.id).where(_here), bindparam("day", type_=Date)).scalar_subquery()
"""The id of the one in force in `:community` on `:day`."""
_ROW = select(rulebooks).where(_here, rulebooks.c.id == bindparam("id"))

_MOST_KEPT = 1_000
_adopted: dict[tuple[str, str], Rulebook] = {}
"""What was adopted never changes (decision 0042): a process reads each version once."""


class Rulebooks:
    """Every version, and which one scores a day."""

    def __init__(self, session: Session, community: str) -> None:
        self._session = session
        self._community = community

    def add(self, rulebook: Rulebook) -> None:
        self._session.add(rulebook)
        self._session.flush()

    def get(self, rulebook: str) -> Rulebook:
        """`NotFound` when this community has no such rulebook."""
        found = self._session.get(Rulebook, (self._community, rulebook))
        if found is None:
            raise NotFound("没有此积分细则")
        return found

    def next_version(self) -> int:
        """The next number; whoever asks holds the community's rulebooks until the end of the transaction."""
        self.hold()
        newest = select(func.max(rulebooks.c.version)).where(rulebooks.c.community == self._community)
        return (self._session.scalar(newest) or 0) + 1

    def hold(self) -> None:
        """One writer of this community's rulebooks at a time."""
        self._session.execute(
            select(func.pg_advisory_xact_lock(func.hashtextextended(f"rulebooks/{self._community}", 0)))
        )

    def on(self, day: date) -> Rulebook | None:
        """The version in force on that day: the latest date of effect, then the latest version."""
        return self._session.scalar(_latest(self._all(), day))

    def in_force(self, day: date) -> Rulebook:
        """The same, to be read only, or `NoRulebook`."""
        return self.adopted(self._session.scalar(select(IN_FORCE), {"community": self._community, "day": day}), day)

    def adopted(self, id: str | None, day: date) -> Rulebook:
        """The one with that id, which is in force on that day, to be read only; `NoRulebook` if none is."""
        if id is None:
            raise NoRulebook(facts={"day": day.isoformat()})
        if (kept := _adopted.get((self._community, id))) is None:
            row = self._session.execute(_ROW, {"community": self._community, "id": id}).one()
            kept = Rulebook(**row._mapping)
            if len(_adopted) == _MOST_KEPT:
                _adopted.clear()
            _adopted[self._community, id] = kept
        return kept

    def page(self, limit: int, before: int | None) -> list[Rulebook]:
        """Newest version first; `before` is the last version of the page before."""
        rows = self._all()
        if before is not None:
            rows = rows.where(rulebooks.c.version < before)
        return list(self._session.scalars(rows.order_by(desc(rulebooks.c.version)).limit(limit)))

    def _all(self) -> Select[Rulebook]:
        return select(Rulebook).where(rulebooks.c.community == self._community)
