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

from deploy.app import BackgroundBuild
from deploy.local import root_lock
from deploy.local.process import StackError
from deploy.local.stack import PROJECT, Stack

CACHE = PROJECT / ".local"
app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback(help=__doc__)
def main(
    context: typer.Context,
    home: Annotated[Path, typer.Option(help="Folder of the stacks' files.", show_default=".local")] = CACHE,
) -> None:
    context.obj = home.resolve()


@app.command()
def up(context: typer.Context) -> None:
    """Start the platform, keeping its data between runs; Ctrl-C stops it."""
    with BackgroundBuild(CACHE / "app.log") as pages, _running(context.obj / "up") as stack:
        _wait_for_ctrl_c(stack, pages)


@app.command()
def demo(context: typer.Context) -> None:
    """Start a fresh platform, load the demo community, play its story and stay up; Ctrl-C stops it."""
    root_lock.remove(context.obj / "demo")
    with BackgroundBuild(CACHE / "app.log") as pages, _running(context.obj / "demo") as stack:
        logins = stack.root / "logins.json"
        command = [sys.executable, "-m", "deploy.demo", "--gateway", stack.gateway_url, "--logins", str(logins)]
        if subprocess.run(command, cwd=PROJECT, env=stack.environment).returncode:
            raise StackError("a step of the demo failed; see above")
        _wait_for_ctrl_c(stack, pages, json.loads(logins.read_text()))


@app.command()
def down(context: typer.Context) -> None:
    """Stop every running stack, also one started in another terminal."""
    stopped = [name for name in ("up", "demo") if root_lock.stop(context.obj / name)]
    _report(f"Stopped: {', '.join(stopped)}" if stopped else "Nothing was running")


@app.command()
def clean(context: typer.Context) -> None:
    """Stop every stack and remove all their files, including downloaded packages."""
    for lock in context.obj.glob("*/lock"):
        root_lock.remove(lock.parent)
    root_lock.remove(context.obj)
    _report(f"Removed {context.obj} and relocated data folders")


@app.command()
def env(context: typer.Context, name: Annotated[str, typer.Argument(help="up or demo")] = "up") -> None:
    """Print a running stack's settings, for `eval "$(python -m deploy.local env)"`."""
    settings_file = context.obj / name / "settings.json"
    if not settings_file.exists():
        typer.echo(f"no stack named {name} is running", err=True)
        raise typer.Exit(1)
    for key, value in json.loads(settings_file.read_text()).items():
        typer.echo(f"export {key}={shlex.quote(value)}")


@contextlib.contextmanager
def _running(root: Path) -> Iterator[Stack]:
    """Run a stack with all its processes while the body runs; stop them in order however it ends."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    began = time.monotonic()
    stack = Stack(root, cache=CACHE, preferred_ports=True, external_broker=os.environ.get("AMQP_URI"), report=_report)
    settings_file = stack.root / "settings.json"
    code = 130
    try:
        _report("Starting PostgreSQL and RabbitMQ")
        stack.open(prepare=True)
        _report("Starting the services, the relay and the gateway")
        stack.start()
        settings_file.write_text(json.dumps(stack.settings))
        settings_file.chmod(0o600)
        _report(f"Everything runs after {time.monotonic() - began:.0f} s")
        code = 0
        yield stack
    except KeyboardInterrupt:
        typer.echo()
    except StackError as failure:
        typer.echo(str(failure), err=True)
        code = 1
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        _report("Stopping everything")
        stack.close()
        settings_file.unlink(missing_ok=True)
        _report("Stopped; no process is left running")
    if code:
        raise typer.Exit(code)


def _wait_for_ctrl_c(stack: Stack, pages: BackgroundBuild, logins: Sequence[tuple[str, str, str]] = ()) -> None:
    """Print where everything is and who can sign in, and wait for Ctrl-C."""
    sections = {
        "打开 open": {
            "公示栏 notice board": stack.gateway_url,
            "居民应用 residents' app": f"{stack.gateway_url}/app/{pages.remark}",
            "工作台 staff desk": f"{stack.gateway_url}/desk/",
            "接口文档 API documentation": f"{stack.gateway_url}/docs",
        },
        "登录 sign in": {
            **{who: f"{name} / {password}" for who, name, password in logins},
            "平台 platform": "{PLATFORM_ADMIN_PHONE} / {PLATFORM_ADMIN_PASSWORD}".format(**stack.settings),
        },
        "运维 operate": {
            "RabbitMQ": stack.management_uri,
            "PostgreSQL": stack.postgres.uri().replace("+psycopg2", ""),
            "日志 logs": str(stack.root / "log"),
        },
    }
    print(f"\nReady: {stack.gateway_url}")
    widest = max(cell_len(name) for rows in sections.values() for name in rows)
    for title, rows in sections.items():
        print(f"\n  {title}")
        for name, where in rows.items():
            print(f"    {name}{' ' * (widest - cell_len(name))}  {where}")
    print("\nCtrl-C, or `make down` in another terminal, stops everything.", flush=True)
    while True:
        signal.pause()


def _report(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    app()
