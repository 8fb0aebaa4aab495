"""Calls about reach, and the registry's cards, which prove visits (R36)."""

from typing import Unpack

from contracts.calls import publicity as calls
from contracts.paging import cursor_parts, joined_cursor, page_of
from contracts.registry import CardIssued, CardRevoked
from contracts.rpc import Caller, Page
from messaging import command, query, receive
from services.publicity.domain.announcements import Announcement
from services.publicity.schemas import reach as schemas
from services.publicity.store import PublicityScope, PublicityTransaction
from services.publicity.store.reach import keep_card
from services.publicity.use_cases import reach as use_cases


class ReachCalls:
    @query
    def get_reach(self, tx: PublicityTransaction, *, actor: Caller, announcement_id: str) -> calls.ReachReport:
        scope = tx.scope(actor)
        found, courtyards = use_cases.get_readable(scope, announcement_id)
        return _report(scope, found, courtyards)

    @query
    def list_reach(
        self,
        tx: PublicityTransaction,
        *,
        actor: Caller,
        announcement_id: str,
        reached: bool | None = None,
        courtyard_id: str | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[calls.HouseholdReach]:
        scope = tx.scope(actor)
        found, allowed = use_cases.get_readable(scope, announcement_id)
        asked = frozenset([courtyard_id]) if courtyard_id else None
        courtyards = asked & allowed if asked is not None and allowed is not None else asked or allowed
        parts = cursor_parts(cursor, str, str)
        after = (parts[0], parts[1]) if parts else None
        rows = scope.reach.page(found.id, courtyards, limit + 1, after, reached)
        households = [household for _courtyard, household in rows]
        people = scope.directory.first_members_of(households, scope.today)
        proofs, numbers = scope.reach.proofs_of(found.id, households), scope.directory.all_courtyards()
        return page_of(
            rows,
            limit,
            lambda row: schemas.household_reach(
                row[0], numbers.get(row[0]), row[1], people.get(row[1]), proofs.get(row[1], [])
            ),
            lambda row: joined_cursor(*row),
        )

    @command
    def record_visits(
        self, tx: PublicityTransaction, *, actor: Caller, announcement_id: str, **form: Unpack[calls.VisitForm]
    ) -> calls.ReachReport:
        scope = tx.scope(actor)
        proof = form["proof"]
        use_cases.record_visits(
            scope,
            announcement_id,
            proof,  # type: ignore[arg-type]  # the gateway has validated it
            form["household_ids"],
            form["card_codes"],
        )
        found, courtyards = use_cases.get_readable(scope, announcement_id)
        return _report(scope, found, courtyards)

    @query
    def require_posting(self, tx: PublicityTransaction, *, actor: Caller, announcement_id: str) -> None:
        use_cases.require_posting(tx.scope(actor), announcement_id)

    @command
    def record_posting(
        self,
        tx: PublicityTransaction,
        *,
        actor: Caller,
        announcement_id: str,
        sha256: str,
        **form: Unpack[calls.PostingQuery],
    ) -> calls.Posting:
        scope = tx.scope(actor)
        return schemas.posting(use_cases.record_posting(scope, announcement_id, form["channel"], form["place"], sha256))

    @query
    def list_postings(
        self,
        tx: PublicityTransaction,
        *,
        actor: Caller,
        announcement_id: str,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[calls.Posting]:
        scope = tx.scope(actor)
        found, _courtyards = use_cases.get_readable(scope, announcement_id)
        rows = scope.postings.page(found.id, limit + 1, cursor)
        return page_of(rows, limit, schemas.posting, lambda each: each.id)

    @query
    def get_posting(
        self, tx: PublicityTransaction, *, actor: Caller, announcement_id: str, posting_id: str
    ) -> calls.Posting:
        scope = tx.scope(actor)
        found, _courtyards = use_cases.get_readable(scope, announcement_id)
        return schemas.posting(scope.postings.get(found.id, posting_id))

    @receive(CardIssued, CardRevoked)
    def follow_cards(self, tx: PublicityTransaction, event: CardIssued | CardRevoked) -> None:
        keep_card(tx.session, event)


def _report(scope: PublicityScope, found: Announcement, courtyards: frozenset[str] | None) -> calls.ReachReport:
    return schemas.reach_report(found.id, *use_cases.count(scope, found, courtyards), scope.directory.all_courtyards())
