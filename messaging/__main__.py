"""`python -m messaging`: what is done from outside a service."""

import logging.config
import os
import signal
import threading
from pathlib import Path
from typing import Annotated

import typer

from messaging import broker, config, migrate, topology
from messaging import relay as relaying

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
Config = Annotated[Path | None, typer.Option(help="The configuration; by default deploy/nameko.yaml.")]
DatabaseUri = Annotated[str | None, typer.Option(help="By default the configuration's, or <SERVICE>_OWNER_URI.")]


@app.command()
def relay(services: list[str], config_path: Annotated[Path | None, typer.Option("--config")] = None) -> None:
    """Take the events of SERVICES from their outboxes to the broker, until stopped."""
    loaded = config.load(config_path)
    logging.config.dictConfig(loaded["LOGGING"])
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    relaying.relay(services, loaded, stopping)


@app.command("topology")
def declare_topology(
    services: Annotated[list[str] | None, typer.Argument(help="module:Class; by default all")] = None,
    config_path: Annotated[Path | None, typer.Option("--config")] = None,
) -> None:
    """Declare every exchange, queue and binding of SERVICES, before anyone publishes."""
    classes = [topology.service_class(path) for path in services or ()] or topology.all_services()
    for queue in topology.declare(classes, config.load(config_path)):
        typer.echo(queue)


@app.command("migrate")
def migrate_store(
    service: str,
    database_uri: DatabaseUri = None,
    config_path: Annotated[Path | None, typer.Option("--config")] = None,
) -> None:
    """Bring the store of SERVICE to the tables of the code."""
    migrate.upgrade(service, database_uri or _owner_uri(service, config_path))


@app.command()
def revision(
    service: str,
    message: Annotated[str, typer.Option("-m", "--message")],
    database_uri: DatabaseUri = None,
    config_path: Annotated[Path | None, typer.Option("--config")] = None,
) -> None:
    """Write a migration for SERVICE from the difference between its code and its store."""
    migrate.write_revision(service, database_uri or _owner_uri(service, config_path), message)


@app.command()
def health(service: str, config_path: Annotated[Path | None, typer.Option("--config")] = None) -> None:
    """Succeed if somebody serves the calls to SERVICE."""
    with broker.connection(config.load(config_path)) as connection:
        consumers = connection.default_channel.queue_declare(f"rpc-{service}", passive=True).consumer_count
    raise typer.Exit(0 if consumers else 1)


def _owner_uri(service: str, config_path: Path | None) -> str:
    owner = os.environ.get(f"{service.upper()}_OWNER_URI")
    return owner or str(config.load(config_path)["DATABASES"][service])


if __name__ == "__main__":
    app()
