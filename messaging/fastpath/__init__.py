"""Optimizations that rely on private parts of py-amqp, psycopg2 and SQLAlchemy. Each can be disabled and is measured.

`frames` (module `frames`)
    Reads many AMQP frames with one system call. Relies on `Transport._quick_recv`, `Transport._read_buffer` and
    `Connection.on_inbound_frame` of py-amqp. Can go when py-amqp reads ahead itself.
`deferred` (modules `connection`, `statements`)
    Sends BEGIN, statements without a result, and COMMIT in one message with the statement next to them. Relies on
    psycopg2 leaving transactions alone in autocommit mode, and on SQLAlchemy's `do_execute` event skipping the cursor.
    Can go with eventlet: psycopg 3 has a pipeline mode.
`prepared` (module `statements`)
    Plans a statement once for each connection. Relies on the `%(name)s` placeholders that SQLAlchemy compiles for
    psycopg2. Can go with eventlet: psycopg 3 prepares statements itself.

`FASTPATH_DISABLED`, a comma-separated list of parts, disables them when the process starts. `python -m benchmarks
fastpath` measures the CPU time with and without each part; docs/performance.md lists the results.
"""

import os

PARTS = ("frames", "deferred", "prepared")
#: parts that are off; engines read it when they are created
disabled: set[str] = set(filter(None, os.environ.get("FASTPATH_DISABLED", "").split(",")))


def is_enabled(part: str) -> bool:
    """Whether `part`, one of `PARTS`, is in use."""
    return part not in disabled
