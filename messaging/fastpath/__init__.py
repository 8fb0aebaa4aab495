"""Optimizations that rely on private parts of py-amqp, psycopg2 and SQLAlchemy. Each can be disabled and is measured.

| part | module | relies on |
| --- | --- | --- |
| `frames` | `frames` | `Transport._quick_recv`, `_read_buffer`, `Connection.on_inbound_frame` of py-amqp |
| `combine` | `connection` | a psycopg2 connection in autocommit mode whose subclass issues BEGIN, COMMIT and ROLLBACK |
| `deferred` | `statements` | SQLAlchemy's `do_execute` event and a cursor that is never executed; needs `combine` |
| `prepared` | `statements` | the `%(name)s` placeholders that SQLAlchemy compiles for psycopg2 |

`FASTPATH_DISABLED`, a comma-separated list of parts, disables them when the process starts. `python -m benchmarks
fastpath` measures the CPU time per operation with and without each part; docs/performance.md lists the results and
docs/decisions explains when each part can be removed.
"""

import os

PARTS = ("frames", "combine", "deferred", "prepared")
#: parts that are off; engines read it when they are created
disabled: set[str] = set(filter(None, os.environ.get("FASTPATH_DISABLED", "").split(",")))


def is_enabled(part: str) -> bool:
    """Whether `part`, one of `PARTS`, is in use."""
    return part not in disabled
