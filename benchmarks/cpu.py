"""CPU time of the processes of a run."""

from collections.abc import Callable

import psutil


def of_server(port: int) -> Callable[[], float]:
    """Return a function that returns the CPU seconds so far of the gunicorn processes whose PORT this is."""
    serving = [
        process
        for process in psutil.Process().children(recursive=True)
        if process.environ().get("PORT") == str(port) and "gunicorn" in " ".join(process.cmdline())
    ]
    assert serving, f"no process serves port {port}"

    def seconds() -> float:
        return sum(sum(process.cpu_times()[:2]) for process in serving)

    return seconds
