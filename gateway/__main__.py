"""Commands of the gateway: `openapi` writes docs/openapi.json, `sweep` deletes files whose evidence was erased."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import typer

from gateway.app import create_app
from gateway.evidence import FileStore, file_cleanup
from gateway.observability import configure_logging
from gateway.openapi import description
from gateway.rpc import ConnectionPool, Transport
from gateway.settings import Settings

cli = typer.Typer(help=__doc__, no_args_is_help=True)


class _NoTransport(Transport):
    """A transport without a broker: describing the API makes no calls."""

    def call(self, service: str, method: str, kwargs: dict[str, Any], context: dict[str, Any]) -> Any:
        raise RuntimeError(f"describing the API called {service}.{method}")

    def consumers(self, services: Iterable[str]) -> dict[str, int]:
        raise RuntimeError("describing the API asked the broker for consumers")


@cli.callback()
def gateway() -> None:
    """The gateway's commands."""


@cli.command("openapi")
def write_openapi(path: Path = Path("docs/openapi.json")) -> None:
    """Write the OpenAPI description to PATH."""
    path.write_text(render_openapi(), encoding="utf-8")
    typer.echo(f"wrote {path}")


@cli.command("sweep")
def sweep() -> None:
    """Delete the files of erased evidence until SIGTERM."""
    configure_logging()
    settings = Settings.from_env()
    pool = ConnectionPool(settings.amqp_uri, size=1, deadline=settings.rpc_deadline, ca_file=settings.amqp_ca_file)
    file_cleanup.run(FileStore(settings.evidence_url), pool)
    pool.close()


def render_openapi() -> str:
    """Return the OpenAPI document as JSON text, as stored in docs/."""
    app = create_app(Settings(jwt_secret="-" * 32), _NoTransport())
    return json.dumps(description.openapi_document(app), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    cli()
