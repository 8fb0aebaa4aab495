"""Deletes files whose evidence was erased in claims; runs as a process of its own."""

import signal
import threading

import structlog

from contracts.calls.claims import ClaimsApi
from contracts.errors import Refusal
from gateway.evidence.file_storage import FileStore
from gateway.rpc import Transport, background_client

log = structlog.get_logger("gateway.sweeper")

_IDLE_SECONDS = 2.0
"""Delay before the next query when there was nothing to delete."""


def delete_due_files(store: FileStore, transport: Transport) -> int:
    """Delete the files claims lists as due, confirm it to claims, and return their number.

    After a failure claims lists them again; deleting a file twice has no effect.
    """
    claims: ClaimsApi = background_client("claims", ClaimsApi, transport)
    due = claims.files_to_delete()
    for community, evidence in due:
        store.delete(community, evidence)
    if due:
        claims.files_deleted(files=due)
        log.info("files_deleted", files=len(due))
    return len(due)


def run(store: FileStore, transport: Transport) -> None:
    """Delete due files until SIGTERM or SIGINT, retrying while claims or the storage are unavailable."""
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    while not stopped.is_set():
        try:
            deleted = delete_due_files(store, transport)
        except Refusal as error:
            log.warning("cleanup_failed", error=str(error))
            deleted = 0
        stopped.wait(0 if deleted else _IDLE_SECONDS)
