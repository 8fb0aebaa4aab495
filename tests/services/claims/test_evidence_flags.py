"""Evidence that another claim carries is flagged to reviewers, never refused (R10)."""

import random
from typing import Any

import pytest

from services.claims.domain.evidence import HASH_BITS, NEAR_BITS
from tests.services.claims.conftest import ClaimsHarness, actor

_random = random.Random(1)


def random_hash() -> str:
    return "".join(_random.choice("01") for _ in range(HASH_BITS))


def changed(bit_string: str, bits: int) -> str:
    flipped = set(_random.sample(range(HASH_BITS), bits))
    return "".join("10"[int(bit)] if place in flipped else bit for place, bit in enumerate(bit_string))


@pytest.fixture(autouse=True)
def _rules(service: ClaimsHarness) -> None:
    service.adopt_rulebook()


def flags(service: ClaimsHarness, claim: dict[str, Any]) -> list[tuple[str, str]]:
    found = service.get_claim(claim["id"], "chen")["flags"]
    return [(flag["kind"], flag["seen_in_claim_id"]) for flag in found]


def cleanup(service: ClaimsHarness, piece: str, by: str = "li") -> dict[str, Any]:
    return service.submit(by=by, item="cleanup", evidence_ids=[piece])


def test_the_same_file_in_another_claim_is_flagged_to_reviewers_only(service: ClaimsHarness) -> None:
    first = cleanup(service, service.upload(sha256="a" * 64))
    assert not service.emitted[-1].flagged
    second = cleanup(service, service.upload(by="sun", sha256="a" * 64), by="sun")

    assert service.emitted[-1].flagged
    assert flags(service, second) == [("same_file", first["id"])]
    assert "flags" not in service.get_claim(second["id"], "sun")


def test_the_same_upload_in_two_claims_is_flagged(service: ClaimsHarness) -> None:
    piece = service.upload()
    first = cleanup(service, piece)
    assert flags(service, cleanup(service, piece)) == [("same_file", first["id"])]


def test_a_picture_similar_to_any_hash_of_an_earlier_one_is_flagged(service: ClaimsHarness) -> None:
    original = [random_hash() for _ in range(5)]
    first = cleanup(service, service.upload(sha256="a" * 64, looks=original))
    crop = [changed(original[3], NEAR_BITS), random_hash()]
    second = cleanup(service, service.upload(by="sun", sha256="b" * 64, looks=crop), by="sun")

    assert flags(service, second) == [("near_same_picture", first["id"])]


def test_a_picture_that_differs_in_one_more_bit_is_not_flagged(service: ClaimsHarness) -> None:
    original = [random_hash()]
    cleanup(service, service.upload(sha256="a" * 64, looks=original))
    other = cleanup(service, service.upload(sha256="b" * 64, looks=[changed(original[0], NEAR_BITS + 1)]))
    assert flags(service, other) == []


def test_the_later_claim_is_flagged_whichever_file_was_uploaded_first(service: ClaimsHarness) -> None:
    early, late = service.upload(sha256="a" * 64), service.upload(sha256="a" * 64)
    first = cleanup(service, late)
    assert flags(service, cleanup(service, early)) == [("same_file", first["id"])]


def test_a_withdrawn_claim_causes_no_flag(service: ClaimsHarness) -> None:
    piece = service.upload()
    withdrawn = cleanup(service, piece)
    service.call("withdraw_claim", actor=actor("li"), claim_id=withdrawn["id"])
    assert flags(service, cleanup(service, piece)) == []


def test_two_similar_pictures_in_one_claim_cause_no_flag(service: ClaimsHarness) -> None:
    pieces = [service.upload(sha256="a" * 64), service.upload(sha256="a" * 64)]
    claim = service.submit(item="cleanup", evidence_ids=pieces)
    assert flags(service, claim) == []
