"""Priority codes, by which residents let other systems ask once about their priorities (R26)."""

from contracts.calls.exchange import priorities as calls
from contracts.rpc import Caller, Page
from messaging import command, query, tick
from services.exchange import permissions, schemas
from services.exchange.domain.priorities import PriorityCode
from services.exchange.store import ExchangeTransaction
from services.exchange.use_cases import honours

_MAX_CHECKS = 100


class PriorityCalls:
    @command
    def issue_priority_code(self, tx: ExchangeTransaction, *, actor: Caller) -> calls.PriorityCode:
        scope = tx.scope(actor)
        code, digits = PriorityCode.issue(community=scope.community, person=scope.person, at=tx.now)
        scope.priority_codes.add(code)
        return schemas.priority_code(code, digits)

    @command
    def check_priorities(self, tx: ExchangeTransaction, *, actor: Caller, code: str) -> calls.PersonPriorities:
        return honours.check_priorities(tx.scope(actor), permissions.live_till(actor), code)

    @query
    def list_priority_checks(self, tx: ExchangeTransaction, *, actor: Caller) -> Page[calls.PriorityCheck]:
        scope = tx.scope(actor)
        used = scope.priority_codes.used_of(scope.person, limit=_MAX_CHECKS)
        merchants = scope.merchants.by_id({code.merchant for code in used if code.merchant})
        data = [schemas.priority_check(code, merchants[code.merchant]) for code in used if code.merchant]
        return {"data": data, "next_cursor": None}

    @tick(seconds=60)
    def forget_priority_codes(self, tx: ExchangeTransaction) -> None:
        tx.due.delete_expired_priority_codes(tx.now)
