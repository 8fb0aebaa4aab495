"""Boards: ranks by final points (R22, R23)."""

from contracts.calls import aggregation as calls
from contracts.rpc import Caller
from messaging import query
from services.aggregation import permissions, use_cases
from services.aggregation.store import AggregationTransaction


class BoardCalls:
    @query
    def get_board(
        self,
        tx: AggregationTransaction,
        *,
        kind: calls.BoardKind,
        community_id: str,
        period: str | None = None,
        category: str | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> calls.Board:
        scope = tx.scope_of(community_id)
        permissions.require_community(scope)
        return use_cases.board(scope, kind, period, category, limit, cursor)

    @query
    def get_own_place(
        self,
        tx: AggregationTransaction,
        *,
        actor: Caller,
        kind: calls.BoardKind,
        period: str,
        category: str | None = None,
    ) -> calls.OwnPlace | None:
        return use_cases.own_place(tx.scope(actor), kind, period, category)
