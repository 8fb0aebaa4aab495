"""Who sees which claims and which proof (R1, R10, R15)."""

from typing import Any

import pytest

from contracts.errors import NotFound
from tests.services.claims.conftest import Counter, actor, on


@pytest.fixture
def claims(counter: Counter) -> dict[str, str]:
    """Li's, declared with a picture; Zhao's, declared by Wang; Wu's, in the other courtyard."""
    counter.adopted()
    origin = {"captured_at": "2026-11-23T09:00:00", "latitude": 37.5, "longitude": 111.1}
    return {
        "li": counter.declare(item="cleanup", evidence_ids=[counter.upload(origin=origin)])["id"],
        "zhao": counter.declare(by="wang", person_id="per_zhao")["id"],
        "wu": counter.declare(by="wu")["id"],
    }


def listed(counter: Counter, by: str, **query: Any) -> list[str]:
    return [row["id"] for row in counter.call("list_claims", actor=actor(by), **query)["data"]]


@pytest.mark.parametrize(
    ("by", "seen"),
    [
        ("li", {"li"}),
        ("sun", set()),
        ("zhao", {"zhao"}),
        ("wang", {"li", "zhao"}),
        ("zhou", {"li", "zhao"}),
        ("wu", {"wu"}),
        ("chen", {"li", "zhao", "wu"}),
        ("he", {"li", "zhao", "wu"}),
        ("lin", {"li", "zhao", "wu"}),
    ],
)
def test_everybody_sees_what_he_answers_for(counter: Counter, claims: dict[str, str], by: str, seen: set[str]) -> None:
    assert set(listed(counter, by)) == {claims[name] for name in seen}
    for name, claim in claims.items():
        if name in seen:
            assert counter.look(claim, by)["id"] == claim
        else:
            with pytest.raises(NotFound):
                counter.look(claim, by)
    summaries = counter.call("summaries", actor=actor(by), ids=list(claims.values()))
    assert set(summaries) == {claims[name] for name in seen}


def test_another_community_sees_nothing(counter: Counter, claims: dict[str, str]) -> None:
    assert counter.call("list_claims", actor=actor("chen", "com_2"))["data"] == []
    with pytest.raises(NotFound):
        counter.call("get_claim", actor=actor("li", "com_2"), claim_id=claims["li"])


def test_claims_are_filtered_and_paged_newest_first(counter: Counter, claims: dict[str, str]) -> None:
    assert listed(counter, "chen") == [claims["wu"], claims["zhao"], claims["li"]]
    assert listed(counter, "chen", person_id="per_zhao") == [claims["zhao"]]
    assert listed(counter, "chen", courtyard_id="cty_2") == [claims["wu"]]
    assert listed(counter, "chen", status="approved") == []
    assert listed(counter, "chen", period="2026-10") == []
    assert len(listed(counter, "chen", period="2026-11")) == 3

    first = counter.call("list_claims", actor=actor("chen"), limit=2)
    second = counter.call("list_claims", actor=actor("chen"), limit=2, cursor=first["next_cursor"])
    assert [row["id"] for row in first["data"] + second["data"]] == [claims["wu"], claims["zhao"], claims["li"]]
    assert second["next_cursor"] is None


@pytest.mark.parametrize(
    ("by", "opens"),
    [
        *((name, True) for name in ("li", "wang", "zhou", "chen", "he")),
        *((name, False) for name in ("sun", "wife", "wu", "lin")),
    ],
)
def test_proof_is_for_its_people_and_its_judges(counter: Counter, claims: dict[str, str], by: str, opens: bool) -> None:
    [piece] = counter.look(claims["li"])["evidence_ids"]
    if opens:
        assert counter.call("open_evidence", actor=actor(by), evidence_id=piece)["id"] == piece
    else:
        with pytest.raises(NotFound):
            counter.call("open_evidence", actor=actor(by), evidence_id=piece)


def test_proof_that_no_claim_carries_yet_is_its_uploaders_alone(counter: Counter) -> None:
    piece = counter.upload()
    assert counter.call("open_evidence", actor=actor("li"), evidence_id=piece)["id"] == piece
    with pytest.raises(NotFound):
        counter.call("open_evidence", actor=actor("wang"), evidence_id=piece)


def test_where_a_picture_was_taken_is_for_judges_only(counter: Counter, claims: dict[str, str]) -> None:
    [judged] = counter.look(claims["li"], "wang")["evidence"]
    assert judged["origin"] == {"captured_at": "2026-11-23T09:00:00", "latitude": 37.5, "longitude": 111.1}
    for by in ("li", "lin"):
        [own] = counter.look(claims["li"], by)["evidence"]
        assert "origin" not in own


@pytest.mark.parametrize("by", ["li", "sun", "wang", "zhou", "wu", "chen"])
@pytest.mark.parametrize(
    "query",
    [
        {},
        {"period": "2026-11"},
        {"period": "2026-10"},
        {"status": "withdrawn"},
        {"courtyard_id": "cty_1"},
        {"courtyard_id": "cty_2", "period": "2026-11", "status": "submitted"},
        {"person_id": "per_zhao"},
        {"person_id": "per_li", "period": "2026-11", "courtyard_id": "cty_1"},
    ],
    ids=lambda query: " ".join(query) or "everything",
)
def test_a_list_holds_exactly_what_its_reader_sees_page_by_page(
    counter: Counter, claims: dict[str, str], by: str, query: dict[str, str]
) -> None:
    for day in (4, 6, 8):
        counter.declare(by="zhou", person_id="per_wang", happened_at=on(day))
        counter.declare(by="sun", happened_at=on(day + 20, month=10))
    counter.call("withdraw_claim", actor=actor("sun"), claim_id=counter.declare(by="sun")["id"])
    fits = {"period": ("day", 7), "status": ("status", None), "courtyard_id": ("courtyard_id", None)}
    fits["person_id"] = ("person_id", None)
    everything = counter.call("list_claims", actor=actor("lin"), limit=100)["data"]
    wanted = [
        row["id"]
        for row in everything
        if sees(counter, by, row["id"]) and all(row[fits[name][0]][: fits[name][1]] == query[name] for name in query)
    ]

    found: list[str] = []
    cursor = None
    while cursor or not found:
        page = counter.call("list_claims", actor=actor(by), limit=2, cursor=cursor, **query)
        found += [row["id"] for row in page["data"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert found == wanted


def sees(counter: Counter, by: str, claim: str) -> bool:
    try:
        return counter.look(claim, by)["id"] == claim
    except NotFound:
        return False
