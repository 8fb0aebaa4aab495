"""`python -m messaging`: administer relays, queues and stores."""

import json
import logging.config
import os
import signal
import threading
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from messaging import broker, config, engine, migrate, topology
from messaging.consumer import dead_letters
from messaging.outbox import relay as outbox_relay
from messaging.outbox import replay as outbox_replay
from messaging.outbox import rows
from messaging.sql import retention

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
dead_letters_app = typer.Typer(no_args_is_help=True, help="Dead letters: messages that failed in every attempt.")
app.add_typer(dead_letters_app, name="parked")

ConfigPath = Annotated[Path | None, typer.Option("--config", help="By default deploy/nameko.yaml.")]
DatabaseUri = Annotated[str | None, typer.Option(help="By default $<SERVICE>_OWNER_URI, or the configuration's.")]
Queue = Annotated[str | None, typer.Option(help="Only those of this queue.")]
EventId = Annotated[str | None, typer.Option("--event", help="Only this event.")]
Everything = Annotated[bool, typer.Option("--all", help="All of them.")]


@app.command()
def relay(services: list[str], config_path: ConfigPath = None) -> None:
    """Publish the outbox rows of SERVICES until stopped."""
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
    """Declare the exchanges, queues and bindings of SERVICES. Run it before anything publishes."""
    classes = [topology.service_class(path) for path in services or ()] or topology.all_services()
    for queue in topology.declare(classes, config.load(config_path)):
        typer.echo(queue)


@app.command("migrate")
def migrate_stores(services: list[str], database_uri: DatabaseUri = None, config_path: ConfigPath = None) -> None:
    """Run the migrations of SERVICES."""
    for service in services:
        migrate.upgrade(service, database_uri or _owner_uri(service, config_path))


@app.command()
def revision(
    service: str,
    message: Annotated[str, typer.Option("-m", "--message")],
    database_uri: DatabaseUri = None,
    config_path: ConfigPath = None,
) -> None:
    """Write a migration for SERVICE from the difference between its tables in code and in its store."""
    migrate.write_revision(service, database_uri or _owner_uri(service, config_path), message)


@app.command()
def health(service: str, config_path: ConfigPath = None) -> None:
    """Exit with 0 if the call queue of SERVICE has a consumer, else with 1."""
    try:
        with broker.connected(config.load(config_path)) as connection:
            queue = connection.default_channel.queue_declare(f"rpc-{service}", passive=True)
    except broker.ERRORS as error:
        typer.echo(repr(error), err=True)
        raise typer.Exit(1) from error
    raise typer.Exit(0 if queue.consumer_count else 1)


@app.command()
def lag(services: list[str], config_path: ConfigPath = None) -> None:
    """Print the number of unsent events of SERVICES and the age of the oldest."""
    loaded = config.load(config_path)
    for service in services:
        with engine.connect_to(loaded["DATABASES"][service]).connect() as connection:
            unsent, seconds = rows.lag(connection)
        _print({"service": service, "unsent": unsent, "oldest_seconds": round(seconds, 3)})


@app.command()
def replay(
    service: str,
    to: Annotated[str, typer.Option(help="The queue of the handler that receives them again.")],
    event: Annotated[list[str] | None, typer.Option(help="Only events of this name; may be repeated.")] = None,
    community: Annotated[str | None, typer.Option(help="Only events of this community.")] = None,
    since: Annotated[datetime | None, typer.Option(help="Only events emitted at or after this time (UTC).")] = None,
    until: Annotated[datetime | None, typer.Option(help="Only events emitted before this time (UTC).")] = None,
    config_path: ConfigPath = None,
) -> None:
    """Publish stored events of SERVICE again to one handler, which skips those it has handled."""
    filters = {"names": event or (), "community": community, "since": since, "until": until}
    try:
        count = outbox_replay.replay(service, to, config.load(config_path), **filters)
    except LookupError as error:
        raise typer.BadParameter(str(error)) from error
    _print({"replayed": count})


@app.command()
def forget(service: str, handler: str, config_path: ConfigPath = None) -> None:
    """Delete the inbox rows of HANDLER of SERVICE. Undo its effects first, or a replay repeats them."""
    _print({"forgotten": outbox_replay.clear_inbox(service, handler, config.load(config_path))})


@app.command()
def prune(services: list[str], config_path: ConfigPath = None) -> None:
    """Delete rows older than KEEP_DAYS of the configuration (relays do this every hour)."""
    loaded = config.load(config_path)
    policy = retention.RetentionPolicy.from_config(loaded)
    for service in services:
        store = engine.connect_to(loaded["DATABASES"][service])
        with store.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            _print({"service": service} | retention.delete_expired(connection, policy))


@dead_letters_app.command("list")
def list_dead_letters(queue: Queue = None, config_path: ConfigPath = None) -> None:
    """Print the dead letters, one JSON line each."""
    for letter in dead_letters.list_all(config.load(config_path)):
        if queue in (None, letter.queue):
            _print(letter.dump())


@dead_letters_app.command("replay")
def replay_dead_letters(
    queue: Queue = None,
    event: EventId = None,
    everything: Everything = False,
    any_publisher: Annotated[
        bool, typer.Option("--any-publisher", help="Also those that neither their service nor a relay published.")
    ] = False,
    config_path: ConfigPath = None,
) -> None:
    """Publish dead letters to their original queues again."""
    selected = _selection(queue, event, everything)
    replayed = dead_letters.replay(config.load(config_path), selected, any_publisher=any_publisher)
    _print({"replayed": len(replayed)})


@dead_letters_app.command("drop")
def drop_dead_letters(
    queue: Queue = None, event: EventId = None, everything: Everything = False, config_path: ConfigPath = None
) -> None:
    """Delete dead letters and print them."""
    for letter in dead_letters.drop(config.load(config_path), _selection(queue, event, everything)):
        _print(letter.dump())


def _selection(queue: str | None, event: str | None, everything: bool) -> dead_letters.Predicate:
    if not (queue or event or everything):
        raise typer.BadParameter("say which: --queue, --event or --all")
    return lambda letter: queue in (None, letter.queue) and event in (None, letter.event)


def _owner_uri(service: str, config_path: Path | None) -> str:
    owner = os.environ.get(f"{service.upper()}_OWNER_URI")
    return owner or str(config.load(config_path)["DATABASES"][service])


def _print(line: dict[str, Any]) -> None:
    typer.echo(json.dumps(line, ensure_ascii=False))


if __name__ == "__main__":
    app()
