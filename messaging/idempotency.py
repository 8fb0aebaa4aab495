"""Run a request once, however often it is sent.

The key is inserted first, so that a concurrent identical request waits for it, up to the lock timeout. The reply is
stored before the commit. If the request is refused the key is rolled back and can be used again.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import OperationalError

from messaging.errors import IdempotencyKeyReused, RequestInProgress
from messaging.fastpath.statements import prepared
from messaging.sql import db_errors
from messaging.tables import idempotency_keys
from messaging.transaction import Idempotency, Transaction

_LOCK_NOT_AVAILABLE = "55P03"
_columns = idempotency_keys.c
_INSERT_KEY = prepared(insert(idempotency_keys).on_conflict_do_nothing().returning(_columns.key))
_SELECT_REPLY = select(_columns.digest, _columns.reply).where(
    _columns.caller == bindparam("of_caller"), _columns.key == bindparam("of_key")
)


def run_once(tx: Transaction, work: Callable[[], Any]) -> dict[str, Any]:
    """Return `{"data": …, "replayed": …}`: the result of `work()`, or the stored reply of an earlier identical request.

    Raise RequestInProgress if an identical request is still running, and IdempotencyKeyReused if the key belongs to a
    request with another digest.
    """
    request = tx.context.idempotency
    if request is None:
        return {"data": work(), "replayed": False}
    if not _insert_key(tx, request):
        return {"data": _stored_reply(tx, request), "replayed": True}
    data = work()
    tx.store_reply(request, data)
    return {"data": data, "replayed": False}


def _insert_key(tx: Transaction, request: Idempotency) -> bool:
    try:
        return tx.session.scalar(_INSERT_KEY, asdict(request) | {"created_at": tx.now}) is not None
    except OperationalError as error:
        if db_errors.sqlstate(error) == _LOCK_NOT_AVAILABLE:
            raise RequestInProgress from error
        raise


def _stored_reply(tx: Transaction, request: Idempotency) -> Any:
    parameters = {"of_caller": request.caller, "of_key": request.key}
    digest, reply = tx.session.execute(_SELECT_REPLY, parameters).one()
    if digest != request.digest:
        raise IdempotencyKeyReused
    return reply
