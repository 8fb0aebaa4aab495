"""The life of a stack in a terminal: up, killed, up again, down, with no process left."""

import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Self

import httpx
import psycopg2
import pytest

from deploy.local import root_lock
from deploy.local.process import marked_processes
from deploy.local.stack import PROJECT

pytestmark = [pytest.mark.servers, pytest.mark.timeout(400)]
PREFERRED_PORTS = (8000, 15432, 15674, 15675)


def _command(home: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "deploy.local", "--home", str(home), *arguments]


def _output(home: Path, *arguments: str) -> str:
    """Return the output of a command."""
    done = subprocess.run(
        _command(home, *arguments), cwd=PROJECT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    return done.stdout


class Terminal:
    """`python -m deploy.local up` in a terminal of its own."""

    def __init__(self, home: Path) -> None:
        self._lines: queue.Queue[str | None] = queue.Queue()
        self.process = subprocess.Popen(
            _command(home, "up"),
            cwd=PROJECT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()

    def wait_for(self, pattern: str) -> str:
        """Return the next line that matches; fail with the output if there is none."""
        seen = []
        while (line := self._lines.get(timeout=240)) is not None:
            seen.append(line)
            if re.search(pattern, line):
                return line
        raise AssertionError(f"no {pattern!r} in:\n{''.join(seen)}")

    def press_ctrl_c(self) -> int:
        """Send SIGINT to the foreground process group, as a terminal does, and return the exit code."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(120)

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self._lines.put(line)
        self._lines.put(None)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("home")
    yield home
    root_lock.remove(home / "up")


@pytest.fixture(scope="module")
def occupied() -> Iterator[None]:
    """Another program listens on the preferred ports."""
    listeners = []
    for port in PREFERRED_PORTS:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
            listener.listen()
        except OSError:
            listener.close()  # taken already, which is as good
        else:
            listeners.append(listener)
    yield
    for listener in listeners:
        listener.close()


@pytest.fixture(scope="module")
def killed(home: Path, occupied: None) -> dict[str, str]:
    """Start a stack, store a row in it, kill its owner, and return its settings."""
    with Terminal(home) as terminal:
        url = terminal.wait_for(r"^Ready: http://").split()[1]
        assert httpx.get(f"{url}/readyz", timeout=10).status_code == 200
        settings = _settings(home)
        with _claims_store(settings) as cursor:
            cursor.execute("INSERT INTO inbox (handler, event_id) VALUES ('test', 'kept')")
        terminal.process.kill()
    return settings


def _settings(home: Path) -> dict[str, str]:
    return dict(line.removeprefix("export ").split("=", 1) for line in _output(home, "env").splitlines())


@contextmanager
def _claims_store(settings: dict[str, str]) -> Iterator[psycopg2.extensions.cursor]:
    connection = psycopg2.connect(settings["CLAIMS_DATABASE_URI"].replace("+psycopg2", ""))
    with closing(connection), connection, connection.cursor() as cursor:
        yield cursor


def test_taken_ports_are_skipped(killed: dict[str, str]) -> None:
    assert int(killed["PORT"]) not in PREFERRED_PORTS
    assert not set(map(int, re.findall(r":(\d+)/", " ".join(killed.values())))) & set(PREFERRED_PORTS)


def test_after_a_kill_it_starts_again_with_its_data_and_stops_from_another_terminal(
    killed: dict[str, str], home: Path
) -> None:
    assert marked_processes(home / "up"), "the kill should have left processes behind"
    with Terminal(home) as terminal:
        terminal.wait_for(r"earlier run")
        terminal.wait_for(r"^Ready: http://")
        with _claims_store(_settings(home)) as cursor:
            cursor.execute("SELECT count(*) FROM inbox WHERE event_id = 'kept'")
            assert cursor.fetchone() == (1,)
        assert "runs already" in _output(home, "up")
        assert "Stopped: up" in _output(home, "down")
        assert terminal.process.wait(60) == 0
    assert not marked_processes(home / "up")


def test_ctrl_c_during_the_start_leaves_no_process(tmp_path: Path) -> None:
    with Terminal(tmp_path) as terminal:
        terminal.wait_for("Starting PostgreSQL")
        assert terminal.press_ctrl_c() == 130
    assert not marked_processes(tmp_path / "up")
    root_lock.remove(tmp_path / "up")
