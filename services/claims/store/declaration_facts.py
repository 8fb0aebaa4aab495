"""The facts that decide on a declaration, loaded by one statement, because it runs for every claim."""

from dataclasses import dataclass
from datetime import date
from typing import Self

from sqlalchemy.orm import Session

from directory import PERSON_FACTS_QUERY, PersonFacts
from messaging.fastpath.statements import prepared
from services.claims.store.rulebooks import IN_FORCE
from services.claims.store.suspensions import SUSPENDED

_FACTS = prepared(PERSON_FACTS_QUERY.add_columns(SUSPENDED, IN_FORCE))


@dataclass(frozen=True)
class DeclarationFacts:
    """What decides whether one person's act of one day may be declared, by themselves or by another."""

    person: PersonFacts
    """The person's household, courtyard and roles on that day, and the policy of today."""
    suspended: bool
    """Whether the declarer may not declare today, for themselves or for another."""
    rulebook: str | None
    """The id of the rulebook in force on that day."""

    @classmethod
    def load(cls, session: Session, community: str, *, person: str, day: date, declarer: str, today: date) -> Self:
        """Return the facts as the store has them now; unknown people and communities have none."""
        parameters = {"community": community, "person": person, "day": day, "declarer": declarer, "today": today}
        *person_facts, suspended, rulebook = session.execute(_FACTS, parameters).one()
        return cls(PersonFacts.of(community, *person_facts), suspended, rulebook)
