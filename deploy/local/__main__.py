"""Run the platform on this machine."""

import contextlib
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.cells import cell_len

from deploy.local import claim
from deploy.local.process import Failed
from deploy.local.stack import PROJECT, Stack

CACHE = PROJECT / ".local"
app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback(help=__doc__)
def place(
    context: typer.Context,
    home: Annotated[Path, typer.Option(help="Where the stacks keep what is theirs.", show_default=".local")] = CACHE,
) -> None:
    context.obj = home.resolve()


@app.command()
def up(context: typer.Context) -> None:
    """Start the platform, keeping its data between runs; Ctrl-C stops it."""
    with _running(context.obj / "up") as stack:
        _stay(stack)


@app.command()
def demo(context: typer.Context) -> None:
    """Start a fresh platform, load the demo community, play its story and stay up; Ctrl-C stops it."""
    claim.clear(context.obj / "demo")
    with _running(context.obj / "demo") as stack:
        logins = stack.root / "logins.json"
        command = [sys.executable, "-m", "deploy.demo", "--gateway", stack.gateway_url, "--logins", str(logins)]
        if subprocess.run(command, cwd=PROJECT, env=stack.environment).returncode:
            raise Failed("the demo's story did not hold; see above")
        _stay(stack, json.loads(logins.read_text()))


@app.command()
def down(context: typer.Context) -> None:
    """Stop every stack that runs, also one started in another terminal."""
    stopped = [name for name in ("up", "demo") if claim.end(context.obj / name)]
    _say(f"Stopped: {', '.join(stopped)}" if stopped else "Nothing was running")


@app.command()
def clean(context: typer.Context) -> None:
    """Stop every stack and remove all they wrote, fetched packages included."""
    for lock in context.obj.glob("*/lock"):
        claim.clear(lock.parent)
    claim.clear(context.obj)
    _say(f"Removed {context.obj} and what it had put elsewhere")


@app.command()
def env(context: typer.Context, name: Annotated[str, typer.Argument(help="up or demo")] = "up") -> None:
    """Print a running stack's settings, for `eval "$(python -m deploy.local env)"`."""
    note = context.obj / name / "settings.json"
    if not note.exists():
        typer.echo(f"no stack named {name} is running", err=True)
        raise typer.Exit(1)
    for key, value in json.loads(note.read_text()).items():
        typer.echo(f"export {key}={shlex.quote(value)}")


@contextlib.contextmanager
def _running(root: Path) -> Iterator[Stack]:
    """A stack with all its processes; however the body ends, they are stopped in order."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    began = time.monotonic()
    stack = Stack(root, cache=CACHE, usual_ports=True, given_broker=os.environ.get("AMQP_URI"), say=_say)
    note = stack.root / "settings.json"
    code = 130
    try:
        _say("Starting PostgreSQL and RabbitMQ")
        stack.open(prepare=True)
        _say("Starting the services, the relay and the gateway")
        stack.start()
        note.write_text(json.dumps(stack.settings))
        note.chmod(0o600)
        _say(f"Everything runs after {time.monotonic() - began:.0f} s")
        code = 0
        yield stack
    except KeyboardInterrupt:
        typer.echo()
    except Failed as failure:
        typer.echo(str(failure), err=True)
        code = 1
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        _say("Stopping everything")
        stack.close()
        note.unlink(missing_ok=True)
        _say("Stopped; nothing is left running")
    if code:
        raise typer.Exit(code)


def _stay(stack: Stack, logins: Sequence[tuple[str, str, str]] = ()) -> None:
    """Say where everything is and who can sign in, and wait for Ctrl-C."""
    rows = {
        "API": f"{stack.gateway_url}/v1",
        "API documentation": f"{stack.gateway_url}/docs",
        "RabbitMQ's pages": stack.management_uri,
        "PostgreSQL": stack.postgres.uri().replace("+psycopg2", ""),
        "Logs": str(stack.root / "log"),
        "平台 platform": "{PLATFORM_ADMIN_PHONE} / {PLATFORM_ADMIN_PASSWORD}".format(**stack.settings),
        **{who: f"{name} / {password}" for who, name, password in logins},
    }
    print(f"\nReady: {stack.gateway_url}\n")
    widest = max(map(cell_len, rows))
    for name, where in rows.items():
        print(f"  {name}{' ' * (widest - cell_len(name))}  {where}")
    print("\nCtrl-C, or `make down` in another terminal, stops everything.", flush=True)
    while True:
        signal.pause()


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    app()
