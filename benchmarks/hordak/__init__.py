"""The ledger, fed by the broker, against django-hordak 2.0 in four processes, on the same PostgreSQL and accounts.

django-hordak is a double-entry ledger for Django. It is installed into an environment of its own on first use, so that
the project does not depend on it. Each is used as intended: hordak commits one transfer at a time, aggregation posts
what is queued on RabbitMQ in batches, in one process and in two.
"""

import subprocess
import sys
import venv
from collections.abc import Iterator
from pathlib import Path

from benchmarks import ledger
from benchmarks.figure import Figure
from deploy.local.stack import PROJECT, Stack

_REQUIREMENTS = ["django-hordak==2.0.0", "psycopg2-binary>=2.9,<3", "setuptools<81"]
_HOME = PROJECT / ".local" / "hordak"
_SCRIPT = Path(__file__).with_name("transfers.py")
_PROCESSES = 4
_EACH = 500


def measure(stack: Stack) -> Iterator[Figure]:
    """Yield transfers per second, of aggregation from RabbitMQ and of hordak by `transfer_to`."""
    python = _environment()
    uri = stack.postgres.create_database("hordak")
    _run(python, uri, "prepare", max(ledger.BOOKS.values()))
    stack.start("aggregation")
    for name, books in ledger.BOOKS.items():
        other = _post(python, uri, books)
        for replicas in (1, 2):
            queued = ledger.decisions(f"com_hordak_{name}_{replicas}", books)
            ours = ledger.measure_through_broker(stack, queued, replicas=replicas)
            yield Figure(f"ledger_hordak_{name}_{replicas}", "transfers/s", ours, other)
    stack.stop("aggregation")


def _environment() -> str:
    python = _HOME / "bin" / "python"
    if not (_HOME / "made").exists():
        venv.create(_HOME, clear=True, with_pip=True)
        install: list[str | Path] = [
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--disable-pip-version-check",
            *_REQUIREMENTS,
        ]
        subprocess.run(install, check=True, stdout=sys.stderr)
        (_HOME / "made").touch()
    return str(python)


def _post(python: str, uri: str, accounts: int) -> float:
    posting = [_begin(python, uri, "post", accounts, _EACH) for _ in range(_PROCESSES)]
    for process in posting:
        assert process.stdout
        assert process.stdout.readline() == "ready\n", "django-hordak failed; its output is above"
    for process in posting:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    spans = [tuple(map(float, process.communicate()[0].split())) for process in posting]
    return _PROCESSES * _EACH / (max(ended for _, ended in spans) - min(started for started, _ in spans))


def _run(python: str, uri: str, *arguments: object) -> None:
    if _begin(python, uri, *arguments).wait():
        raise RuntimeError("django-hordak failed; its output is above")


def _begin(python: str, uri: str, *arguments: object) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [python, "-W", "ignore", _SCRIPT, *map(str, arguments)],
        env={"DATABASE_URI": uri, "PATH": ""},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
