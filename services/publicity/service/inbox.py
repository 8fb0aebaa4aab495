"""Calls about the caller's own inbox (R34, R37)."""

from collections.abc import Sequence
from datetime import datetime

from contracts.calls import publicity as calls
from contracts.paging import counted_page
from contracts.rpc import Caller, CountedPage
from messaging import command, query
from services.publicity.domain.inbox import InboxItem
from services.publicity.schemas import inbox as schemas
from services.publicity.store import PublicityScope, PublicityTransaction
from services.publicity.use_cases import reach as use_cases


class InboxCalls:
    @query
    def list_inbox(
        self,
        tx: PublicityTransaction,
        *,
        actor: Caller,
        since: str | None = None,
        unread: bool = False,
        limit: int = 20,
        cursor: str | None = None,
        totals: bool = False,
    ) -> CountedPage[calls.InboxItem]:
        scope = tx.scope(actor)
        after = datetime.fromisoformat(since) if since else None
        found = scope.inbox.page(scope.person, limit + 1, cursor, since=after, unread=unread)
        shown = {each["id"]: each for each in _shown(scope, found)}

        def count(most: int) -> int:
            return scope.inbox.count(scope.person, most, since=after, unread=unread)

        return counted_page(
            found, limit, lambda each: shown[each.id], lambda each: each.id, count=count if totals else None
        )

    @command
    def open_inbox_item(self, tx: PublicityTransaction, *, actor: Caller, item_id: str) -> calls.InboxItem:
        scope = tx.scope(actor)
        found = scope.inbox.get(scope.person, item_id, for_update=True)
        use_cases.open_item(scope, found)
        return _shown(scope, [found])[0]

    @command
    def acknowledge_inbox_item(self, tx: PublicityTransaction, *, actor: Caller, item_id: str) -> calls.InboxItem:
        scope = tx.scope(actor)
        found = scope.inbox.get(scope.person, item_id, for_update=True)
        use_cases.acknowledge_item(scope, found)
        return _shown(scope, [found])[0]


def _shown(scope: PublicityScope, found: Sequence[InboxItem]) -> list[calls.InboxItem]:
    of = scope.announcements.with_ids({each.announcement for each in found if each.announcement})
    return [schemas.inbox_item(each, of.get(each.announcement or "")) for each in found]
