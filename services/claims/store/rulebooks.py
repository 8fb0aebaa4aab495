"""Rulebooks of one community."""

from datetime import date
from typing import TypeVar

from sqlalchemy import BindParameter, Date, Select, bindparam, desc, func, select
from sqlalchemy.orm import Session

from contracts.errors import NoRulebook, NotFound
from services.claims.domain.rulebooks import Rulebook
from services.claims.store.tables import rulebooks

T = TypeVar("T")


def _in_force(rows: Select[T], day: date | BindParameter[date]) -> Select[T]:
    effective = rows.where(rulebooks.c.effective_from <= day)
    return effective.order_by(desc(rulebooks.c.effective_from), desc(rulebooks.c.version)).limit(1)


_of_community = rulebooks.c.community == bindparam("community")
IN_FORCE = _in_force(select(rulebooks.c.id).where(_of_community), bindparam("day", type_=Date)).scalar_subquery()
"""The id of the one in force in `:community` on `:day`."""
_ROW = select(rulebooks).where(_of_community, rulebooks.c.id == bindparam("id"))

_CACHE_SIZE = 1_000
_adopted: dict[tuple[str, str], Rulebook] = {}
"""Cache of adopted versions, which never change (decision 0042)."""


class RulebookRepository:
    """Loads and stores the versions of the rulebook."""

    def __init__(self, session: Session, community: str) -> None:
        self._session = session
        self._community = community

    def add(self, rulebook: Rulebook) -> None:
        self._session.add(rulebook)
        self._session.flush()

    def get(self, rulebook: str) -> Rulebook:
        """Return a version. Raises `NotFound`."""
        found = self._session.get(Rulebook, (self._community, rulebook))
        if found is None:
            raise NotFound("没有此积分细则")
        return found

    def next_version(self) -> int:
        """Return the next version number; lock the community's rulebooks until the transaction ends."""
        self.lock()
        newest = select(func.max(rulebooks.c.version)).where(rulebooks.c.community == self._community)
        return (self._session.scalar(newest) or 0) + 1

    def lock(self) -> None:
        """Lock the community's rulebooks until the transaction ends."""
        self._session.execute(
            select(func.pg_advisory_xact_lock(func.hashtextextended(f"rulebooks/{self._community}", 0)))
        )

    def on(self, day: date) -> Rulebook | None:
        """Return the version in force on a day, with the latest date of effect, then the latest version."""
        return self._session.scalar(_in_force(self._all(), day))

    def first(self) -> Rulebook | None:
        """Return the version that took effect first."""
        adopted = self._all().where(rulebooks.c.effective_from.is_not(None))
        return self._session.scalar(adopted.order_by(rulebooks.c.effective_from, rulebooks.c.version).limit(1))

    def in_force(self, day: date) -> Rulebook:
        """Return the version in force on a day, cached, not to be changed. Raises `NoRulebook`."""
        return self.adopted(self._session.scalar(select(IN_FORCE), {"community": self._community, "day": day}), day)

    def adopted(self, id: str | None, day: date) -> Rulebook:
        """Return the version `id`, in force on `day`, cached, not to be changed. Raises `NoRulebook` for None."""
        if id is None:
            raise NoRulebook(facts={"day": day.isoformat()})
        if (found := _adopted.get((self._community, id))) is None:
            row = self._session.execute(_ROW, {"community": self._community, "id": id}).one()
            found = Rulebook(**row._mapping)
            if len(_adopted) == _CACHE_SIZE:
                _adopted.clear()
            _adopted[self._community, id] = found
        return found

    def list(self, limit: int, before: int | None) -> list[Rulebook]:
        """Return versions below `before`, newest first."""
        rows = self._all()
        if before is not None:
            rows = rows.where(rulebooks.c.version < before)
        return [*self._session.scalars(rows.order_by(desc(rulebooks.c.version)).limit(limit))]

    def _all(self) -> Select[Rulebook]:
        return select(Rulebook).where(rulebooks.c.community == self._community)
