"""Unanswered requests on disk: after a loss of power the till repeats them with the same idempotency key."""

import json
import os
import uuid
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request that moves points, as stored before it is sent."""

    idempotency_key: str
    path: str
    form: dict[str, Any]


class Journal:
    """A file of JSON lines: requests that were begun, and keys of those that were answered."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open: dict[str, Request] = {}
        written = path.read_bytes() if path.exists() else b""
        whole = written[: written.rfind(b"\n") + 1]  # an incomplete last line is of a request that was not sent
        for line in whole.decode().splitlines():
            self._read(json.loads(line))
        if whole != written:
            os.truncate(path, len(whole))

    def begin(self, path: str, form: dict[str, Any]) -> Request:
        """Store a request on disk (fsync) before it is sent, and return it with a new key."""
        request = Request(idempotency_key=f"till-{uuid.uuid4().hex}", path=path, form=form)
        self._open[request.idempotency_key] = request
        self._write({"begun": asdict(request)})
        return request

    def end(self, request: Request) -> None:
        """Store that a request was answered, with success or a refusal."""
        self._open.pop(request.idempotency_key, None)
        self._write({"answered": request.idempotency_key})

    @property
    def unanswered(self) -> list[Request]:
        """Return the requests to repeat, oldest first."""
        return list(self._open.values())

    def _read(self, entry: dict[str, Any]) -> None:
        if begun := entry.get("begun"):
            self._open[begun["idempotency_key"]] = Request(**begun)
        else:
            self._open.pop(entry["answered"], None)

    def _write(self, entry: dict[str, Any]) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())
