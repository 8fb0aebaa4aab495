"""One effect per request, however often it is sent.

The key is written first, so that an identical request running at the same moment waits for it (a while); the reply is
added with the events, before the commit, which is also that of the effect. A refusal rolls the key back: it may be
tried again.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError

from messaging import db_errors
from messaging.errors import IdempotencyKeyReused, RequestInProgress
from messaging.fastpath.statements import prepared
from messaging.tables import idempotency_keys
from messaging.transaction import Idempotency, Transaction

_LOCK_NOT_AVAILABLE = "55P03"
_columns = idempotency_keys.c
_CLAIM = prepared(insert(idempotency_keys).on_conflict_do_nothing().returning(_columns.key))
_EARLIER = select(_columns.digest, _columns.reply).where(
    _columns.caller == bindparam("of_caller"), _columns.key == bindparam("of_key")
)


def once(tx: Transaction, work: Callable[[], Any]) -> dict[str, Any]:
    """`{"data": what work returned, "replayed": whether it was an earlier call that did}`."""
    request = tx.context.idempotency
    if request is None:
        return {"data": work(), "replayed": False}
    if not _claimed(tx, request):
        return {"data": _earlier_reply(tx, request), "replayed": True}
    data = work()
    tx.answer(request, data)
    return {"data": data, "replayed": False}


def _claimed(tx: Transaction, request: Idempotency) -> bool:
    try:
        return tx.session.scalar(_CLAIM, asdict(request) | {"created_at": tx.now}) is not None
    except OperationalError as error:
        if db_errors.sqlstate(error) == _LOCK_NOT_AVAILABLE:
            raise RequestInProgress from error
        raise


def _earlier_reply(tx: Transaction, request: Idempotency) -> Any:
    this = {"of_caller": request.caller, "of_key": request.key}
    digest, reply = tx.session.execute(_EARLIER, this).one()
    if digest != request.digest:
        raise IdempotencyKeyReused
    return reply
