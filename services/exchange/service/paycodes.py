"""Pay codes over RPC: a resident's leave to charge his passbook at a till (R25)."""

from contracts.calendar import day_of
from messaging import Actor, command
from services.exchange import access, schemas
from services.exchange.domain.payments import Paycode
from services.exchange.store import ExchangeTransaction


class Paycodes:
    """Beside the service class: pay codes."""

    @command
    def issue_paycode(self, tx: ExchangeTransaction, actor, account_id=None):
        by = Actor.of(actor)
        paying = access.payer(
            tx.directory(by.community), by.person, person=None, account=account_id, day=day_of(tx.now)
        )
        paycode, digits = Paycode.issue(paying, community=by.community, at=tx.now)
        tx.paycodes.add(paycode)
        return schemas.paycode(paycode, digits)
