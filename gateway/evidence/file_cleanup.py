"""Deleting the files of what claims knows no more: a process of its own, since nobody's request waits for it."""

import signal
import threading
import uuid

import structlog

from contracts.errors import Refusal
from gateway.evidence.file_storage import FileStore
from gateway.rpc import Transport

log = structlog.get_logger("gateway.sweeper")

_REST = 2.0
"""Seconds between two looks when there is nothing to do."""


def delete_due_files(files: FileStore, transport: Transport) -> int:
    """Delete what claims lists as due, and tell it; how many files. What fails stays on the list."""
    call = {"request_id": uuid.uuid4().hex}
    due = transport.call("claims", "files_to_delete", {}, call)
    for community, evidence in due:
        files.delete(community, evidence)
    if due:
        transport.call("claims", "files_deleted", {"files": due}, call)
        log.info("files_deleted", files=len(due))
    return len(due)


def run(files: FileStore, transport: Transport) -> None:
    """Sweep until SIGTERM; while claims or the store are away, try again."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    while not ended.is_set():
        try:
            swept = delete_due_files(files, transport)
        except Refusal as away:
            log.warning("sweep_failed", why=str(away))
            swept = 0
        ended.wait(0 if swept else _REST)
