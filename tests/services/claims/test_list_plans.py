"""Lists of claims read few rows of a large table, whichever filter is used."""

from datetime import timedelta
from typing import Any

import pytest

from tests.services.claims.conftest import NOW, ClaimsHarness, actor
from tests.services.query_plans import fill, rows_read

FEW = 500
SINCE = (NOW - timedelta(hours=1)).isoformat()


LISTS = [
    ("chen", {}),
    ("chen", {"changed_since": SINCE}),
    ("chen", {"changed_since": SINCE, "totals": True}),
    ("chen", {"status": ["submitted", "returned"], "totals": True}),
    ("chen", {"person_id": "per_7", "totals": True}),
    ("li", {"changed_since": SINCE, "totals": True}),
    ("li", {"status": "returned", "totals": True}),
    ("wang", {"status": ["submitted", "returned"]}),
    ("wang", {"changed_since": SINCE}),
]


@pytest.fixture
def large(service: ClaimsHarness) -> ClaimsHarness:
    """Tens of thousands of approved claims, one a minute until now, and a returned one."""
    service.adopt_rulebook()
    service.submit()
    with service.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE claims SET status = 'approved'")
    before = f"timestamptz '{NOW.isoformat()}' - n * interval '1 minute'"
    fill(
        service.engine,
        "claims",
        id="'clm_' || lpad(n::text, 26, '0')",
        household="'hou_x' || n % 500",
        person="'per_' || n % 500",
        declared_by="'per_' || n % 500",
        day=f"({before})::date",
        changed_at=f"to_jsonb({before})",
    )
    service.submit()
    return service


def test_a_list_of_claims_reads_few_rows(large: ClaimsHarness) -> None:
    def read(by: str, query: dict[str, Any]) -> int:
        return rows_read(large.engine, "claims", lambda: large.call("list_claims", actor=actor(by), **query))

    assert [(by, query, rows) for by, query in LISTS if (rows := read(by, query)) >= FEW] == []
