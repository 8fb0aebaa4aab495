"""The newest block of a community's ledger, which publications mention (R14, R20)."""

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.review.domain.publications import Seal
from services.review.store.tables import ledger_seals


class LedgerSealRepository:
    """Loads and stores the ledger seal of one community."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def latest(self) -> Seal | None:
        """Return the newest block of the ledger; None when none was received."""
        newest = select(ledger_seals.c.block, ledger_seals.c.root).where(ledger_seals.c.community == self._community)
        found = self._session.execute(newest).first()
        return Seal(block=found.block, root=found.root) if found else None

    def put(self, seal: Seal) -> None:
        """Store the seal, unless a newer one is stored."""
        row = insert(ledger_seals).values(community=self._community, block=seal.block, root=seal.root)
        changed = {"block": row.excluded.block, "root": row.excluded.root}
        key, newer = ledger_seals.primary_key, ledger_seals.c.block < row.excluded.block
        self._session.execute(row.on_conflict_do_update(index_elements=key, set_=changed, where=newer))
