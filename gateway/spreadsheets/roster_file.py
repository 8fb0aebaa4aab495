"""Reads an uploaded roster, xlsx or csv, into rows of plain cells, which registry interprets."""

import json

from contracts.calls.registry.rosters import Cell
from gateway.decoding.pool import DecodingPool


def read_roster(content: bytes, pool: DecodingPool) -> tuple[list[Cell], list[list[Cell]]]:
    """Return the first row and the rows below it, empty rows included.

    Raise RosterInvalid if it is not a table, FileLimitExceeded or DecodingBusy as `pool` does.
    """
    rows: list[list[Cell]] = json.loads(pool.decode("roster", content).content)
    return rows[0], rows[1:]
