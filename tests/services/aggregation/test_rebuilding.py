"""Whatever is derived follows from the ledger again, while the bank goes on posting (invariant 19)."""

from threading import Event as Signal
from threading import Thread
from typing import Any

from sqlalchemy import Engine, text

from messaging.testing import ServiceHarness
from services.aggregation.rebuild import Rebuild
from tests.services.aggregation.events import COMMUNITY, HOUSEHOLD, corrected, finalized, merged, placed, redeemed

COMMITTEE = {"person": "per_committee", "community": COMMUNITY, "merchant": None}
_BALANCES = text("SELECT id, posted, held, arrears, cumulative FROM accounts ORDER BY id")
_TALLIES = text(
    "SELECT subject_kind, period, subject, category, points FROM tallies WHERE points <> 0 ORDER BY 1, 2, 3"
)


def derived(owner: Engine) -> list[Any]:
    with owner.begin() as connection:
        return [connection.execute(question).all() for question in (_BALANCES, _TALLIES)]


def test_everything_derived_is_rebuilt_after_it_was_lost(bank: ServiceHarness, owner: Engine):
    bank.handle(finalized("ent_1", 50), finalized("ent_2", 9, household="hou_zhao", person="per_zhao"))
    bank.handle(placed("hld_1", 20), placed("hld_2", 5), redeemed("hld_1", 20), corrected("ent_3", "ent_1", -40))
    bank.handle(merged("hou_zhao", "hou_wang"))
    before = derived(owner)
    with owner.begin() as connection:
        connection.execute(text("TRUNCATE accounts, tallies"))

    with bank.transaction() as tx:
        report = Rebuild(tx.session, COMMUNITY).repair()

    assert (report.accounts_different, report.tallies_different) == (len(before[0]), len(before[1]))
    assert derived(owner) == before


def test_what_is_posted_during_a_rebuild_is_neither_lost_nor_counted_twice(bank: ServiceHarness, owner: Engine):
    bank.handle(finalized("ent_1", 50))
    with owner.begin() as connection:
        connection.execute(text("UPDATE accounts SET posted = posted + 7 WHERE id = :id"), {"id": HOUSEHOLD})
        connection.execute(text("UPDATE tallies SET points = points - 1"))
    reports: list[int] = []
    waiting = Signal()

    def rebuild() -> None:
        with bank.transaction() as tx:
            waiting.set()
            reports.append(Rebuild(tx.session, COMMUNITY).repair().differences)

    with bank.transaction() as tx:  # has posted, and will commit while the rebuild waits for its locks
        tx.emit(*tx.ledger.post([finalized("ent_2", 5)]))
        rebuilding = Thread(target=rebuild)
        rebuilding.start()
        waiting.wait()
        _until_someone_waits(owner)
    rebuilding.join()

    assert reports == [4]
    with bank.transaction() as tx:
        assert Rebuild(tx.session, COMMUNITY).compare().differences == 0
        assert tx.scope_of(COMMUNITY).passbooks.now(HOUSEHOLD)["posted"] == 55


def _until_someone_waits(owner: Engine) -> None:
    """Until a transaction of this store is blocked by a lock."""
    blocked = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0"
    )
    with owner.connect() as connection:
        while not connection.execute(blocked).scalar_one():
            connection.rollback()


def test_only_the_rows_that_differ_are_locked(bank: ServiceHarness, owner: Engine):
    bank.handle(finalized("ent_1", 50), finalized("ent_2", 9, household="hou_zhao", person="per_zhao"))
    with owner.begin() as connection:
        connection.execute(text("UPDATE accounts SET cumulative = 1 WHERE id = 'hou_zhao'"))

    with bank.transaction() as tx:
        Rebuild(tx.session, COMMUNITY).repair()
        bank.handle(placed("hld_1", 5))  # on the other book, in a transaction of its own

    assert bank.emitted[-1].hold == "hld_1"


def test_a_hold_that_disagrees_with_the_ledger_is_reported(bank: ServiceHarness, owner: Engine):
    bank.handle(finalized("ent_1", 50))
    bank.handle(placed("hld_1", 20), redeemed("hld_1", 20))
    with owner.begin() as connection:
        connection.execute(text("UPDATE holds SET captured = 19"))

    with bank.transaction() as tx:
        assert Rebuild(tx.session, COMMUNITY).compare().holds_different == 1


def test_rebuilds_are_listed_newest_first_with_what_they_found(bank: ServiceHarness):
    for _ in range(2):
        bank.call("request_rebuild", actor=COMMITTEE)
    bank.tick("rebuild")

    newest, oldest = bank.call("list_rebuilds", actor=COMMITTEE)["data"]

    assert (newest["state"], oldest["state"], oldest["differences"]) == ("requested", "done", 0)
    assert "differences" not in newest
