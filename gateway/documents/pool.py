"""The gateway's side of making documents: they are made in worker processes, one after the other."""

import contextlib
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from flask import current_app, g

from contracts.errors import DocumentsBusy, DocumentTooLarge, Unavailable
from gateway.documents.sheets import Sheet
from gateway.processes.frames import MAX_CONTENT_BYTES
from gateway.processes.pool import Functions, LimitBreached, PoolBusy, ProcessLimits, ProcessPool, WorkFailed
from gateway.ttl_cache import TTLCache

_WRITERS = Functions(
    tasks={
        "pdf": "gateway.documents.typesetting:typeset",
        "workbook": "gateway.documents.workbooks:write_workbook",
    },
    warm_up="gateway.documents.typesetting:warm_up",
)
_KEPT_BYTES = 64 * 1024 * 1024
_KEPT_SECONDS = 3600.0


class DocumentPool:
    """Makes each document in a process of its own, with the bounds of a `ProcessPool`.

    A request holds a slot from before it collects what it prints, so that the requests for documents that wait, for a
    process or for services, leave threads for all others.
    """

    def __init__(self, limits: ProcessLimits, *, size: int, queue: int, wait_seconds: float, font_folder: str) -> None:
        self.processes = ProcessPool(
            _WRITERS,
            limits,
            size=size,
            queue=queue,
            wait_seconds=wait_seconds,
            environment={"FONT_FOLDER": font_folder},
        )
        self._kept = TTLCache[bytes](size=1000, weight_limit=_KEPT_BYTES, weigh=len)

    @contextlib.contextmanager
    def slot(self) -> Iterator[None]:
        """Admit the current request. Raise DocumentsBusy when too many documents are being made."""
        if "document_slot" in g:
            yield
            return
        with contextlib.ExitStack() as held:
            try:
                held.enter_context(self.processes.slot())
            except PoolBusy as error:
                raise DocumentsBusy from error
            g.document_slot = True
            held.callback(g.pop, "document_slot")
            yield

    def pdf(self, template: str, data: Mapping[str, Any], *, keep: bool = False) -> bytes:
        """Return the PDF of a template with `data` (JSON values).

        With `keep` it is kept in memory, and made once for equal data: for documents that everybody may read.
        Raise DocumentsBusy, DocumentTooLarge for one beyond the limits, or Unavailable.
        """
        content = json.dumps(data, ensure_ascii=False).encode()
        with self.slot():
            return self._make("pdf", content, {"template": template}, keep)

    def workbook(self, sheets: Iterable[tuple[Sheet, Iterable[list[Any]]]], *, keep: bool = False) -> bytes:
        """Return the workbook of the sheets, each with its lines; their number is counted here. `keep` is as of `pdf`.

        Raise DocumentsBusy, DocumentTooLarge for one beyond the limits, Unavailable, and what the iterators raise.
        """
        with self.slot():
            described: list[Sheet] = []
            content = bytearray()
            for sheet, lines in sheets:
                count = 0
                for count, line in enumerate(lines, 1):  # noqa: B007
                    content += json.dumps(line, ensure_ascii=False).encode() + b"\n"
                    if len(content) > MAX_CONTENT_BYTES:
                        raise DocumentTooLarge
                described.append({**sheet, "lines": count})
            return self._make("workbook", bytes(content), {"sheets": described}, keep)

    def _make(self, task: str, content: bytes, options: Mapping[str, Any], keep: bool) -> bytes:
        if not keep:
            return self._run(task, content, options)
        key = hashlib.sha256(f"{task} {json.dumps(options)} ".encode() + content).digest()
        return self._kept.get_or(key, lambda: self._run(task, content, options), _KEPT_SECONDS)

    def _run(self, task: str, content: bytes, options: Mapping[str, Any]) -> bytes:
        try:
            return self.processes.run(task, content, options).content
        except LimitBreached as breach:
            raise DocumentTooLarge(facts={"limit": breach.limit}) from breach
        except WorkFailed as error:
            raise Unavailable from error


def document_pool() -> DocumentPool:
    """Return the pool of the current application."""
    pool: DocumentPool = current_app.extensions["documents"]
    return pool
