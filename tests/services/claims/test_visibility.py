"""Who sees which claims and which evidence (R1, R10, R15)."""

from typing import Any

import pytest

from contracts.errors import NotFound, RoleMissing, WrongState
from contracts.review import ClaimReturned
from tests.services.claims.conftest import ITEMS, ClaimsHarness, actor, on


@pytest.fixture
def claims(service: ClaimsHarness) -> dict[str, str]:
    """Li's, declared with a picture; Zhao's, declared by Wang; Wu's, in the other courtyard."""
    service.adopt_rulebook()
    origin = {"captured_at": "2026-11-23T09:00:00", "latitude": 37.5, "longitude": 111.1}
    return {
        "li": service.submit(item="cleanup", evidence_ids=[service.upload(origin=origin)])["id"],
        "zhao": service.submit(by="wang", person_id="per_zhao")["id"],
        "wu": service.submit(by="wu")["id"],
    }


def listed(service: ClaimsHarness, by: str, **query: Any) -> list[str]:
    return [row["id"] for row in service.call("list_claims", actor=actor(by), **query)["data"]]


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
def test_each_role_sees_the_claims_of_its_part(
    service: ClaimsHarness, claims: dict[str, str], by: str, seen: set[str]
) -> None:
    assert set(listed(service, by)) == {claims[name] for name in seen}
    for name, claim in claims.items():
        if name in seen:
            assert service.get_claim(claim, by)["id"] == claim
        else:
            with pytest.raises(NotFound):
                service.get_claim(claim, by)
    summaries = service.call("summaries", actor=actor(by), ids=list(claims.values()))
    assert set(summaries) == {claims[name] for name in seen}


def test_another_community_sees_nothing(service: ClaimsHarness, claims: dict[str, str]) -> None:
    assert service.call("list_claims", actor=actor("chen", "com_2"))["data"] == []
    with pytest.raises(NotFound):
        service.call("get_claim", actor=actor("li", "com_2"), claim_id=claims["li"])


def test_claims_are_filtered_and_paged_newest_first(service: ClaimsHarness, claims: dict[str, str]) -> None:
    assert listed(service, "chen") == [claims["wu"], claims["zhao"], claims["li"]]
    assert listed(service, "chen", person_id="per_zhao") == [claims["zhao"]]
    assert listed(service, "chen", courtyard_id="cty_2") == [claims["wu"]]
    assert listed(service, "chen", status="approved") == []
    assert listed(service, "chen", period="2026-10") == []
    assert len(listed(service, "chen", period="2026-11")) == 3

    first = service.call("list_claims", actor=actor("chen"), limit=2)
    second = service.call("list_claims", actor=actor("chen"), limit=2, cursor=first["next_cursor"])
    assert [row["id"] for row in first["data"] + second["data"]] == [claims["wu"], claims["zhao"], claims["li"]]
    assert second["next_cursor"] is None


@pytest.mark.parametrize(
    ("by", "opens"),
    [
        *((name, True) for name in ("li", "wang", "zhou", "chen", "he")),
        *((name, False) for name in ("sun", "wife", "wu", "lin")),
    ],
)
def test_evidence_is_visible_to_its_people_and_reviewers_only(
    service: ClaimsHarness, claims: dict[str, str], by: str, opens: bool
) -> None:
    [piece] = service.get_claim(claims["li"])["evidence_ids"]
    if opens:
        assert service.call("open_evidence", actor=actor(by), evidence_id=piece)["id"] == piece
    else:
        with pytest.raises(NotFound):
            service.call("open_evidence", actor=actor(by), evidence_id=piece)


@pytest.mark.parametrize(
    ("by", "opens"),
    [
        *((name, True) for name in ("li", "wang", "zhou", "chen", "he")),
        *((name, False) for name in ("sun", "wife", "wu", "lin")),
    ],
)
def test_a_list_opens_the_evidence_that_the_caller_may_open_singly(
    service: ClaimsHarness, claims: dict[str, str], by: str, opens: bool
) -> None:
    pieces = service.get_claim(claims["li"])["evidence_ids"]
    found = service.call("open_evidence_of_claims", actor=actor(by), claim_ids=[*claims.values(), "clm_none"])
    assert [each["id"] for each in found.get(claims["li"], [])] == (pieces if opens else [])


def test_a_list_that_opens_evidence_is_recorded_for_its_person_once_a_day(
    service: ClaimsHarness, claims: dict[str, str]
) -> None:
    [piece] = service.get_claim(claims["li"])["evidence_ids"]
    for _ in range(2):
        service.call("open_evidence_of_claims", actor=actor("chen"), claim_ids=list(claims.values()))
    assert accesses(service, "li") == [("per_chen", "evidence_opened", piece)]


def test_unused_evidence_is_visible_to_its_uploader_only(service: ClaimsHarness) -> None:
    piece = service.upload()
    assert service.call("open_evidence", actor=actor("li"), evidence_id=piece)["id"] == piece
    with pytest.raises(NotFound):
        service.call("open_evidence", actor=actor("wang"), evidence_id=piece)


def test_the_origin_of_a_picture_is_visible_to_reviewers_only(service: ClaimsHarness, claims: dict[str, str]) -> None:
    [judged] = service.get_claim(claims["li"], "wang")["evidence"]
    assert judged["origin"] == {"captured_at": "2026-11-23T09:00:00", "latitude": 37.5, "longitude": 111.1}
    for by in ("li", "lin"):
        [own] = service.get_claim(claims["li"], by)["evidence"]
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
def test_a_list_contains_exactly_what_its_reader_may_read(
    service: ClaimsHarness, claims: dict[str, str], by: str, query: dict[str, str]
) -> None:
    for day in (4, 6, 8):
        service.submit(by="zhou", person_id="per_wang", happened_at=on(day))
        service.submit(by="sun", happened_at=on(day + 20, month=10))
    service.call("withdraw_claim", actor=actor("sun"), claim_id=service.submit(by="sun")["id"])
    fits = {"period": ("day", 7), "status": ("status", None), "courtyard_id": ("courtyard_id", None)}
    fits["person_id"] = ("person_id", None)
    everything = service.call("list_claims", actor=actor("lin"), limit=100)["data"]
    wanted = [
        row["id"]
        for row in everything
        if sees(service, by, row["id"]) and all(row[fits[name][0]][: fits[name][1]] == query[name] for name in query)
    ]

    found: list[str] = []
    cursor = None
    while cursor or not found:
        page = service.call("list_claims", actor=actor(by), limit=2, cursor=cursor, **query)
        found += [row["id"] for row in page["data"]]
        if (cursor := page["next_cursor"]) is None:
            break
    assert found == wanted


def sees(service: ClaimsHarness, by: str, claim: str) -> bool:
    try:
        return service.get_claim(claim, by)["id"] == claim
    except NotFound:
        return False


SENSITIVE = {
    "code": "tip",
    "category": "public_order",
    "title": "提供安全线索",
    "score": 5,
    "evidence_required": False,
    "public": False,
}


@pytest.mark.parametrize(
    ("by", "sees"),
    [("li", True), ("sun", False), ("wang", False), ("zhou", False), ("chen", True), ("he", True), ("lin", True)],
)
def test_r14_a_claim_that_is_not_public_is_read_by_its_person_and_the_offices_only(
    service: ClaimsHarness, by: str, sees: bool
) -> None:
    service.adopt_rulebook(items=[*ITEMS, SENSITIVE])
    proof = service.upload()
    claim = service.submit(item="tip", evidence_ids=[proof])["id"]
    open_claim = service.submit()["id"]

    seen = [listed(service, by), listed(service, by, person_id="per_li")]

    assert [claim in ids for ids in seen] == [sees, sees]
    assert open_claim in seen[0] or by == "sun"
    if by in ("wang", "zhou"):
        records = service.call("list_records", actor=actor(by), courtyard_id="cty_1", period="2026-11")["data"]
        assert [each["id"] for each in records] == [open_claim]
        with pytest.raises(NotFound):
            service.call("open_evidence", actor=actor(by), evidence_id=proof)


def test_r14_who_declares_a_sensitive_deed_for_somebody_sees_their_claim(service: ClaimsHarness) -> None:
    service.adopt_rulebook(items=[*ITEMS, SENSITIVE])
    claim = service.submit(by="wang", item="tip", person_id="per_zhao")["id"]

    assert listed(service, "wang") == [claim]
    assert service.get_claim(claim, "wang")["public"] is False


def accesses(service: ClaimsHarness, of: str, **page: Any) -> list[tuple[str, str, str]]:
    found = service.call("list_accesses", actor=actor(of), **page)["data"]
    return [(access["by_id"], access["action"], access["subject_id"]) for access in found]


def test_r42_a_resident_sees_who_opened_their_evidence_and_read_their_claim(service: ClaimsHarness) -> None:
    service.adopt_rulebook()
    proof = service.upload()
    claim = service.submit(item="cleanup", evidence_ids=[proof])["id"]
    for _ in range(2):
        service.call("open_evidence", actor=actor("wang"), evidence_id=proof)
    service.get_claim(claim, "chen")
    service.get_claim(claim, "li")
    with pytest.raises(NotFound):
        service.call("open_evidence", actor=actor("sun"), evidence_id=proof)

    assert accesses(service, "li") == [("per_chen", "claim_read", claim), ("per_wang", "evidence_opened", proof)]
    assert accesses(service, "sun") == accesses(service, "wang") == []
    service.later(days=1)
    service.call("open_evidence", actor=actor("wang"), evidence_id=proof)
    assert len(accesses(service, "li")) == 3


def test_r42_a_resident_sees_who_declared_for_them(service: ClaimsHarness) -> None:
    service.adopt_rulebook()
    claim = service.submit(by="wang", person_id="per_zhao")["id"]

    assert accesses(service, "zhao") == [("per_wang", "declared", claim)]


def to_tell(service: ClaimsHarness, by: str) -> list[str]:
    return [notice["claim_id"] for notice in service.call("list_claim_notices", actor=actor(by))["data"]]


def test_r6_what_was_declared_for_a_person_who_does_not_open_it_is_told_on_paper_by_another(
    service: ClaimsHarness, claims: dict[str, str]
) -> None:
    assert to_tell(service, "zhou") == []
    service.later(days=3)
    assert (to_tell(service, "zhou"), to_tell(service, "wang"), to_tell(service, "zhao")) == ([claims["zhao"]], [], [])
    with pytest.raises(RoleMissing):
        service.call("mark_claim_told", actor=actor("wang"), claim_id=claims["zhao"])
    for by in ("zhao", "wu"):
        with pytest.raises(NotFound):
            service.call("mark_claim_told", actor=actor(by), claim_id=claims["zhao"])

    told = service.call("mark_claim_told", actor=actor("zhou"), claim_id=claims["zhao"])

    assert (told["told_by_id"], to_tell(service, "zhou")) == ("per_zhou", [])
    with pytest.raises(WrongState):
        service.call("mark_claim_told", actor=actor("zhou"), claim_id=claims["zhao"])


def test_r6_who_opens_what_was_declared_for_them_needs_no_paper(service: ClaimsHarness, claims: dict[str, str]) -> None:
    service.get_claim(claims["zhao"], "wang")
    service.later(days=3)
    assert to_tell(service, "zhou") == [claims["zhao"]]
    service.get_claim(claims["zhao"], "zhao")
    assert to_tell(service, "zhou") == []


def test_claims_are_filtered_by_several_statuses_and_by_when_they_changed(
    service: ClaimsHarness, claims: dict[str, str]
) -> None:
    service.review_event(claims["li"], ClaimReturned, sequence=2, by="per_wang", reason="照片看不清")
    changed = service.get_claim(claims["li"], "chen")["changed_at"]

    assert listed(service, "chen", status=["returned", "approved"]) == [claims["li"]]
    assert listed(service, "chen", status=["submitted", "returned"]) == [claims["wu"], claims["zhao"], claims["li"]]
    assert claims["li"] in listed(service, "chen", changed_since=changed)
    assert listed(service, "chen", changed_since="2099-01-01T00:00:00Z") == []


def test_a_returned_claim_has_its_reason_in_lists(service: ClaimsHarness, claims: dict[str, str]) -> None:
    service.review_event(claims["li"], ClaimReturned, sequence=2, by="per_wang", reason="照片看不清")

    [shown] = service.call("list_claims", actor=actor("li"))["data"]
    assert shown["reason"] == "照片看不清"
    assert service.get_claim(claims["li"])["reason"] == "照片看不清"


def test_home_counts_what_is_declared_and_not_judged_by_passbook(
    service: ClaimsHarness, claims: dict[str, str]
) -> None:
    before = service.call("own_claims", actor=actor("li"))
    account = service.get_claim(claims["li"])["household_id"]
    assert [each["account_id"] for each in before["declared"]] == [account]
    assert before["declared"][0]["claims"] >= 1
    assert before["returned"] == 0

    service.review_event(claims["li"], ClaimReturned, sequence=2, by="per_wang", reason="照片看不清")

    after = service.call("own_claims", actor=actor("li"))
    assert sum(each["claims"] for each in after["declared"]) == before["declared"][0]["claims"] - 1
    assert after["returned"] == 1
    assert [(each["id"], each["reason"]) for each in after["changed"]] == [(claims["li"], "照片看不清")]


def test_another_service_opens_uploads_of_those_it_names_as_uploaders(service: ClaimsHarness) -> None:
    photo, other = service.upload("zhou", sha256="e" * 64), service.upload("li", sha256="f" * 64)
    asked = {photo: "per_zhou", other: "per_zhou", "evd_deleted": "per_zhou"}

    found = service.call("open_uploads_of", actor=actor("chen"), uploaders=asked)

    assert [each["id"] for each in found] == [photo]


@pytest.mark.parametrize(("by", "total"), [("li", 1), ("wang", 2), ("chen", 3), ("sun", 0)])
def test_a_list_says_on_demand_how_many_claims_its_reader_sees(
    service: ClaimsHarness, claims: dict[str, str], by: str, total: int
) -> None:
    found = service.call("list_claims", actor=actor(by), limit=1, totals=True)

    assert (found["total"], found["total_is_more"]) == (total, False)
