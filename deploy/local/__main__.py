"""Run the platform on this machine."""

import contextlib
import importlib.util
import json
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Table

from deploy.local import claim
from deploy.local.process import Failed
from deploy.local.stack import PROJECT, Stack

HOME = PROJECT / ".local"
app = typer.Typer(help=__doc__, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def up() -> None:
    """Start the platform, keeping its data between runs; Ctrl-C stops it."""
    with _running("up") as stack:
        _stay(stack)


@app.command()
def demo() -> None:
    """Start a fresh platform, load the demo community, play its story and stay up; Ctrl-C stops it."""
    claim.clear(HOME / "demo")
    with _running("demo") as stack:
        if importlib.util.find_spec("deploy.demo"):
            command = [sys.executable, "-m", "deploy.demo", "--gateway", stack.gateway_url]
            if subprocess.run(command, cwd=PROJECT, env=stack.environment).returncode:
                raise Failed("the demo's story did not hold; see above")
        _stay(stack)


@app.command()
def down() -> None:
    """Stop every stack of this checkout, also one started in another terminal."""
    stopped = [root.name for root in _roots() if claim.end(root)]
    _say(f"Stopped: {', '.join(stopped)}" if stopped else "Nothing was running")


@app.command()
def clean() -> None:
    """Stop every stack of this checkout and remove all they wrote, fetched packages included."""
    for root in _roots():
        claim.clear(root)
    claim.clear(HOME)
    _say("Removed .local/ and what it had put elsewhere")


@app.command()
def env(name: str = typer.Argument("up", help="Which stack: up or demo.")) -> None:
    """Print a running stack's settings, for `eval "$(python -m deploy.local env)"`."""
    note = HOME / name / "settings.json"
    if not note.exists():
        typer.echo(f"no stack named {name} is running", err=True)
        raise typer.Exit(1)
    for key, value in json.loads(note.read_text()).items():
        typer.echo(f"export {key}={shlex.quote(value)}")


@contextlib.contextmanager
def _running(name: str) -> Iterator[Stack]:
    """A stack with all its processes; however the body ends, they are stopped in order."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    began = time.monotonic()
    stack = Stack(HOME / name, cache=HOME, usual_ports=True, say=_say)
    note = stack.root / "settings.json"
    failed = False
    try:
        _say("Starting PostgreSQL and RabbitMQ")
        stack.open(prepare=True)
        _say("Starting the services, the relay and the gateway")
        stack.start()
        note.write_text(json.dumps(stack.settings))
        note.chmod(0o600)
        _say(f"Everything runs after {time.monotonic() - began:.0f} s")
        yield stack
    except KeyboardInterrupt:
        typer.echo()
    except Failed as failure:
        typer.echo(str(failure), err=True)
        failed = True
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        _say("Stopping everything")
        stack.close()
        note.unlink(missing_ok=True)
        _say("Stopped; nothing is left running")
    if failed:
        raise typer.Exit(1)


def _stay(stack: Stack) -> None:
    """Say where everything is, and wait for Ctrl-C."""
    table = Table(box=None, show_header=False, pad_edge=False)
    for row in (
        ("API", f"{stack.gateway_url}/v1"),
        ("API documentation", f"{stack.gateway_url}/docs"),
        ("RabbitMQ's pages", stack.management_uri),
        ("PostgreSQL", stack.postgres.uri().replace("+psycopg2", "")),
        ("Platform administrator", "{PLATFORM_ADMIN_PHONE} / {PLATFORM_ADMIN_PASSWORD}".format(**stack.settings)),
        ("Logs", str(stack.root / "log")),
    ):
        table.add_row(*row)
    print(f"\nReady: {stack.gateway_url}\n", flush=True)
    Console(soft_wrap=True).print(table)
    print("\nCtrl-C, or `make down` in another terminal, stops everything.", flush=True)
    while True:
        signal.pause()


def _roots() -> list[Path]:
    return sorted(path.parent for path in HOME.glob("*/lock"))


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    app()
