"""The start of a new platform, from installed packages to ready, and its memory at rest.

The references are upper limits: lower is better. Memory is PSS, which counts a page shared by several processes once.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figure import Figure
from deploy.local.stack import Stack

_MAX_SECONDS = 60.0
_MAX_MEGABYTES = 1536.0
_SETTLE_SECONDS = 5.0  # seconds of rest after the start


def measure(stack: Stack) -> Iterator[Figure]:
    """Yield seconds until ready and megabytes at rest of another stack beside `stack`."""
    with TemporaryDirectory() as root:
        started = time.monotonic()
        with Stack(Path(root)) as fresh:
            fresh.start()
            yield Figure("stack_cold_start", "s", time.monotonic() - started, _MAX_SECONDS)
            time.sleep(_SETTLE_SECONDS)
            yield Figure("stack_at_rest", "MB", sum(fresh.memory().values()) / 2**20, _MAX_MEGABYTES)
