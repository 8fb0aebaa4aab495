"""The stack as somebody at a terminal has it: up, killed, up again, down; and nothing left of it."""

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


def _said(home: Path, *arguments: str) -> str:
    """What a command prints that ends by itself."""
    done = subprocess.run(
        _command(home, *arguments), cwd=PROJECT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    return done.stdout


class Terminal:
    """`python -m deploy.local up` in a terminal of its own, and what it prints."""

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
        """Return the next line that matches; fail with all that was printed when there is none."""
        seen = []
        while (line := self._lines.get(timeout=240)) is not None:
            seen.append(line)
            if re.search(pattern, line):
                return line
        raise AssertionError(f"no {pattern!r} in:\n{''.join(seen)}")

    def press_ctrl_c(self) -> int:
        """What the terminal does: SIGINT to everybody in the foreground. Return the exit code."""
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
    """Somebody else has the usual ports."""
    listeners = []
    for port in PREFERRED_PORTS:
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
            listener.listen()
        except OSError:
            listener.close()  # taken already, which serves as well
        else:
            listeners.append(listener)
    yield
    for listener in listeners:
        listener.close()


@pytest.fixture(scope="module")
def killed(home: Path, occupied: None) -> dict[str, str]:
    """A stack came up, something was kept in it, and its owner was killed; what its settings were."""
    with Terminal(home) as terminal:
        url = terminal.wait_for(r"^Ready: http://").split()[1]
        assert httpx.get(f"{url}/readyz", timeout=10).status_code == 200
        settings = _settings(home)
        with _claims_store(settings) as cursor:
            cursor.execute("INSERT INTO inbox (handler, event_id) VALUES ('test', 'kept')")
        terminal.process.kill()
    return settings


def _settings(home: Path) -> dict[str, str]:
    return dict(line.removeprefix("export ").split("=", 1) for line in _said(home, "env").splitlines())


@contextmanager
def _claims_store(settings: dict[str, str]) -> Iterator[psycopg2.extensions.cursor]:
    connection = psycopg2.connect(settings["CLAIMS_DATABASE_URI"].replace("+psycopg2", ""))
    with closing(connection), connection, connection.cursor() as cursor:
        yield cursor


def test_taken_ports_are_passed_over(killed: dict[str, str]) -> None:
    assert int(killed["PORT"]) not in PREFERRED_PORTS
    assert not set(map(int, re.findall(r":(\d+)/", " ".join(killed.values())))) & set(PREFERRED_PORTS)


def test_after_a_kill_it_comes_up_again_with_its_data_and_goes_down_from_another_terminal(
    killed: dict[str, str], home: Path
) -> None:
    assert marked_processes(home / "up"), "the kill should have left processes behind"
    with Terminal(home) as terminal:
        terminal.wait_for(r"earlier run")
        terminal.wait_for(r"^Ready: http://")
        with _claims_store(_settings(home)) as cursor:
            cursor.execute("SELECT count(*) FROM inbox WHERE event_id = 'kept'")
            assert cursor.fetchone() == (1,)
        assert "runs already" in _said(home, "up")
        assert "Stopped: up" in _said(home, "down")
        assert terminal.process.wait(60) == 0
    assert not marked_processes(home / "up")


def test_ctrl_c_while_it_starts_leaves_nothing_running(tmp_path: Path) -> None:
    with Terminal(tmp_path) as terminal:
        terminal.wait_for("Starting PostgreSQL")
        assert terminal.press_ctrl_c() == 130
    assert not marked_processes(tmp_path / "up")
    root_lock.remove(tmp_path / "up")
