"""Select rows of one community by their keys with a plan that does not depend on the planner's statistics.

The planner assumes one row for a community that is not in its statistics. For `id IN (…)` it may then choose any index
that begins with the community and scan all rows of the community. Joined to pairs of community and key, of which the
planner knows nothing, the index with both columns is the cheapest.
"""

from collections.abc import Iterable

from sqlalchemy import Column, ColumnElement, String, func, literal, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY


def among(key: Column[str], keys: Iterable[str], community: str) -> ColumnElement[bool]:
    """Return the condition that a row is of `community` and its column `key` is one of `keys`.

    The table of `key` must have a column `community`.
    """
    values = list(keys)
    wanted = (
        func.unnest(literal([community] * len(values), ARRAY(String)), literal(values, ARRAY(String)))
        .table_valued("community", "key")
        .render_derived(name="wanted")
    )
    return tuple_(key.table.c.community, key).in_(select(wanted.c.community, wanted.c.key))
