"""Verifies that the ledger is what was sealed: hashes every transfer and block again and follows the chain.

`python -m services.aggregation.verify` prints which block and which transfer differ, and fails if any does. It reads
one snapshot and takes no lock, so it can be run on a live deployment. A chain that was rewritten as a whole is detected
by `--printed`, the hash of a block as an old publication or anybody's copy has it: it must still be in the chain.
"""

from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlalchemy import text
from sqlalchemy.orm import Session

from messaging import config, engine
from services.aggregation.store.chain import BlockChain

_SNAPSHOT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
_IN_THE_CHAIN = text("SELECT EXISTS (SELECT FROM blocks WHERE hash = :hash)")


def main(
    printed: Annotated[list[str] | None, typer.Option(help="A block's hash that must be in the chain.")] = None,
    database_uri: Annotated[str | None, typer.Option(help="By default the configuration's.")] = None,
) -> None:
    """Verify every community's chain against its ledger."""
    uri = database_uri or config.load()["DATABASES"]["aggregation"]
    found = 0
    with Session(engine.connect_to(uri, pool_size=1)) as session:
        session.connection(execution_options=_SNAPSHOT)
        session.execute(text("SET LOCAL statement_timeout = 0"))
        chain = BlockChain(session, datetime.now(UTC))
        for community in chain.communities():
            newest = chain.newest(community)
            typer.echo(f"{community}: {newest.number if newest else 0} blocks")
            for fault in chain.faults(community):
                found += 1
                typer.echo(f"{community}: {fault}")
        for hash in printed or []:
            if not session.scalar(_IN_THE_CHAIN, {"hash": hash}):
                found += 1
                typer.echo(f"{hash}: in no chain")
    raise typer.Exit(1 if found else 0)


if __name__ == "__main__":
    typer.run(main)
