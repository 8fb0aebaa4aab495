"""One effect per request, however often it is sent.

The key is written first, so that an identical request running at the same moment waits for it (a while); the reply is
added before the commit, which is also that of the effect. A refusal rolls the key back: it may be tried again.
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError

from messaging import faults
from messaging.errors import IdempotencyKeyReused, RequestInProgress
from messaging.tables import idempotency_keys
from messaging.transaction import Idempotency, Transaction

_LOCK_NOT_AVAILABLE = "55P03"


def once(tx: Transaction, work: Callable[[], Any]) -> dict[str, Any]:
    """`{"data": what work returned, "replayed": whether it was an earlier call that did}`."""
    request = tx.context.idempotency
    if request is None:
        return {"data": work(), "replayed": False}
    if not _claimed(tx, request):
        return {"data": _earlier_reply(tx, request), "replayed": True}
    data = work()
    tx.session.execute(update(idempotency_keys).where(*_is(request)).values(reply=data))
    return {"data": data, "replayed": False}


def _claimed(tx: Transaction, request: Idempotency) -> bool:
    claim = (
        insert(idempotency_keys)
        .values(caller=request.caller, key=request.key, digest=request.digest, created_at=tx.now)
        .on_conflict_do_nothing()
        .returning(idempotency_keys.c.key)
    )
    try:
        return tx.session.execute(claim).first() is not None
    except OperationalError as error:
        if faults.sqlstate(error) == _LOCK_NOT_AVAILABLE:
            raise RequestInProgress from error
        raise


def _earlier_reply(tx: Transaction, request: Idempotency) -> Any:
    columns = idempotency_keys.c
    digest, reply = tx.session.execute(select(columns.digest, columns.reply).where(*_is(request))).one()
    if digest != request.digest:
        raise IdempotencyKeyReused
    return reply


def _is(request: Idempotency) -> tuple[Any, Any]:
    return idempotency_keys.c.caller == request.caller, idempotency_keys.c.key == request.key
