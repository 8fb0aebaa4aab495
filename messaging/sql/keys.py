"""Rows of one community asked for by their keys, each found by index, whatever the planner believes of the community.

A community that its statistics have not met counts as one row at most. Asked for by a plain `id IN (…)`, its rows are
therefore found by any index that begins with the community, all of them, to be held against the ids one by one. Joined
to pairs of community and key, nothing is known of either, and the index that has both is the best there is.
"""

from collections.abc import Iterable

from sqlalchemy import Column, ColumnElement, String, func, literal, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY


def among(key: Column[str], keys: Iterable[str], community: str) -> ColumnElement[bool]:
    """Rows of `community` whose `key`, a column of a table with a column `community`, is one of `keys`."""
    wanted = list(keys)
    asked = (
        func.unnest(literal([community] * len(wanted), ARRAY(String)), literal(wanted, ARRAY(String)))
        .table_valued("community", "key")
        .render_derived(name="asked")
    )
    return tuple_(key.table.c.community, key).in_(select(asked.c.community, asked.c.key))
