"""What must always hold, looked at from outside: SQL in every store, the broker's queues, and the ledger's own audit.

`python -m deploy.invariants` waits until the platform is quiet, prints one line an invariant and fails if one is
broken. It reads only, so it can be run on a live deployment. The numbers are those of docs/invariants.md; 4, 5, 6, 11
and 12's crashes need somebody who breaks things, and are checked by tests/faults.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import typer
from rich.console import Console
from sqlalchemy import Engine, NullPool, create_engine, text

SERVICES = ("registry", "claims", "review", "inspection", "aggregation", "exchange")
_SHOWN = 5
_COUNTED_ANEW = 6.0
"""Seconds after which the broker has counted its queues again; what it says in between may be old."""


class Platform:
    """A running deployment: its stores by service, and its broker's management API."""

    def __init__(self, database_uris: dict[str, str], management_uri: str) -> None:
        self.uris = database_uris
        self._engines: dict[str, Engine] = {
            service: create_engine(uri, poolclass=NullPool) for service, uri in database_uris.items()
        }
        self._management_uri = management_uri

    @classmethod
    def from_env(cls) -> "Platform":
        """The deployment that REGISTRY_DATABASE_URI … and RABBITMQ_MANAGEMENT_URI name."""
        uris = {service: os.environ[f"{service.upper()}_DATABASE_URI"] for service in SERVICES}
        return cls(uris, os.environ["RABBITMQ_MANAGEMENT_URI"])

    def rows(self, service: str, query: str) -> list[Any]:
        """What the service's store answers."""
        with self._engines[service].connect() as connection:
            return list(connection.execute(text(query)).all())

    def queues(self) -> list[dict[str, Any]]:
        """Every queue of the broker with its depth."""
        found: list[dict[str, Any]] = (
            httpx.get(f"{self._management_uri}/api/queues", timeout=10).raise_for_status().json()
        )
        return found

    def unsent(self) -> dict[str, int]:
        """By service, the events that wait in its outbox."""
        waiting = "SELECT count(*) FROM outbox WHERE sent_at IS NULL AND unrouted_at IS NULL"
        return {service: self.rows(service, waiting)[0][0] for service in SERVICES}

    def wait_until_quiet(self, patience: float = 60.0) -> None:
        """Until nothing has waited in an outbox or a queue for some seconds; `TimeoutError` if that does not come."""
        deadline, quiet_since = time.monotonic() + patience, time.monotonic()
        while time.monotonic() - quiet_since < _COUNTED_ANEW:
            if any(self.unsent().values()) or _busy(self.queues()):
                quiet_since = time.monotonic()
            if quiet_since > deadline:
                raise TimeoutError(f"still busy: {self.unsent()} {_busy(self.queues())}")
            time.sleep(0.2)


def _busy(queues: list[dict[str, Any]]) -> list[dict[str, Any]]:
    depths = [{"name": q["name"], "depth": q.get("messages", 0)} for q in queues if q["name"] != "parked"]
    return [queue for queue in depths if queue["depth"]]


@dataclass(frozen=True)
class Invariant:
    """A sentence that must hold, and how to find where it does not."""

    number: int
    sentence: str
    violations: Callable[[Platform], Iterator[str]]


INVARIANTS: list[Invariant] = []

Check = Callable[[Platform], Iterator[str]]


def invariant(number: int, sentence: str) -> Callable[[Check], Check]:
    def register(check: Check) -> Check:
        INVARIANTS.append(Invariant(number, sentence, check))
        return check

    return register


def _none_of(service: str, number: int, sentence: str, query: str) -> None:
    """An invariant of one store: `query` selects what breaks it."""
    invariant(number, sentence)(lambda platform: (f"{service}: {tuple(row)}" for row in platform.rows(service, query)))


_none_of(
    "aggregation",
    1,
    "Every transfer's entries sum to zero, and so does the ledger",
    """
    SELECT community, transfer, sum(amount) FROM entries GROUP BY 1, 2 HAVING sum(amount) <> 0
    UNION ALL
    SELECT community, 'ledger', sum(amount) FROM entries GROUP BY 1 HAVING sum(amount) <> 0
    """,
)
_none_of(
    "aggregation",
    2,
    "A stored balance is the sum of its entries",
    """
    SELECT community, id, a.posted, coalesce(e.posted, 0)
      FROM accounts a
      LEFT JOIN (SELECT community, account AS id, sum(amount) AS posted FROM entries GROUP BY 1, 2) e
           USING (community, id)
     WHERE a.posted <> coalesce(e.posted, 0)
    """,
)
_none_of(
    "aggregation",
    3,
    "Available points are what was posted less open holds, and never below nothing",
    """
    SELECT community, id, a.posted, a.held, coalesce(h.held, 0)
      FROM accounts a
      LEFT JOIN (SELECT o.community, coalesce(b.merged_into, o.account) AS id, sum(o.points) AS held
                   FROM holds o LEFT JOIN accounts b ON b.community = o.community AND b.id = o.account
                  WHERE o.state = 'open' GROUP BY 1, 2) h USING (community, id)
     WHERE kind IN ('household', 'head') AND (a.held <> coalesce(h.held, 0) OR a.posted < a.held)
    """,
)
_none_of(
    "exchange",
    7,
    "Stock sold and reserved never exceeds stock",
    """
    SELECT community, r.id, r.stock, r.sold, coalesce(o.sold, 0), r.reserved, coalesce(o.reserved, 0)
      FROM rewards r
      LEFT JOIN (SELECT community, reward AS id,
                        sum(quantity) FILTER (WHERE state IN ('redeemed', 'issued')) AS sold,
                        sum(quantity) FILTER (WHERE state IN ('placed', 'confirmed')) AS reserved
                   FROM orders WHERE mode = 'live' GROUP BY 1, 2) o USING (community, id)
     WHERE r.sold + r.reserved > r.stock OR r.sold <> coalesce(o.sold, 0) OR r.reserved <> coalesce(o.reserved, 0)
    """,
)
_none_of(
    "aggregation",
    8,
    "A hold ends once",
    """
    SELECT community, id, state, captured, spent
      FROM holds JOIN (SELECT community, source AS id, count(*) AS times, -sum(points) AS spent
                         FROM transfers WHERE kind = 'capture' GROUP BY 1, 2) t USING (community, id)
     WHERE times > 1 OR state <> 'captured' OR captured <> spent
    """,
)
_none_of(
    "aggregation",
    9,
    "Captures never exceed their hold, nor refunds what was captured",
    "SELECT community, id, points, captured, refunded FROM holds WHERE captured > points OR refunded > captured",
)


@invariant(10, "Ledger and exchange agree about every hold")
def _holds_agree(platform: Platform) -> Iterator[str]:
    bank = {
        hold: (captured, refunded, state == "open")
        for hold, captured, refunded, state in platform.rows(
            "aggregation", "SELECT id, captured, refunded, state FROM holds WHERE state <> 'refused'"
        )
    }
    shop = {
        hold: (captured, refunded, is_open)
        for hold, captured, refunded, is_open in platform.rows(
            "exchange",
            """
            SELECT hold, CASE WHEN state IN ('redeemed', 'issued') THEN points ELSE 0 END, 0,
                   state IN ('placed', 'confirmed')
              FROM orders WHERE mode = 'live' AND state <> 'refused'
            UNION ALL
            SELECT hold, captured, refunded, state IN ('pending', 'authorized')
              FROM payments WHERE mode = 'live' AND state <> 'refused'
            """,
        )
    }
    for hold in sorted(bank.keys() | shop.keys()):
        if bank.get(hold, (0, 0, False)) != shop.get(hold, (0, 0, False)):
            yield f"{hold}: ledger {bank.get(hold)}, exchange {shop.get(hold)} (captured, refunded, open)"


@invariant(12, "What was committed has been published")
def _published(platform: Platform) -> Iterator[str]:
    for service, waiting in platform.unsent().items():
        if waiting:
            yield f"{service}: {waiting} events wait in the outbox"


@invariant(13, "Quiet means drained: queues empty, nothing unacknowledged, nothing parked")
def _drained(platform: Platform) -> Iterator[str]:
    for queue in platform.queues():
        if queue.get("messages", 0):
            unacknowledged = queue.get("messages_unacknowledged", 0)
            yield f"{queue['name']}: {queue['messages']} messages, {unacknowledged} unacknowledged"


_APPEND_ONLY = {"aggregation": ("transfers", "entries", "blocks", "leaves"), "exchange": ("settlement_lines",)}


@invariant(14, "Entries cannot be changed: the service's role may not, and the hash chain verifies")
def _append_only(platform: Platform) -> Iterator[str]:
    for service, tables in _APPEND_ONLY.items():
        for table in tables:
            for right in ("UPDATE", "DELETE", "TRUNCATE"):
                if platform.rows(service, f"SELECT has_table_privilege(current_user, '{table}', '{right}')")[0][0]:
                    yield f"{service}: its role may {right} {table}"
    yield from _failures(platform, "services.aggregation.verify")


_none_of(
    "exchange",
    7,
    "A merchant's own codes are the stock of their reward, and each buyer has as many as he paid for",
    """
    SELECT community, id, wanted, coalesce(found, 0) FROM (
        SELECT community, id, stock AS wanted, 'pool' AS what FROM rewards WHERE gives = 'codes'
        UNION ALL SELECT community, id, CASE WHEN state = 'issued' THEN quantity ELSE 0 END, 'order'
          FROM orders WHERE gives = 'codes'
    ) promised LEFT JOIN (
        SELECT community, reward AS id, count(*) AS found, 'pool' AS what FROM reward_codes GROUP BY 1, 2
        UNION ALL SELECT community, "order", count(*), 'order' FROM reward_codes WHERE "order" IS NOT NULL GROUP BY 1, 2
    ) kept USING (community, id, what)
    WHERE wanted <> coalesce(found, 0)
    """,
)
_none_of(
    "exchange",
    15,
    "A settlement is captures and redemptions less refunds, each honoured once",
    """
    SELECT community, hold, owed, coalesce(settled, 0) FROM (
        SELECT community, id, hold, mode, points AS owed FROM orders
         WHERE state = 'redeemed' AND merchant <> community
        UNION ALL SELECT community, id, hold, mode, captured - refunded FROM payments WHERE captured > 0
    ) spent LEFT JOIN (
        SELECT community, source AS id, sum(points) AS settled FROM settlement_lines GROUP BY 1, 2
    ) line USING (community, id)
    WHERE owed <> coalesce(settled, 0)
    """,
)


@invariant(16, "A final decision reaches the ledger exactly once: same points, same month, same people and place")
def _credited_once(platform: Platform) -> Iterator[str]:
    decided = _by_key(
        platform.rows(
            "review",
            """
            SELECT 'credit', id, period, points, person, household, courtyard FROM entries WHERE state = 'final'
            UNION ALL
            SELECT 'reversal', c.id, e.period, c.points, e.person, e.household, e.courtyard FROM corrections c
              JOIN entries e ON e.community = c.community AND e.id = c.entry WHERE e.state = 'final'
            """,
        )
    )
    credited = _by_key(
        platform.rows(
            "aggregation",
            """
            SELECT kind, source, period, points, person, household, courtyard FROM transfers
             WHERE kind IN ('credit', 'reversal')
            """,
        )
    )
    for key in sorted(decided.keys() | credited.keys()):
        if decided.get(key) != credited.get(key):
            yield f"{key}: decided {decided.get(key)}, credited {credited.get(key)}"


def _by_key(rows: list[Any]) -> dict[tuple[str, str], tuple[Any, ...]]:
    return {(kind, source): tuple(facts) for kind, source, *facts in rows}


@invariant(17, "A head's points are his courtyard's households' final points, by courtyard on the day of the act")
def _heads_points(platform: Platform) -> Iterator[str]:
    final = platform.rows(
        "review",
        """
        SELECT courtyard, sum(points + corrected)::bigint FROM entries
         WHERE state = 'final' AND book = 'household' GROUP BY 1 HAVING sum(points + corrected) <> 0
        """,
    )
    served = platform.rows(
        "aggregation",
        """
        SELECT subject, sum(points)::bigint FROM tallies
         WHERE subject_kind = 'courtyards' GROUP BY 1 HAVING sum(points) <> 0
        """,
    )
    recomputed, kept = (dict(rows) for rows in (final, served))
    for courtyard in sorted(recomputed.keys() | kept.keys()):
        if recomputed.get(courtyard, 0) != kept.get(courtyard, 0):
            yield f"{courtyard}: recomputed {recomputed.get(courtyard, 0)}, served {kept.get(courtyard, 0)}"


_none_of(
    "review",
    18,
    "No one ever judged his own claim or his own household's",
    """
    SELECT 'decision', id, judge FROM decisions WHERE judge = ANY (interested)
    UNION ALL SELECT 'entry', id, approved_by FROM entries WHERE approved_by = ANY (interested)
    UNION ALL SELECT 'ruling', id, ruled_by FROM objections WHERE ruled_by = ANY (interested)
    UNION ALL SELECT 'correction', id, by FROM corrections WHERE by = ANY (interested)
    """,
)


@invariant(19, "Passbooks and boards rebuilt from the ledger equal those served")
def _rebuilt(platform: Platform) -> Iterator[str]:
    yield from _failures(platform, "services.aggregation.rebuild", "--check")


def _failures(platform: Platform, module: str, *arguments: str) -> Iterator[str]:
    """What a command of the bank's says about its store, if it fails."""
    command = [sys.executable, "-m", module, *arguments, "--database-uri", platform.uris["aggregation"]]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        yield done.stdout or done.stderr


_none_of(
    "aggregation",
    20,
    "What left a merged book arrived in the other, and it stays empty",
    """
    SELECT community, id, posted, held, 'not empty' FROM accounts
     WHERE merged_into IS NOT NULL AND (posted <> 0 OR held <> 0 OR arrears <> 0)
    UNION ALL
    SELECT a.community, a.id, 0, 0, 'refers to ' || a.merged_into FROM accounts a
      LEFT JOIN accounts b ON b.community = a.community AND b.id = a.merged_into AND b.merged_into IS NULL
     WHERE a.merged_into IS NOT NULL AND b.id IS NULL
    UNION ALL
    SELECT community, source, coalesce(c.points, 0), coalesce(m.points, 0), 'left and arrived'
      FROM (SELECT * FROM transfers WHERE kind = 'closing') c
      FULL JOIN (SELECT * FROM transfers WHERE kind = 'merge') m USING (community, source)
     WHERE coalesce(c.points, 0) <> -coalesce(m.points, 0)
    """,
)
_none_of(
    "aggregation",
    21,
    "Points lapse by the community's rule alone, a book's once a day, and never more than it had",
    """
    SELECT t.community, t.id, t.points, e.amount FROM transfers t
      LEFT JOIN entries e ON e.community = t.community AND e.transfer = t.id AND e.account = 'expired'
     WHERE t.kind = 'expiry'
       AND (t.origin <> 'policy' OR t.points >= 0 OR t.source <> t.book || '@' || t.day
            OR e.amount IS DISTINCT FROM -t.points)
    """,
)


def check(platform: Platform) -> list[tuple[Invariant, list[str]]]:
    """Every invariant with what violates it; call `wait_until_quiet` first."""
    return [(each, list(each.violations(platform))) for each in sorted(INVARIANTS, key=lambda each: each.number)]


def report(results: list[tuple[Invariant, list[str]]], console: Console) -> bool:
    """Print one line an invariant; whether all hold."""
    for each, violations in results:
        verdict = "[green]✓[/]" if not violations else "[red]✗[/]"
        console.print(f"{each.number:>4} {verdict} {each.sentence}", highlight=False)
        for violation in violations[:_SHOWN]:
            console.print(f"       {violation}", highlight=False, markup=False)
        if len(violations) > _SHOWN:
            console.print(f"       and {len(violations) - _SHOWN} more")
    return not any(violations for _, violations in results)


def main(patience: float = 60.0) -> None:
    """Check the running platform; exit 1 if an invariant is broken."""
    platform = Platform.from_env()
    platform.wait_until_quiet(patience)
    if not report(check(platform), Console(soft_wrap=True)):
        raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(main)
