"""Sealing on a real PostgreSQL: nothing is sealed twice, nothing is left out, and nothing can be changed unseen."""

import json
import runpy
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import Engine, text

from contracts import errors
from contracts.aggregation import BlockSealed
from contracts.registry import PolicySet
from messaging.testing import ServiceHarness
from services.aggregation.domain import Kind, chain
from tests.clients.test_verify_proof import SCRIPT
from tests.services.aggregation.events import (
    COMMUNITY,
    HOUSEHOLD,
    PERSON,
    authorized,
    captured,
    corrected,
    finalized,
    merged,
    placed,
    redeemed,
    refunded,
    voided,
)


def actor(person: str) -> dict[str, Any]:
    return {"person": person, "community": COMMUNITY, "merchant": None}


def blocks(bank: ServiceHarness) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = bank.call("list_blocks", community_id=COMMUNITY)["data"]
    return shown


def lines(bank: ServiceHarness) -> list[dict[str, Any]]:
    shown: list[dict[str, Any]] = bank.call("list_passbook_entries", actor=actor(PERSON), account_id=HOUSEHOLD)["data"]
    return shown


def faults(bank: ServiceHarness) -> list[str]:
    with bank.transaction() as tx:
        return list(tx.chain.faults(COMMUNITY))


def verified(database_uri: str, *more: str) -> tuple[int, str]:
    """What the command says, and how it ends."""
    command = [sys.executable, "-m", "services.aggregation.verify", "--database-uri", database_uri, *more]
    done = subprocess.run(command, capture_output=True, text=True)
    assert not done.stderr, done.stderr
    return done.returncode, done.stdout


def change(owner: Engine, statement: str, **values: Any) -> None:
    with owner.begin() as connection:
        assert connection.execute(text(statement), values).rowcount


def test_posted_transfers_are_sealed_once_and_announced(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 5), finalized("ent_2", 3))

    [told] = bank.tick("seal")

    assert isinstance(told, BlockSealed)
    [block] = blocks(bank)
    assert (block["number"], block["size"], block["previous_hash"]) == (1, 2, chain.NO_PREVIOUS_HASH)
    assert (told.block, told.height, told.root) == (block["hash"], 1, block["root"])
    assert bank.tick("seal") == []


def test_blocks_follow_one_another_without_gaps(bank: ServiceHarness):
    for turn in range(3):
        bank.handle(finalized(f"ent_{turn}", 5))
        bank.tick("seal")

    newest, middle, first = blocks(bank)
    assert [newest["number"], middle["number"], first["number"]] == [3, 2, 1]
    assert (newest["previous_hash"], middle["previous_hash"]) == (middle["hash"], first["hash"])
    assert bank.call("newest_block", community_id=COMMUNITY) == newest
    assert bank.call("get_block", community_id=COMMUNITY, number=2) == middle


@pytest.mark.parametrize("number", [0, 2, 10**30])
def test_a_block_that_is_not_there_is_not_found(bank: ServiceHarness, number: int):
    bank.handle(finalized("ent_1", 5))
    bank.tick("seal")

    with pytest.raises(errors.NotFound):
        bank.call("get_block", community_id=COMMUNITY, number=number)


def test_more_than_a_block_holds_goes_to_the_next(bank: ServiceHarness, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("services.aggregation.store.chain.MOST", 2)
    bank.handle(*(finalized(f"ent_{turn}", 1) for turn in range(5)))

    bank.tick("seal")

    assert [block["size"] for block in blocks(bank)] == [1, 2, 2]


@contextmanager
def posted_but_not_committed(bank: ServiceHarness, owner: Engine) -> Iterator[None]:
    """A transfer of a transaction that has not committed; it commits at the end of the block."""
    with owner.begin() as connection:
        connection.execute(
            text("""
            INSERT INTO transfers (community, id, kind, source, book, points, origin, origin_id, person, day, period,
                                   posted_at)
            SELECT community, 'tra_00', kind, 'ent_late', book, points, origin, origin_id, person, day, period,
                   posted_at
              FROM transfers LIMIT 1
            """)
        )
        yield


def test_a_transfer_that_commits_late_blocks_nobody_and_is_in_a_later_block(bank: ServiceHarness, owner: Engine):
    bank.handle(finalized("ent_1", 5))
    with posted_but_not_committed(bank, owner):
        assert [block.size for block in bank.tick("seal")] == [1]
    assert [block.height for block in bank.tick("seal")] == [2]

    assert faults(bank) == []


def test_replicas_that_seal_at_once_seal_nothing_twice(bank: ServiceHarness):
    bank.handle(*(finalized(f"ent_{turn}", 1) for turn in range(40)))

    replicas = [Thread(target=bank.tick, args=("seal",)) for _ in range(4)]
    for replica in replicas:
        replica.start()
    for replica in replicas:
        replica.join()

    assert sum(block["size"] for block in blocks(bank)) == 40
    assert faults(bank) == []


def test_a_proof_leads_from_the_owners_line_to_the_public_block(bank: ServiceHarness):
    bank.handle(*(finalized(f"ent_{turn}", turn + 1) for turn in range(7)))
    bank.handle(placed("hld_1", 3), redeemed("hld_1", 3))
    bank.tick("seal")

    for line in lines(bank):
        mine = bank.call("get_passbook_entry", actor=actor(PERSON), account_id=HOUSEHOLD, entry_id=line["id"])
        proof = bank.call("get_proof", entry_id=line["id"])
        assert proof["leaf_hash"] == chain.leaf(mine["content"]).hex()
        assert proof["block"] == blocks(bank)[0]
        assert {"points": line["points"], "id": line["id"]}.items() <= json.loads(mine["content"]).items()
        assert sum(side["amount"] for side in mine["entries"]) == 0


def test_a_proof_reveals_nothing_of_the_entry(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 5))
    bank.tick("seal")
    [line] = lines(bank)

    proof = json.dumps(bank.call("get_proof", entry_id=line["id"]))

    assert not [told for told in (PERSON, HOUSEHOLD, "cty_12", "ent_1", "clm_1") if told in proof]


def test_an_unsealed_entry_has_no_proof_yet(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 5))

    with pytest.raises(errors.EntryNotSealed):
        bank.call("get_proof", entry_id=lines(bank)[0]["id"])


def test_the_content_of_a_line_is_for_those_who_may_see_the_book(bank: ServiceHarness):
    bank.handle(finalized("ent_1", 5))
    [line] = lines(bank)

    for person, account in (("per_zhao", HOUSEHOLD), (PERSON, "hou_zhao"), ("per_zhao", "hou_zhao")):
        with pytest.raises(errors.NotFound):
            bank.call("get_passbook_entry", actor=actor(person), account_id=account, entry_id=line["id"])


def test_the_command_verifies_the_chain_and_printed_hashes(bank: ServiceHarness, owner: Engine, database_uri: str):
    bank.handle(finalized("ent_1", 50))
    bank.handle(placed("hld_1", 20), redeemed("hld_1", 20))
    bank.tick("seal")
    bank.handle(finalized("ent_2", 0))
    printed = blocks(bank)[0]["hash"]

    assert verified(database_uri, "--printed", printed) == (0, f"{COMMUNITY}: 1 blocks\n")
    change(owner, "UPDATE transfers SET points = 51 WHERE source = 'ent_1'")
    ended, told = verified(database_uri, "--printed", "0" * 64)
    assert ended == 1
    assert "is not what was sealed" in told
    assert f"{'0' * 64}: in no chain" in told


def test_every_kind_of_transfer_is_sealed_and_proved(bank: ServiceHarness, database_uri: str):
    bank.handle(PolicySet(community=COMMUNITY, settings={"expiry": "1"}, sequence=2))
    bank.handle(finalized("ent_1", 50), finalized("ent_2", 9), corrected("ent_3", "ent_2", -4))
    bank.handle(authorized("hld_1", 20), authorized("hld_2", 35), corrected("ent_4", "ent_1", -50))
    bank.handle(captured("hld_1", 20), refunded("rfd_1", "hld_1", 5), voided("hld_2", 35))
    bank.tick("seal")
    bank.handle(finalized("ent_5", 40))
    for days in (40, 1):
        bank.later(days=days).tick("lapse")
    bank.handle(finalized("ent_6", 3), merged("hou_zhao", HOUSEHOLD), finalized("ent_7", 6, household="hou_zhao"))
    bank.handle(merged(HOUSEHOLD, "hou_wang"))
    bank.tick("seal")

    anybodys = runpy.run_path(str(SCRIPT))
    with bank.transaction() as tx:
        sealed = tx.session.execute(text("SELECT kind, id FROM transfers")).all()
    assert {kind for kind, _ in sealed} == set(Kind)
    for _, transfer in sealed:
        anybodys["check_proof"](bank.call("get_proof", entry_id=transfer))
    assert verified(database_uri) == (0, f"{COMMUNITY}: 2 blocks\n")


def test_a_ledger_that_was_deleted_is_reported(bank: ServiceHarness, owner: Engine, database_uri: str):
    bank.handle(finalized("ent_1", 5))
    bank.tick("seal")
    change(owner, "DELETE FROM transfers")

    assert "was sealed and is gone" in verified(database_uri)[1]


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE transfers SET points = points + 1 WHERE source = 'ent_3'",
        "UPDATE transfers SET person = 'per_other' WHERE source = 'ent_3'",
        "UPDATE entries SET amount = amount # 1 FROM transfers t WHERE t.id = transfer AND source = 'ent_3'",
        "UPDATE leaves SET leaf = set_bit(leaf, 0, 1 - get_bit(leaf, 0))"
        " FROM transfers t WHERE t.id = transfer AND source = 'ent_3'",
    ],
)
def test_one_flipped_bit_is_located_by_block_and_transfer(bank: ServiceHarness, owner: Engine, tampering: str):
    for turn in range(1, 5):
        bank.handle(finalized(f"ent_{turn}", turn))
        bank.tick("seal")
    transfer = next(line["id"] for line in lines(bank) if line["source_id"] == "ent_3")
    change(owner, tampering)

    found = faults(bank)

    assert f"block 3: transfer {transfer} is not what was sealed" in found
    assert all(fault.startswith("block 3: ") for fault in found)


@pytest.mark.parametrize(
    ("tampering", "told"),
    [
        ("DELETE FROM transfers WHERE source = 'ent_1'", "block 1: transfer tra_"),
        ("UPDATE blocks SET size = 9 WHERE number = 1", "block 1: sealed 9 transfers and has 1"),
        ("UPDATE blocks SET sealed_at = now() WHERE number = 1", "block 1: its header does not make its hash"),
        ("UPDATE blocks SET hash = repeat('a', 64) WHERE number = 1", "block 2: does not name the block before it"),
        ("DELETE FROM blocks WHERE number = 1", "blocks before 2 are missing"),
        ("DELETE FROM leaves WHERE block = 2", "is in no block and not queued"),
        ("DELETE FROM unsealed", "is in no block and not queued"),
    ],
)
def test_every_deletion_and_change_is_reported(bank: ServiceHarness, owner: Engine, tampering: str, told: str):
    for turn in (1, 2):
        bank.handle(finalized(f"ent_{turn}", turn))
        bank.tick("seal")
    bank.handle(finalized("ent_3", 3))
    change(owner, tampering)

    assert any(told in fault for fault in faults(bank))
