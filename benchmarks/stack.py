"""A whole platform of its own: from nothing but installed packages to taking calls, and what it then holds in memory.

Beside each stands the most it may be, so that here less is better. Memory is counted as the kernel divides it (PSS): a
page shared by several processes once.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figure import Figure
from deploy.local.stack import Stack

_MAX_SECONDS = 60.0
_MAX_MEGABYTES = 1536.0
_SETTLE_SECONDS = 5.0  # seconds for what starting up has stirred to settle


def measure(stack: Stack) -> Iterator[Figure]:
    """Seconds to Ready, megabytes at rest; `stack` has its own part of the machine and is left as it is."""
    with TemporaryDirectory() as root:
        started = time.monotonic()
        with Stack(Path(root)) as fresh:
            fresh.start()
            yield Figure("stack_cold_start", "s", time.monotonic() - started, _MAX_SECONDS)
            time.sleep(_SETTLE_SECONDS)
            yield Figure("stack_at_rest", "MB", sum(fresh.memory().values()) / 2**20, _MAX_MEGABYTES)
