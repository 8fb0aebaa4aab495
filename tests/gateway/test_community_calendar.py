"""The public calendar: events of all services by day (R38)."""

from typing import Any

import pytest

from contracts.errors import NotFound

PUBLICATION = {"kind": "publication", "id": "pub_1", "period": "2026-10", "starts_on": "2026-11-03"}
PUBLICATION |= {"ends_on": "2026-11-03", "planned": False, "title": None}
ROUND = {"id": "ins_1", "period": "2026-10", "state": "closed", "checklist_version": 1, "opened_by": "per_zhou"}

ACTIVITY = {"id": "atv_1", "title": "清理河道"}
ACTIVITY |= {"starts_at": "2026-11-20T16:30:00Z", "ends_at": "2026-11-20T18:30:00Z"}
OLD_ACTIVITY = ACTIVITY | {"id": "atv_0", "starts_at": "2026-10-20T00:30:00Z", "ends_at": "2026-10-20T02:30:00Z"}


@pytest.fixture
def asked(services) -> list[Any]:
    days: list[Any] = []

    def lists(community_id, first, last):
        days.append((first, last))
        return [PUBLICATION]

    community = {"id": "com_1", "name": "昌宁社区", "district": None, "office_exceptions": [], "announced_settings": []}
    services.answer("registry", "get_community", community)
    services.answer("review", "list_calendar", lists)
    rounds = [
        ROUND | {"opened_at": "2026-11-01T17:00:00Z", "closed_at": "2026-11-05T01:00:00Z"},
        ROUND | {"id": "ins_0", "opened_at": "2026-09-01T01:00:00Z", "closed_at": "2026-09-05T01:00:00Z"},
    ]
    services.answer("inspection", "list_rankings", {"data": rounds, "next_cursor": None})
    services.answer("engagement", "list_public_activities", {"data": [ACTIVITY, OLD_ACTIVITY], "next_cursor": None})
    return days


def test_rounds_and_lists_are_together_by_day_without_who_opened_them(client, asked):
    shown = client.get("/v1/communities/com_1/calendar?first=2026-11-01&last=2026-11-30").json

    assert asked == [("2026-11-01", "2026-11-30")]
    assert [(each["kind"], each["starts_on"], each["ends_on"]) for each in shown["data"]] == [
        ("inspection", "2026-11-02", "2026-11-05"),
        ("publication", "2026-11-03", "2026-11-03"),
        ("activity", "2026-11-21", "2026-11-21"),
    ]
    assert "per_zhou" not in str(shown)


@pytest.mark.parametrize(
    "query",
    ["first=2026-12-01&last=2026-11-01", "first=2024-01-01&last=2026-01-01", "first=9999-12-31", "last=0001-01-01"],
)
def test_none_or_too_many_days_are_refused(client, asked, query):
    assert client.get(f"/v1/communities/com_1/calendar?{query}").status_code == 422
    assert asked == []


def test_an_unknown_community_has_no_calendar(client, asked, services):
    services.answer("registry", "get_community", NotFound())

    assert client.get("/v1/communities/com_9/calendar").status_code == 404
