"""All that a declaration must know of its declarer and its day, in one question: it is asked for every claim."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from sqlalchemy.orm import Session

from directory import STANDING, Standing
from messaging.fastpath.statements import prepared
from services.claims.store.rulebooks import IN_FORCE
from services.claims.store.suspensions import SUSPENDED

_ASKED = prepared(STANDING.add_columns(SUSPENDED, IN_FORCE))


@dataclass(frozen=True)
class Circumstances:
    """What decides whether one person's act of one day may be declared by another, or by himself."""

    standing: Standing
    """How the person stood on that day, and the policy of today."""
    suspended: bool
    """Whether the declarer may not declare for himself today."""
    rulebook: str | None
    """The one in force on that day."""

    @classmethod
    def ask(cls, session: Session, community: str, *, person: str, day: date, declarer: str, today: date) -> Self:
        """As the store knows them now; of who or what it does not know there is nothing in them."""
        asked = {"community": community, "person": person, "day": day, "declarer": declarer, "today": today}
        *standing, suspended, rulebook = session.execute(_ASKED, asked).one()
        return cls(Standing.of(community, *standing), suspended, rulebook)
