"""Many at the counter at the same moment."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from contracts.errors import Refusal


def race(*attempts: Callable[[], object]) -> Counter:
    """All at once; how many ended how: `done`, or the code of the refusal."""

    def outcome(attempt):
        try:
            attempt()
        except Refusal as refusal:
            return refusal.code
        return "done"

    with ThreadPoolExecutor(len(attempts)) as pool:
        return Counter(pool.map(outcome, attempts))
