"""Run calls at the same moment and compare their outcomes."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from deploy.demo.api_client import ApiError

T = TypeVar("T")


def run_concurrently(*calls: Callable[[], T]) -> list[T | ApiError]:
    """Start all calls together; return what each returned, or the `ApiError` that it raised."""
    barrier = threading.Barrier(len(calls))

    def run(call: Callable[[], T]) -> T | ApiError:
        barrier.wait()
        try:
            return call()
        except ApiError as error:
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def error_codes(outcomes: Sequence[object]) -> list[str]:
    """Return the codes of the refused calls, sorted."""
    return sorted(outcome.code for outcome in outcomes if isinstance(outcome, ApiError))
