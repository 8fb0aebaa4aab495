"""Who refuses pictures as evidence of their deeds, in one community."""

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.claims.store.tables import evidence, photo_consents


class PhotoConsentRepository:
    """Loads and stores the latest decision of each person."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def store(self, person: str, given: bool, sequence: int) -> None:
        """Store a decision unless a later one is stored."""
        row = {"community": self._community, "person": person, "given": given, "sequence": sequence}
        new = insert(photo_consents).values(row)
        self._session.execute(
            new.on_conflict_do_update(
                index_elements=["community", "person"],
                set_={"given": new.excluded.given, "sequence": new.excluded.sequence},
                where=photo_consents.c.sequence < new.excluded.sequence,
            )
        )

    def refuses(self, person: str, evidence_ids: tuple[str, ...]) -> bool:
        """Return whether a person refuses pictures and one of these uploads is one."""
        refused = exists().where(
            photo_consents.c.community == self._community,
            photo_consents.c.person == person,
            ~photo_consents.c.given,
        )
        pictures = exists().where(
            evidence.c.community == self._community,
            evidence.c.id.in_(evidence_ids),
            evidence.c.media_type == "image/jpeg",
        )
        return bool(self._session.scalar(select(refused & pictures)))
