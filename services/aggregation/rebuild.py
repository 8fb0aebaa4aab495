"""Recomputes everything derived from the ledger and corrects what differs, while posting goes on.

Each kind of row is compared in one statement, which reads one snapshot. A wrong row stays wrong by the same amount
whatever is posted meanwhile, since posting adds to both sides alike; so it is corrected by adding the difference, and
only the rows that differ are locked.

`python -m services.aggregation.rebuild` corrects what differs; `--check` only reports it.
"""

from dataclasses import asdict, dataclass
from typing import Annotated

import structlog
import typer
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from messaging import Transaction, config, engine
from messaging.sql import db_errors
from services.aggregation.store import comparisons

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Report:
    """How many rows of a community were recomputed, and how many differed."""

    accounts: int
    transfers: int
    entries: int
    tallies: int
    holds: int
    accounts_different: int
    tallies_different: int
    pending_different: int
    holds_different: int
    """Holds that disagree with what was captured or refunded."""
    unbalanced: int
    """Transfers whose entries do not sum to zero or to their points."""
    corrections_astray: int
    """Corrections of an entry that was never credited, or to somebody else."""

    @property
    def differences(self) -> int:
        return sum(getattr(self, name) for name in comparisons.COMPARED)

    @property
    def irreparable(self) -> int:
        """Differences within append-only rows, which no rebuild corrects."""
        return self.holds_different + self.unbalanced + self.corrections_astray

    def as_row(self) -> dict[str, int]:
        """Return the report as it is stored and answered."""
        return asdict(self) | {"differences": self.differences}


class Rebuild:
    """Compares and corrects what is derived from one community's ledger. It needs READ COMMITTED."""

    def __init__(self, session: Session, community: str) -> None:
        self._session = session
        self._community = community

    def compare(self) -> Report:
        """Return what differs now; change nothing."""
        return self._report(comparisons.COMPARED)

    def repair(self) -> Report:
        """Correct all but the irreparable differences; return what differed."""
        return self._report(comparisons.COMPARED | comparisons.REPAIRS)

    def _report(self, statements: dict[str, str]) -> Report:
        counts = {
            name: self._number(f"SELECT count(*) FROM {name} WHERE community = :community")
            for name in comparisons.COUNTED
        }
        return Report(**counts, **{name: self._number(statement) for name, statement in statements.items()})

    def _number(self, statement: str) -> int:
        return int(self._session.execute(text(statement), {"community": self._community}).scalar_one())


def attempt(tx: Transaction, community: str) -> tuple[str, dict[str, int] | None]:
    """Repair in a savepoint; return `done` and the report, or `failed` when the store refused the repair."""
    try:
        with tx.savepoint():
            return "done", Rebuild(tx.session, community).repair().as_row()
    except DBAPIError as error:
        if db_errors.is_outage(error) or db_errors.is_conflict(error):
            raise
        log.warning("rebuild_failed", community=community, error=repr(error))
        return "failed", None


def main(
    check: Annotated[bool, typer.Option("--check", help="Only compare; fail if anything differs.")] = False,
    database_uri: Annotated[str | None, typer.Option(help="By default the configuration's.")] = None,
) -> None:
    """Recompute balances, boards and pending points from the ledger, community by community."""
    uri = database_uri or config.load()["DATABASES"]["aggregation"]
    found = 0
    with Session(engine.connect_to(uri, pool_size=1)) as session, session.begin():
        session.execute(text("SET LOCAL statement_timeout = 0"))
        for community in session.scalars(comparisons.COMMUNITIES).all():
            rebuild = Rebuild(session, community)
            report = rebuild.compare() if check else rebuild.repair()
            found += report.differences if check else report.irreparable
            typer.echo(f"{community}: " + ", ".join(f"{name} {value}" for name, value in report.as_row().items()))
    raise typer.Exit(1 if found else 0)


if __name__ == "__main__":
    typer.run(main)
