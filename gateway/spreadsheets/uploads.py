"""Reads uploaded tables, workbooks and text files alike."""

import json

from gateway.decoding.pool import DecodingPool, Task
from tabular import Sheet


def read_sheets(task: Task, content: bytes, pool: DecodingPool) -> list[Sheet]:
    """Return the sheets of a file that are not empty; a text file is one sheet.

    Raise RosterInvalid, RulebookInvalid or Invalid, by `task`, if it is not a table, and what `pool` raises.
    """
    return [Sheet(**sheet) for sheet in json.loads(pool.decode(task, content).content)]
