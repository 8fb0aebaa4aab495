"""Proof that was seen before is flagged to the judges, never refused (R10)."""

import random
from typing import Any

import pytest

from services.claims.domain.evidence import HASH_BITS, NEAR_BITS
from tests.services.claims.conftest import Counter, actor

chance = random.Random(1)


def look() -> str:
    return "".join(chance.choice("01") for _ in range(HASH_BITS))


def changed(look: str, bits: int) -> str:
    flipped = set(chance.sample(range(HASH_BITS), bits))
    return "".join("10"[int(bit)] if place in flipped else bit for place, bit in enumerate(look))


@pytest.fixture(autouse=True)
def _rules(counter: Counter) -> None:
    counter.adopted()


def flags(counter: Counter, claim: dict[str, Any]) -> list[tuple[str, str]]:
    told = counter.look(claim["id"], "chen")["flags"]
    return [(flag["kind"], flag["seen_in_claim_id"]) for flag in told]


def cleanup(counter: Counter, piece: str, by: str = "li") -> dict[str, Any]:
    return counter.declare(by=by, item="cleanup", evidence_ids=[piece])


def test_the_same_file_in_another_claim_is_flagged_to_the_judges_and_to_review(counter: Counter) -> None:
    first = cleanup(counter, counter.upload(sha256="a" * 64))
    assert not counter.emitted[-1].flagged
    second = cleanup(counter, counter.upload(by="sun", sha256="a" * 64), by="sun")

    assert counter.emitted[-1].flagged
    assert flags(counter, second) == [("same_file", first["id"])]
    assert "flags" not in counter.look(second["id"], "sun")


def test_the_same_upload_in_two_claims_is_flagged(counter: Counter) -> None:
    piece = counter.upload()
    first = cleanup(counter, piece)
    assert flags(counter, cleanup(counter, piece)) == [("same_file", first["id"])]


def test_a_picture_near_to_any_look_of_an_earlier_one_is_flagged(counter: Counter) -> None:
    original = [look() for _ in range(5)]
    first = cleanup(counter, counter.upload(sha256="a" * 64, looks=original))
    crop = [changed(original[3], NEAR_BITS), look()]
    second = cleanup(counter, counter.upload(by="sun", sha256="b" * 64, looks=crop), by="sun")

    assert flags(counter, second) == [("near_same_picture", first["id"])]


def test_a_picture_that_differs_in_one_bit_more_is_another_one(counter: Counter) -> None:
    original = [look()]
    cleanup(counter, counter.upload(sha256="a" * 64, looks=original))
    other = cleanup(counter, counter.upload(sha256="b" * 64, looks=[changed(original[0], NEAR_BITS + 1)]))
    assert flags(counter, other) == []


def test_whichever_is_declared_second_is_flagged_whenever_it_was_uploaded(counter: Counter) -> None:
    early, late = counter.upload(sha256="a" * 64), counter.upload(sha256="a" * 64)
    first = cleanup(counter, late)
    assert flags(counter, cleanup(counter, early)) == [("same_file", first["id"])]


def test_what_was_withdrawn_may_be_declared_again_without_a_flag(counter: Counter) -> None:
    piece = counter.upload()
    withdrawn = cleanup(counter, piece)
    counter.call("withdraw_claim", actor=actor("li"), claim_id=withdrawn["id"])
    assert flags(counter, cleanup(counter, piece)) == []


def test_two_like_pictures_in_one_claim_are_no_repeat(counter: Counter) -> None:
    pieces = [counter.upload(sha256="a" * 64), counter.upload(sha256="a" * 64)]
    claim = counter.declare(item="cleanup", evidence_ids=pieces)
    assert flags(counter, claim) == []
