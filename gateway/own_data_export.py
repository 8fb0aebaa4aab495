"""Everything that the platform stores of one person, collected from all services, as JSON, xlsx or zip (R42)."""

import json
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import IO, Any

from contracts.calls.claims import EvidenceFile
from contracts.errors import NotFound
from contracts.instants import instant, with_z
from contracts.rpc import Caller
from gateway.documents.pool import document_pool
from gateway.documents.sheets import Sheet
from gateway.evidence import FileStore
from gateway.services import aggregation, claims, engagement, exchange, publicity, registry, review
from gateway.spreadsheets import xlsx

_PAGE = 100
_IN_MEMORY = 10_000_000
"""Bytes of a zip file that are kept in memory; a larger one is written to disk."""

Tables = dict[str, list[dict[str, Any]]]
"""The rows of each part of an export."""


def collect(who: Caller) -> Tables:
    """Return the caller's data by part: their record, claims with timelines, uploads, passbooks, orders and so on."""
    me = who["person"]
    books = registry.me(actor=who)["passbooks"]
    tables = {
        "record": [dict(registry.own_record(actor=who))],
        "claims": [
            dict(claims.get_claim(actor=who, claim_id=each["id"]))
            for each in _all(claims.list_claims, actor=who, person_id=me)
        ],
        "uploads": list(_all(claims.list_own_uploads, actor=who)),
        "suspensions": [each for each in _all(claims.list_suspensions, actor=who) if each["person_id"] == me],
        "objections": [each for each in _all(review.list_objections, actor=who) if each["objector_id"] == me],
        "passbooks": [dict(aggregation.get_passbook(actor=who, account_id=book)) for book in books],
        "passbook_entries": [
            each for book in books for each in _all(aggregation.list_passbook_entries, actor=who, account_id=book)
        ],
        "orders": list(_all(exchange.list_orders, actor=who)),
        "payments": list(_all(exchange.list_payments, actor=who)),
        "honours": [dict(each) for each in exchange.list_own_honours(actor=who)["data"]],
        "priority_checks": [dict(each) for each in exchange.list_priority_checks(actor=who)["data"]],
        "signups": list(_all(engagement.list_own_signups, actor=who)),
        "courses": list(_all(engagement.list_own_courses, actor=who)),
        "attendance": list(_all(engagement.list_own_attendance, actor=who)),
        "posts": list(_all(engagement.list_own_posted_texts, actor=who)),
        "inbox": list(_all(publicity.list_inbox, actor=who)),
        "accesses": [each for service in (registry, claims) for each in _all(service.list_accesses, actor=who)],
    }
    return {name: with_z(rows) for name, rows in tables.items()}


def as_json(tables: Tables) -> bytes:
    """Return the export as JSON."""
    exported_at = instant(datetime.now(UTC).replace(microsecond=0))
    return json.dumps({"exported_at": exported_at, **tables}, ensure_ascii=False, indent=1).encode()


def as_xlsx(tables: Tables) -> bytes:
    """Return the export as a workbook with a sheet for each part; lists and objects are JSON in their cells."""
    return document_pool().workbook(_sheet(name, rows) for name, rows in tables.items())


def _sheet(name: str, rows: list[dict[str, Any]]) -> tuple[Sheet, Iterator[list[Any]]]:
    columns = {column: column for row in rows for column in row}
    return xlsx.sheet(name, columns, ({each: _plain(row.get(each)) for each in columns} for row in rows))


def as_zip(tables: Tables, who: Caller, files: FileStore) -> IO[bytes]:
    """Return an archive of both and of the evidence: what the caller uploaded, and what their claims carry."""
    archive = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115  the response closes it
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("data.json", as_json(tables))
        packed.writestr("data.xlsx", as_xlsx(tables))
        for found in _evidence(tables, who):
            suffix = "pdf" if found["media_type"] == "application/pdf" else "jpg"
            try:
                content = files.read(found["community_id"], found["id"])
            except NotFound:
                continue  # its retention has ended
            packed.writestr(f"files/{found['id']}.{suffix}", content, zipfile.ZIP_STORED)
    archive.seek(0)
    return archive


def _evidence(tables: Tables, who: Caller) -> Iterator[EvidenceFile]:
    carried = (id for claim in tables["claims"] for id in claim["evidence_ids"])
    for id in dict.fromkeys([*(upload["id"] for upload in tables["uploads"]), *carried]):
        try:
            yield claims.open_evidence(actor=who, evidence_id=id)
        except NotFound:
            continue


def _all(list_page: Callable[..., Any], **arguments: Any) -> Iterable[dict[str, Any]]:
    """Yield the rows of every page of a call."""
    cursor: str | None = None
    while True:
        found = list_page(**arguments, limit=_PAGE, cursor=cursor)
        yield from found["data"]
        cursor = found["next_cursor"]
        if cursor is None:
            return


def _plain(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, Mapping | list) else value
