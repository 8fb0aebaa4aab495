"""Priority shown to whom one chooses, over RPC (R26)."""

from contracts.calendar import day_of
from messaging import Actor, command, query, tick
from services.exchange import access, reading, schemas
from services.exchange.domain.priorities import PriorityCode
from services.exchange.store import ExchangeTransaction


class Priorities:
    """Beside the service class: codes that let another system ask once."""

    @command
    def issue_priority_code(self, tx: ExchangeTransaction, actor):
        by = Actor.of(actor)
        code, digits = PriorityCode.issue(community=by.community, person=by.person, at=tx.now)
        tx.priority_codes.add(code)
        return schemas.priority_code(code, digits)

    @command
    def check_priorities(self, tx: ExchangeTransaction, actor, code):
        till = access.live_till(actor)
        shown = tx.priority_codes.locked(till.community, code)
        shown.use(till.merchant, tx.now)
        owner = Actor(person=shown.person, community=till.community)
        found = tx.honours.granted_to(till.community, reading.subjects_of(tx, owner))
        holding = [decision for decision in found if decision.holds_on(day_of(tx.now))]
        return {"person_id": shown.person, "priorities": reading.flags(tx, till.community, holding)}

    @query
    def list_priority_checks(self, tx: ExchangeTransaction, actor):
        by = Actor.of(actor)
        used = tx.priority_codes.used_by(by.community, by.person, limit=100)
        shops = tx.merchants.named(by.community, {code.merchant for code in used})
        data = [schemas.priority_check(code) | {"merchant_name": shops[code.merchant].name} for code in used]
        return {"data": data, "next_cursor": None}

    @tick(seconds=60)
    def forget_priority_codes(self, tx: ExchangeTransaction):
        tx.priority_codes.forget(tx.now)
