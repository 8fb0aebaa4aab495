"""Questions about households' cards."""

from collections.abc import Iterable

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contracts.errors import CardInvalid
from contracts.registry import CardIssued, CardRevoked
from services.exchange.domain import sandbox
from services.exchange.domain.cards import Card
from services.exchange.domain.merchants import Till
from services.exchange.store.tables import cards


class Cards:
    """A narrow copy of the registry's cards."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def at(self, till: Till, digest: str, *, for_update: bool = False) -> Card:
        """The card shown at a till; `CardInvalid` when its community has none such."""
        if till.mode == "test":
            return sandbox.card(digest)
        found = self._session.get(Card, (till.community, digest), with_for_update=for_update or None)
        if found is None:
            raise CardInvalid
        return found

    def keep(self, events: Iterable[CardIssued | CardRevoked]) -> None:
        """Write what the registry told. Older than what is kept: skipped. Told twice: no difference."""
        for event in sorted(events, key=lambda event: (event.community, event.card_digest, event.sequence)):
            told = {
                "household": event.household,
                "pin_hash": event.pin_hash if isinstance(event, CardIssued) else None,
                "revoked": isinstance(event, CardRevoked),
                "sequence": event.sequence,
            }
            row = insert(cards).values(community=event.community, digest=event.card_digest, tries=0, **told)
            self._session.execute(
                row.on_conflict_do_update(
                    index_elements=["community", "digest"], set_=told, where=cards.c.sequence < event.sequence
                )
            )
