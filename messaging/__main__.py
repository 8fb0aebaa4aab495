"""`python -m messaging`: what is done from outside a service."""

import json
import logging.config
import os
import signal
import threading
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from messaging import broker, config, engine, migrate, parked, retention, topology
from messaging.outbox import relay as outbox_relay
from messaging.outbox import replay as outbox_replay
from messaging.outbox import rows

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
parked_app = typer.Typer(no_args_is_help=True, help="Messages that no retry could help.")
app.add_typer(parked_app, name="parked")

ConfigPath = Annotated[Path | None, typer.Option("--config", help="By default deploy/nameko.yaml.")]
DatabaseUri = Annotated[str | None, typer.Option(help="By default $<SERVICE>_OWNER_URI, or the configuration's.")]
Queue = Annotated[str | None, typer.Option(help="Only those that came from this queue.")]
EventId = Annotated[str | None, typer.Option("--event", help="Only this event.")]
Everything = Annotated[bool, typer.Option("--all", help="All of them.")]


@app.command()
def relay(services: list[str], config_path: ConfigPath = None) -> None:
    """Take the events of SERVICES from their outboxes to the broker, until stopped."""
    loaded = config.load(config_path)
    logging.config.dictConfig(loaded["LOGGING"])
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    outbox_relay.relay(services, loaded, stopping)


@app.command("topology")
def declare_topology(
    services: Annotated[list[str] | None, typer.Argument(help="module:Class; by default all")] = None,
    config_path: ConfigPath = None,
) -> None:
    """Declare every exchange, queue and binding of SERVICES, before anyone publishes."""
    classes = [topology.service_class(path) for path in services or ()] or topology.all_services()
    for queue in topology.declare(classes, config.load(config_path)):
        typer.echo(queue)


@app.command("migrate")
def migrate_stores(services: list[str], database_uri: DatabaseUri = None, config_path: ConfigPath = None) -> None:
    """Bring the stores of SERVICES to the tables of the code."""
    for service in services:
        migrate.upgrade(service, database_uri or _owner_uri(service, config_path))


@app.command()
def revision(
    service: str,
    message: Annotated[str, typer.Option("-m", "--message")],
    database_uri: DatabaseUri = None,
    config_path: ConfigPath = None,
) -> None:
    """Write a migration for SERVICE from the difference between its code and its store."""
    migrate.write_revision(service, database_uri or _owner_uri(service, config_path), message)


@app.command()
def health(service: str, config_path: ConfigPath = None) -> None:
    """Succeed if somebody serves the calls to SERVICE."""
    try:
        with broker.connected(config.load(config_path)) as connection:
            queue = connection.default_channel.queue_declare(f"rpc-{service}", passive=True)
    except broker.ERRORS as error:
        typer.echo(repr(error), err=True)
        raise typer.Exit(1) from error
    raise typer.Exit(0 if queue.consumer_count else 1)


@app.command()
def lag(services: list[str], config_path: ConfigPath = None) -> None:
    """Say how many events of SERVICES are still to be sent, and for how long the oldest has waited."""
    loaded = config.load(config_path)
    for service in services:
        with engine.connect_to(loaded["DATABASES"][service]).connect() as connection:
            unsent, seconds = rows.lag(connection)
        _say({"service": service, "unsent": unsent, "oldest_seconds": round(seconds, 3)})


@app.command()
def replay(
    service: str,
    to: Annotated[str, typer.Option(help="The queue of the handler that is to hear it again.")],
    event: Annotated[list[str] | None, typer.Option(help="Only events of this name; may be repeated.")] = None,
    community: Annotated[str | None, typer.Option(help="Only events of this community.")] = None,
    since: Annotated[datetime | None, typer.Option(help="Only events emitted from then on (UTC).")] = None,
    until: Annotated[datetime | None, typer.Option(help="Only events emitted before then (UTC).")] = None,
    config_path: ConfigPath = None,
) -> None:
    """Say again to one handler what SERVICE has said; it takes what it has not taken before."""
    chosen = {"names": event or (), "community": community, "since": since, "until": until}
    try:
        count = outbox_replay.replay(service, to, config.load(config_path), **chosen)
    except LookupError as error:
        raise typer.BadParameter(str(error)) from error
    _say({"replayed": count})


@app.command()
def forget(service: str, handler: str, config_path: ConfigPath = None) -> None:
    """Let HANDLER of SERVICE take every event as new. Undo its effects first, or they happen twice."""
    _say({"forgotten": outbox_replay.clear_inbox(service, handler, config.load(config_path))})


@app.command()
def prune(services: list[str], config_path: ConfigPath = None) -> None:
    """Delete rows older than KEEP_DAYS of the configuration (relays do this every hour)."""
    loaded = config.load(config_path)
    policy = retention.RetentionPolicy.from_config(loaded)
    for service in services:
        store = engine.connect_to(loaded["DATABASES"][service])
        with store.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            _say({"service": service} | retention.delete_expired(connection, policy))


@parked_app.command("list")
def parked_list(queue: Queue = None, config_path: ConfigPath = None) -> None:
    """Show what is parked, one JSON line each."""
    for message in parked.look(config.load(config_path)):
        if queue in (None, message.queue):
            _say(message.dump())


@parked_app.command("replay")
def parked_replay(
    queue: Queue = None, event: EventId = None, everything: Everything = False, config_path: ConfigPath = None
) -> None:
    """Send what is parked back to the queues it came from."""
    chosen = _choice(queue, event, everything)
    _say({"replayed": len(parked.replay(config.load(config_path), chosen))})


@parked_app.command("drop")
def parked_drop(
    queue: Queue = None, event: EventId = None, everything: Everything = False, config_path: ConfigPath = None
) -> None:
    """Throw away what is parked, for good; each goes to the output once more."""
    for message in parked.drop(config.load(config_path), _choice(queue, event, everything)):
        _say(message.dump())


def _choice(queue: str | None, event: str | None, everything: bool) -> parked.Choice:
    if not (queue or event or everything):
        raise typer.BadParameter("say which: --queue, --event or --all")
    return lambda message: queue in (None, message.queue) and event in (None, message.event)


def _owner_uri(service: str, config_path: Path | None) -> str:
    owner = os.environ.get(f"{service.upper()}_OWNER_URI")
    return owner or str(config.load(config_path)["DATABASES"][service])


def _say(line: dict[str, Any]) -> None:
    typer.echo(json.dumps(line, ensure_ascii=False))


if __name__ == "__main__":
    app()
