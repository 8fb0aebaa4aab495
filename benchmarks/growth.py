"""Whether the bank slows as its ledger grows: posting, passbooks, and the rebuild of all that is derived.

The history is made by SQL, some 450 books over two years; what is measured goes through the service's own methods. In
each figure of growth `ours` is with the long ledger and `other` with the short one, so 0.83 is a fifth dearer.
"""

import time
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, NullPool, create_engine, text
from sqlalchemy.orm import Session

from benchmarks import ledger
from benchmarks.figure import Figure
from deploy.local.stack import Stack
from messaging import engine
from messaging.store import StoreAccess
from services.aggregation.rebuild import Rebuild
from services.aggregation.service import AggregationService
from services.aggregation.store import AggregationTransaction

_SHORT, _LONG, _FULL = 100_000, 1_000_000, 5_000_000
_REBUILT = 1_000_000
_BOOKS = 447
_TURNS, _POSTED, _READ = 8, 1_000, 1_500
_SHORT_ONE, _LONG_ONE = "com_short", "com_long"
_ACTOR = {"person": "per_member", "merchant": None}

_HISTORY = """
    INSERT INTO transfers (community, id, kind, source, book, points, origin, origin_id, person, household, courtyard,
                           category, item, day, period, posted_at)
    SELECT :community, 'tra_0' || lpad(n::text, 25, '0'), 'credit', 'ent_0' || lpad(n::text, 25, '0'),
           'hou_' || n % :books, 5, 'claim', 'clm_0' || lpad(n::text, 25, '0'), 'per_' || n % :books,
           'hou_' || n % :books, 'cty_' || n % 90, 'living_environment', 'clean_up',
           date '2024-11-01' + (n * 730 / :transfers)::int,
           to_char(date '2024-11-01' + (n * 730 / :transfers)::int, 'YYYY-MM'),
           timestamptz '2024-11-01' + n * interval '730 days' / :transfers
      FROM generate_series(0, :transfers - 1) n;
    INSERT INTO entries (community, transfer, account, amount)
    SELECT community, id, account, amount
      FROM transfers, LATERAL (VALUES (book, points), ('issued', -points)) AS side (account, amount)
     WHERE community = :community;
    INSERT INTO directory_communities (community, settings, sequence) VALUES (:community, '{}', 1);
    INSERT INTO directory_appointments (community, appointment, person, role, scope, since, sequence)
    VALUES (:community, 'apt_' || :community, 'per_member', 'working_group', :community, '2020-01-01', 1);
    DELETE FROM unsealed WHERE community = :community;
"""


def measure(stack: Stack) -> Iterator[Figure]:
    """At a million entries."""
    return _measure(stack, _LONG)


def measure_fully(stack: Stack) -> Iterator[Figure]:
    """At five million."""
    return _measure(stack, _FULL)


def _measure(stack: Stack, entries: int) -> Iterator[Figure]:
    stack.start("aggregation")
    stack.stop("aggregation")
    owner = create_engine(engine.url(stack.postgres.uri("aggregation")), poolclass=NullPool)
    yield _rebuilt(owner)
    for community, size in ((_SHORT_ONE, _SHORT), (_LONG_ONE, entries)):
        _keep(owner, community, size)
        _rebuild(owner, community)
    short, long = _post(stack)
    yield Figure(f"posting_at_{entries}_entries", "transfers/s", long, short)
    short, long = _read(stack)
    yield Figure(f"passbook_p99_at_{entries}_entries", "1/s", long, short)
    owner.dispose()


def _rebuilt(owner: Engine) -> Figure:
    _keep(owner, "com_rebuilt", _REBUILT)
    started = time.monotonic()
    assert _count(owner, "com_rebuilt") == -_REBUILT // 2 * 5
    plain = time.monotonic() - started
    return Figure("rebuild", "entries/s", _REBUILT / _rebuild(owner, "com_rebuilt"), _REBUILT / plain)


def _keep(owner: Engine, community: str, entries: int) -> None:
    """A ledger of that many entries, of which nothing is derived yet."""
    asked = {"community": community, "transfers": entries // 2, "books": _BOOKS}
    with owner.begin() as connection:
        for statement in _HISTORY.split(";")[:-1]:
            used = {name: value for name, value in asked.items() if f":{name}" in statement}
            connection.execute(text(statement), used)
    with owner.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE"))


def _count(owner: Engine, community: str) -> int:
    """What a plain sum over the entries costs, to compare with."""
    issued = "SELECT sum(amount) FROM entries WHERE community = :community AND account = 'issued'"
    with owner.connect() as connection:
        return int(connection.execute(text(issued), {"community": community}).scalar_one())


def _rebuild(owner: Engine, community: str) -> float:
    """All balances and boards from nothing; the seconds it took."""
    started = time.monotonic()
    with Session(owner) as session, session.begin():
        assert Rebuild(session, community).repair().unbalanced == 0
    return time.monotonic() - started


def _post(stack: Stack) -> tuple[float, float]:
    """Transfers per second with the short and the long ledger, in turns, in batches without a broker."""
    taken = {_SHORT_ONE: 0.0, _LONG_ONE: 0.0}
    for _ in range(_TURNS):
        for community in taken:
            taken[community] += ledger.post(stack, "post", list(ledger.decisions(community, _BOOKS, _POSTED)))
    return _TURNS * _POSTED / taken[_SHORT_ONE], _TURNS * _POSTED / taken[_LONG_ONE]


def _read(stack: Stack) -> tuple[float, float]:
    """How many passbooks with their lines could be read in a second, if all took as long as the slowest hundredth."""
    store = engine.connect_to(stack.database_uris["aggregation"], pool_size=1)
    bank: Any = AggregationService()
    bank.store = StoreAccess(store, AggregationTransaction)
    taken: dict[str, list[float]] = {_SHORT_ONE: [], _LONG_ONE: []}
    for turn in range(_READ):
        for community, times in taken.items():
            asked = {"actor": _ACTOR | {"community": community}, "account_id": f"hou_{turn * 7 % _BOOKS}"}
            started = time.monotonic()
            bank.get_passbook(**asked)
            bank.list_passbook_entries(**asked)
            times.append(time.monotonic() - started)
    store.dispose()
    short, long = (1 / sorted(times)[_READ * 99 // 100] for times in taken.values())
    return short, long
