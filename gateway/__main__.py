"""`python -m gateway openapi`: write the API's description to docs/openapi.json; `sweep`: delete forgotten files."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import typer

from gateway.app import create_app
from gateway.evidence import FileStore, file_cleanup
from gateway.observability import configure_logging
from gateway.openapi import description
from gateway.rpc import Pool
from gateway.settings import Settings

cli = typer.Typer(help=__doc__, no_args_is_help=True)


class _NoServices:
    """The description is made without asking anybody."""

    def call(self, service: str, method: str, kwargs: dict[str, Any], context: dict[str, Any]) -> Any:
        raise NotImplementedError

    def consumers(self, services: Iterable[str]) -> dict[str, int]:
        raise NotImplementedError


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
    """Delete the files of erased people's proof, until SIGTERM."""
    configure_logging()
    settings = Settings.from_env()
    pool = Pool(settings.amqp_uri, size=1, deadline=settings.rpc_deadline)
    file_cleanup.run(FileStore(settings.evidence_url), pool)
    pool.close()


def render_openapi() -> str:
    """The OpenAPI description, as it stands in docs/."""
    app = create_app(Settings(jwt_secret="-" * 32), _NoServices())
    return json.dumps(description.openapi_document(app), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    cli()
