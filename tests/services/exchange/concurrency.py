"""Concurrent calls."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from contracts.errors import Refusal


def race(*attempts: Callable[[], object]) -> Counter:
    """Run `attempts` concurrently and count their outcomes: `done`, or the code of the refusal."""

    def outcome(attempt):
        try:
            attempt()
        except Refusal as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(len(attempts)) as pool:
        return Counter(pool.map(outcome, attempts))
