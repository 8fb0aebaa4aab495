"""Who lives where in one community on a day, counted for what the public sees of people (R14)."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import and_, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from services.registry.domain.consents import may_be_child
from services.registry.domain.public_labels import LabelKind, Namesakes, Place, Population
from services.registry.store.masking import masked_name
from services.registry.store.tables import consents, courtyards, memberships, people, stays
from services.registry.store.visibility import holds_on


class PopulationRepository:
    """Counts the residents of one community."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def on(self, day: date, *, masked: bool, kind: LabelKind = "residents") -> Population:
        """Return the residents on a day by the names that the public would see; erased people are not counted."""
        shown = masked_name(people.c.name) if masked else people.c.name
        counted = (
            select(
                stays.c.courtyard,
                shown.label("name"),
                func.count().label("residents"),
                func.count(memberships.c.household.distinct()).label("households"),
            )
            .join(
                memberships,
                and_(memberships.c.community == stays.c.community, memberships.c.household == stays.c.household),
            )
            .join(people, and_(people.c.community == memberships.c.community, people.c.id == memberships.c.person))
            .where(
                stays.c.community == self._community,
                holds_on(stays, day),
                holds_on(memberships, day),
                people.c.erased_at.is_(None),
            )
            .group_by(stays.c.courtyard, shown)
        )
        places = select(courtyards.c.id.label("courtyard"), courtyards.c.number, courtyards.c.row)
        return Population(
            [Namesakes(**row) for row in self._session.execute(counted).mappings()],
            [
                Place(**row)
                for row in self._session.execute(places.where(courtyards.c.community == self._community)).mappings()
            ],
            kind,
        )

    def birth_years(self) -> dict[str, int | None]:
        """Return everybody's year of birth, where it is known; erased people are left out."""
        born = select(people.c.id, people.c.birth_year)
        known = born.where(people.c.community == self._community, people.c.erased_at.is_(None))
        return dict(self._session.execute(known).all())

    def shown_names(self, ids: Iterable[str], day: date, *, masked: bool) -> dict[str, str]:
        """Return the names that the public sees, by person id.

        Left out are unknown and erased people, those who refused to be named, and children under 14 without a
        guardian's consent (R42).
        """
        shown = masked_name(people.c.name) if masked else people.c.name
        decided = (
            select(consents.c.person, consents.c.given)
            .where(consents.c.community == self._community, consents.c.purpose == "public_name")
            .order_by(consents.c.person, consents.c.id.desc())
            .ext(distinct_on(consents.c.person))
            .subquery()
        )
        named = (
            select(people.c.id, people.c.birth_year, shown.label("shown"), decided.c.given)
            .outerjoin(decided, decided.c.person == people.c.id)
            .where(people.c.community == self._community, people.c.id.in_(set(ids)), people.c.erased_at.is_(None))
        )
        return {
            row.id: row.shown
            for row in self._session.execute(named)
            if (not may_be_child(row.birth_year, day) if row.given is None else row.given)
        }
