"""What claims lets go of when somebody is erased, and what stays (R10, R15)."""

from typing import Any

import pytest
from sqlalchemy import text

from contracts import errors, registry
from contracts.claims import ClaimWithdrawn
from contracts.review import ClaimRefused, ClaimReturned, EntryApproved, EntryCorrected, EntryFinalized, ObjectionRuled
from messaging.transaction import Idempotency
from tests.services.claims.conftest import COMMUNITY, NOW, Counter, actor, on

WORDS = ("李家门前", "帮王奶奶搬柴", "照片看不清", "多记了一小时")


@pytest.fixture
def counter(counter: Counter) -> Counter:
    counter.adopted()
    return counter


def erase(counter: Counter, name: str = "li") -> None:
    counter.handle(registry.ResidentErased(community=COMMUNITY, person=f"per_{name}", sequence=9))


def declared(counter: Counter, by: str = "li", **chosen: Any) -> dict[str, Any]:
    """A claim in his own words, with a photo of its own."""
    photo = counter.upload(by, sha256=chosen.pop("sha256", "b" * 64), looks=["1" * 144])
    return counter.declare(by, place=WORDS[0], cause=WORDS[1], evidence_ids=[photo], **chosen)


def kept(counter: Counter) -> str:
    """All the text in the store but the rulebooks'."""
    with counter.transaction() as tx:
        tables = tx.session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        rows = [tx.session.scalars(text(f"SELECT t::text FROM {table} t")).all() for table in tables]
    return "\n".join(row for table in rows for row in table)


def files(counter: Counter) -> list[str]:
    return [evidence for _, evidence in counter.call("files_to_delete")]


def test_no_row_of_the_store_tells_his_words_or_his_pictures_any_more(counter: Counter) -> None:
    key = Idempotency(caller="per_li", key="k", digest="d")
    photo = counter.upload(sha256="c" * 64, looks=["1" * 144], origin={"latitude": 37.51, "longitude": 111.14})
    deed = {"item": "volunteer", "happened_at": on(23), "place": WORDS[0], "cause": WORDS[1]}
    claim = counter.call("submit_claim", actor=actor("li"), idempotency=key, **deed, evidence_ids=[photo])
    counter.told(claim["id"], ClaimReturned, reason=WORDS[2], sequence=2)
    assert all(trace in kept(counter) for trace in (WORDS[0], WORDS[1], WORDS[2], "c" * 64, "37.51"))

    erase(counter)

    for trace in (*WORDS, "c" * 64, "1" * 144, "37.51"):
        assert trace not in kept(counter)


def test_deed_points_and_decisions_stay(counter: Counter) -> None:
    claim = declared(counter)
    counter.told(claim["id"], EntryApproved, points=1, sequence=3)
    counter.told(claim["id"], EntryFinalized, points=1, sequence=4)

    erase(counter)

    left = counter.look(claim["id"], by="chen")
    assert (left["status"], left["points"], left["awarded_points"], left["day"]) == ("final", 1, 1, "2026-11-23")
    assert (left["place"], left["cause"], left["evidence"], left["person_id"]) == ("", "", [], "per_li")
    assert [step["step"] for step in left["timeline"]] == ["submitted", "approved", "final"]


@pytest.mark.parametrize("returned", [True, False])
def test_what_nobody_has_decided_on_is_withdrawn(counter: Counter, returned: bool) -> None:
    claim = declared(counter)
    if returned:
        counter.told(claim["id"], ClaimReturned, reason=WORDS[2], sequence=2)

    erase(counter)

    told = counter.emitted[-1]
    assert (type(told), told.claim, told.by) == (ClaimWithdrawn, claim["id"], "per_li")
    assert counter.look(claim["id"], by="chen")["status"] == "withdrawn"


def test_his_proof_is_gone_for_everybody_at_once_and_its_file_is_to_be_deleted(counter: Counter) -> None:
    claim = declared(counter)
    [photo] = claim["evidence_ids"]

    erase(counter)

    for reader in ("li", "chen", "wang"):
        with pytest.raises(errors.NotFound):
            counter.call("open_evidence", actor=actor(reader), evidence_id=photo)
    assert files(counter) == [photo]


def test_proof_of_his_that_the_head_uploaded_goes_and_what_others_claims_carry_stays(counter: Counter) -> None:
    mine, shared = counter.upload("wang", sha256="c" * 64), counter.upload("wang", sha256="d" * 64)
    counter.declare("wang", person_id="per_li", evidence_ids=[mine, shared])
    other = counter.declare("wang", person_id="per_zhao", evidence_ids=[shared])
    loose = counter.upload("wang", sha256="e" * 64)

    erase(counter)

    assert files(counter) == [mine]
    assert [piece["id"] for piece in counter.look(other["id"], by="zhao")["evidence"]] == [shared]
    assert counter.call("open_evidence", actor=actor("wang"), evidence_id=loose)["id"] == loose


def test_what_he_declared_and_judged_for_others_stays_theirs(counter: Counter) -> None:
    claim = declared(counter, "wang", person_id="per_zhao")
    counter.told(claim["id"], ClaimRefused, reason=WORDS[2], sequence=2, by="per_wang")

    erase(counter, "wang")

    theirs = counter.look(claim["id"], by="zhao")
    assert (theirs["cause"], len(theirs["evidence"]), theirs["timeline"][-1]["reason"]) == (WORDS[1], 1, WORDS[2])


def test_loose_uploads_go_but_not_the_photos_of_who_served_the_community(counter: Counter) -> None:
    loose, of_a_round = counter.upload("li", sha256="c" * 64), counter.upload("zhou", sha256="d" * 64)

    erase(counter)
    erase(counter, "zhou")

    assert files(counter) == [loose]
    assert counter.call("open_evidence_of", actor=actor("chen"), evidence_id=of_a_round, uploaded_by_id="per_zhou")


def test_words_that_arrive_after_the_erasure_are_not_kept(counter: Counter) -> None:
    claim = declared(counter)
    counter.told(claim["id"], EntryApproved, points=1, sequence=3)
    erase(counter)

    counter.told(claim["id"], EntryCorrected, points=1, sequence=4, reason=WORDS[3], correction="cor_1")
    ruled = {"objection": "obj_1", "entry": "ent_1", "upheld": True, "by": "per_he", "reason": WORDS[3], "at": NOW}
    counter.handle(ObjectionRuled(community=COMMUNITY, **ruled))

    steps = counter.look(claim["id"], by="chen")["timeline"]
    assert [(step["step"], step["reason"]) for step in steps[-2:]] == [("corrected", ""), ("objection_ruled", "")]


def test_nothing_of_him_is_taken_in_any_more(counter: Counter) -> None:
    erase(counter)

    for attempt in (
        lambda: counter.declare("li"),
        lambda: counter.declare("wang", person_id="per_li"),
        lambda: counter.upload("li"),
        lambda: counter.call(
            "suspend_person", actor=actor("chen"), person_id="per_li", until="2026-12-24", reason=WORDS[2]
        ),
    ):
        with pytest.raises(errors.NotFound):
            attempt()
    acts = {"item": "learning", "happened_at": on(23), "place": WORDS[0], "cause": WORDS[1]}
    [answer] = counter.call("record_acts", actor=actor("chen"), person_ids=["per_li"], **acts)["data"]
    assert (answer["act_id"], answer["code"]) == (None, "not_found")


def test_what_was_under_way_at_the_time_is_forgotten_a_little_later(counter: Counter) -> None:
    claim = declared(counter)
    with counter.transaction() as tx:
        late = "SELECT place, cause, evidence FROM claims"
        place, cause, evidence = tx.session.execute(text(late)).one()
    erase(counter)
    with counter.transaction() as tx:
        again = text("UPDATE claims SET place = :place, cause = :cause, evidence = :evidence")
        tx.session.execute(again, {"place": place, "cause": cause, "evidence": evidence})

    counter.tick("forget_again")
    assert counter.look(claim["id"], by="he")["cause"] == WORDS[1]
    counter.later(minutes=3).tick("forget_again")

    assert counter.look(claim["id"], by="he")["cause"] == ""


def test_told_twice_or_before_anything_else_it_is_the_same(counter: Counter) -> None:
    declared(counter)
    erase(counter)
    before = kept(counter)

    counter.handle(registry.ResidentErased(community="com_2", person="per_li", sequence=9))
    erase(counter)
    erase(counter, "somebody_never_heard_of")

    def words(store: str) -> set[str]:
        return {line for line in store.splitlines() if "clm_" in line}

    assert words(kept(counter)) == words(before)


def test_a_file_is_deleted_at_once_and_once_more_for_an_upload_under_way(counter: Counter) -> None:
    [photo] = declared(counter)["evidence_ids"]
    erase(counter)
    for minutes in (0, 3):
        counter.later(minutes=minutes)
        assert files(counter) == [photo]
        counter.call("files_deleted", files=[[COMMUNITY, photo]])
        assert files(counter) == []

    counter.later(days=1)
    assert files(counter) == []
