"""Everything derived, recomputed from what was only ever added to, and compared with what is stored.

`python -m services.aggregation.rebuild` puts right what differs, `--check` only tells. Each comparison is one statement
and so sees one instant: it is right while the bank keeps posting, and takes no lock. Putting right locks the books.
"""

from dataclasses import asdict, dataclass
from typing import Annotated

import typer
from sqlalchemy import text
from sqlalchemy.orm import Session

from messaging import config, engine

_ACCOUNTS = """
    WITH posted AS (
        SELECT community, account AS id, sum(amount) AS posted FROM entries
         WHERE community = :community GROUP BY 1, 2
    ), earned AS (
        SELECT community, book AS id, sum(points) AS cumulative FROM transfers
         WHERE community = :community AND kind IN ('credit', 'reversal') GROUP BY 1, 2
    ), owed AS (
        SELECT t.community, t.book AS id, -sum(e.amount) AS arrears
          FROM entries e JOIN transfers t ON t.community = e.community AND t.id = e.transfer
         WHERE e.community = :community AND e.account = 'arrears' GROUP BY 1, 2
    ), reserved AS (
        SELECT community, account AS id, sum(points) AS held FROM holds
         WHERE community = :community AND state = 'open' GROUP BY 1, 2
    ), derived AS (
        SELECT community, id, coalesce(posted, 0) AS posted, coalesce(held, 0) AS held,
               coalesce(arrears, 0) AS arrears, coalesce(cumulative, 0) AS cumulative
          FROM posted
          FULL JOIN earned USING (community, id)
          FULL JOIN owed USING (community, id)
          FULL JOIN reserved USING (community, id)
    ), stored AS (
        SELECT * FROM accounts WHERE community = :community
    ), different AS (
        SELECT community, id,
               coalesce(d.posted, 0) AS posted, coalesce(d.held, 0) AS held,
               coalesce(d.arrears, 0) AS arrears, coalesce(d.cumulative, 0) AS cumulative
          FROM derived d FULL JOIN stored s USING (community, id)
         WHERE s.id IS NULL
            OR (s.posted, s.held, s.arrears, s.cumulative) IS DISTINCT FROM
               (coalesce(d.posted, 0), coalesce(d.held, 0), coalesce(d.arrears, 0), coalesce(d.cumulative, 0))
    )
"""
_TALLIES = """
    WITH standing AS (
        SELECT t.* FROM transfers t JOIN accounts a ON a.community = t.community AND a.id = t.book
         WHERE t.community = :community AND t.kind IN ('credit', 'reversal') AND a.kind = 'household'
    ), derived AS (
        SELECT community, subject_kind, period, subject, category, sum(points) AS points
          FROM standing, LATERAL (
               VALUES ('residents', person), ('households', book), ('courtyards', courtyard)
          ) AS counts_for (subject_kind, subject)
         WHERE subject IS NOT NULL GROUP BY 1, 2, 3, 4, 5
    ), stored AS (
        SELECT * FROM tallies WHERE community = :community
    ), different AS (
        SELECT community, subject_kind, period, subject, category, coalesce(d.points, 0) AS points
          FROM derived d FULL JOIN stored s USING (community, subject_kind, period, subject, category)
         WHERE coalesce(d.points, 0) <> coalesce(s.points, 0)
    )
"""
_PENDING = """
    WITH different AS (
        SELECT p.community, p.entry
          FROM pending p JOIN transfers t ON t.community = p.community AND t.kind = 'credit' AND t.source = p.entry
         WHERE p.community = :community
    )
"""
_UNBALANCED = """
    WITH sides AS (
        SELECT community, transfer AS id, sum(amount) AS total,
               sum(amount) FILTER (WHERE account NOT IN ('issued', 'redeemed', 'expired')) AS points
          FROM entries WHERE community = :community GROUP BY 1, 2
    ), moved AS (
        SELECT * FROM transfers WHERE community = :community
    ), different AS (
        SELECT id FROM moved t FULL JOIN sides s USING (community, id)
         WHERE t.id IS NULL OR coalesce(s.total, 0) <> 0 OR coalesce(s.points, 0) <> t.points
    )
"""
_COUNT_DIFFERENCES = "SELECT count(*) FROM different"

_LOCK_BOOKS = text("""
    SELECT id FROM accounts WHERE community = :community AND kind IN ('household', 'head') ORDER BY id FOR UPDATE
""")
_REPAIRS = (
    _ACCOUNTS
    + """
    INSERT INTO accounts (community, id, kind, posted, held, arrears, cumulative)
    SELECT community, id, CASE WHEN id LIKE 'hou\\_%' THEN 'household' WHEN id LIKE 'per\\_%' THEN 'head' ELSE id END,
           posted, held, arrears, cumulative
      FROM different
        ON CONFLICT (community, id) DO UPDATE
       SET posted = excluded.posted, held = excluded.held, arrears = excluded.arrears, cumulative = excluded.cumulative
    """,
    _TALLIES
    + """
    INSERT INTO tallies (community, subject_kind, period, subject, category, points)
    SELECT community, subject_kind, period, subject, category, points FROM different
        ON CONFLICT (community, subject_kind, period, subject, category) DO UPDATE SET points = excluded.points
    """,
    _PENDING
    + """
    DELETE FROM pending p USING different d WHERE p.community = d.community AND p.entry = d.entry
    """,
)


@dataclass(frozen=True)
class Report:
    """How much was recomputed for a community, and how many rows of it differed."""

    accounts: int
    transfers: int
    entries: int
    tallies: int
    accounts_different: int
    tallies_different: int
    pending_different: int
    unbalanced: int
    """Transfers whose entries do not sum to zero or to their points; these no rebuild puts right."""

    @property
    def differences(self) -> int:
        return self.accounts_different + self.tallies_different + self.pending_different + self.unbalanced

    def told(self) -> dict[str, int]:
        """The report as it is answered."""
        return asdict(self) | {"differences": self.differences}


class Rebuild:
    """Compares, and puts right, what is derived from one community's ledger."""

    def __init__(self, session: Session, community: str) -> None:
        self._session = session
        self._community = community

    def compare(self) -> Report:
        """What differs now; nothing is changed."""
        counts = {name: self._number(f"SELECT count(*) FROM {name} WHERE community = :community") for name in _COUNTED}
        return Report(
            **counts,
            accounts_different=self._number(_ACCOUNTS + _COUNT_DIFFERENCES),
            tallies_different=self._number(_TALLIES + _COUNT_DIFFERENCES),
            pending_different=self._number(_PENDING + _COUNT_DIFFERENCES),
            unbalanced=self._number(_UNBALANCED + _COUNT_DIFFERENCES),
        )

    def repair(self) -> Report:
        """What differed; all but the unbalanced is put right."""
        report = self.compare()
        if report.differences > report.unbalanced:
            self._session.execute(_LOCK_BOOKS, {"community": self._community})
            for repair in _REPAIRS:
                self._session.execute(text(repair), {"community": self._community})
        return report

    def _number(self, statement: str) -> int:
        return int(self._session.execute(text(statement), {"community": self._community}).scalar_one())


_COUNTED = ("accounts", "transfers", "entries", "tallies")


def main(
    check: Annotated[bool, typer.Option("--check", help="Only compare; fail if anything differs.")] = False,
    database_uri: Annotated[str | None, typer.Option(help="By default the configuration's.")] = None,
) -> None:
    """Recompute balances, boards and pending points from the ledger, community by community."""
    uri = database_uri or config.load()["DATABASES"]["aggregation"]
    found = 0
    with Session(engine.connect_to(uri, pool_size=1)) as session, session.begin():
        session.execute(text("SET LOCAL statement_timeout = 0"))
        for community in session.scalars(text("SELECT DISTINCT community FROM accounts ORDER BY 1")).all():
            rebuild = Rebuild(session, community)
            report = rebuild.compare() if check else rebuild.repair()
            found += report.differences if check else report.unbalanced
            typer.echo(f"{community}: " + ", ".join(f"{name} {value}" for name, value in report.told().items()))
    raise typer.Exit(1 if found else 0)


if __name__ == "__main__":
    typer.run(main)
