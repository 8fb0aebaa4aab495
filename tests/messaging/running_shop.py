"""The services of the shop as processes: start and kill them, call them, and inspect their queues and stores."""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import amqp
import httpx
from kombu import Connection
from nameko.exceptions import deserialize
from sqlalchemy import NullPool, create_engine, insert, text
from typer.testing import CliRunner

from deploy.local.process import MARK, Process
from deploy.local.stack import PROJECT, Stack
from gateway.rpc.connection import RpcConnection
from messaging import config, engine, topology
from messaging.__main__ import app
from messaging.consumer.publisher import Publisher
from messaging.consumer.retry import FailedMessages
from messaging.envelope import CONTENT_TYPE, Envelope
from messaging.tables import outbox
from tests.messaging.shop import Books, Till, Warehouse

STORES = ("till", "warehouse", "books")
CONFIG = Path(__file__).with_name("shop.yaml")


def eventually(condition: Callable[[], Any], expected: Any = True, *, within: float = 20) -> None:
    """Wait until `condition()` returns the expected value; fail with the last one after `within` seconds."""
    deadline = time.monotonic() + within
    while (value := condition()) != expected:
        assert time.monotonic() < deadline, f"{value!r} is not {expected!r} after {within} s"
        time.sleep(0.02)


class RunningShop:
    """The shop with a vhost and processes of its own."""

    def __init__(self, stack: Stack, vhost: str, uris: dict[str, str], folder: Path) -> None:
        self._stack = stack
        self.vhost = vhost
        self._folder = folder
        self._engines = {name: create_engine(engine.url(uri), poolclass=NullPool) for name, uri in uris.items()}
        self.amqp_uri = stack.broker.create_vhost(vhost)
        self.environment = {
            **stack.environment,
            MARK: str(stack.root),
            "AMQP_URI": self.amqp_uri,
            "NAMEKO_CONFIG": str(CONFIG),
            **{f"{name.upper()}_DATABASE_URI": uri for name, uri in uris.items()},
        }
        self._processes: dict[str, Process] = {}

    # processes -----------------------------------------------------------------------------------

    def start(self, *names: str, ready: bool = True) -> None:
        """Start services of the shop, or `relay` for all of them (`relay.2` is a second one); wait until they work."""
        for name in names:
            if name.startswith("relay"):
                words = [sys.executable, "-m", "messaging", "relay", *STORES]
            else:
                service = name.partition(".")[0].capitalize()
                words = [f"{sys.prefix}/bin/nameko", "run", "--config", str(CONFIG), f"tests.messaging.shop:{service}"]
            log = self._folder / f"{name}.log"
            process = Process(name, words, environment=self.environment, log=log, folder=PROJECT)
            process.start()
            self._processes[name] = process
        for name in names if ready else ():
            if not name.startswith("relay"):
                eventually(lambda name=name: '"consuming"' in self.log(name), within=40)

    def process(self, name: str) -> Process:
        return self._processes[name]

    def kill(self, name: str) -> None:
        """Send SIGKILL."""
        self._processes[name].kill()

    def terminate(self, name: str) -> None:
        """Send SIGTERM and do not wait."""
        pid = self._processes[name].pid
        assert pid is not None
        os.kill(pid, 15)

    def log(self, name: str) -> str:
        path = self._processes[name].log
        return path.read_text() if path.exists() else ""

    def command(self, *words: str) -> list[Any]:
        """Run `python -m messaging …` and return its output by line, JSON objects decoded."""
        result = CliRunner().invoke(app, words, env=self.environment)
        assert result.exit_code == 0, f"{result.output}\n{result.exception!r}"
        return [json.loads(line) if line.startswith("{") else line for line in result.stdout.splitlines()]

    def close(self) -> None:
        """Kill the processes and delete the vhost."""
        for process in self._processes.values():
            process.kill()
        httpx.delete(f"{self._stack.management_uri}/api/vhosts/{self.vhost}")

    def declare_topology(self) -> None:
        """Declare all queues of the shop."""
        topology.declare([Till, Warehouse, Books], self.config)

    # calls and messages --------------------------------------------------------------------------

    def call(self, name: str, *, context: dict[str, Any] | None = None, timeout: float = 20, **arguments: Any) -> Any:
        """Call a method: `call("till.sell", what="rice")`."""
        service, _, method = name.partition(".")
        deadline = time.monotonic() + timeout
        connection = RpcConnection(self.amqp_uri, deadline)
        headers = {f"nameko.{key}": value for key, value in (context or {}).items()}
        try:
            reply = connection.call(service, method, arguments, headers, deadline)
        finally:
            connection.close()
        if reply["error"]:
            raise deserialize(reply["error"])
        return reply["result"]

    def publish(self, body: str | bytes, *, exchange: str, routing_key: str, **properties: Any) -> None:
        """Publish a message as the shop's own login and wait for the broker's confirm."""
        with Connection(self.amqp_uri) as connection:
            message = amqp.Message(body, delivery_mode=2, user_id=connection.userid, **properties)
            connection.channel().basic_publish_confirm(message, exchange, routing_key, mandatory=True)

    def publish_event(self, envelope: Envelope) -> None:
        """Publish an event in the way of the relay."""
        self.publish(
            json.dumps(envelope.dump()),
            exchange=f"{envelope.publisher}.events",
            routing_key=envelope.name,
            content_type=CONTENT_TYPE,
        )

    def dead_letter(self, envelope: Envelope, queue: str) -> None:
        """Publish an event as a dead letter of `queue`."""
        with Connection(self.amqp_uri) as connection:
            self.publish_event(envelope)
            channel = connection.channel()
            message = channel.message_to_python(channel.basic_get(queue))
            publisher = Publisher(self.config, confirm=True)
            FailedMessages(publisher, delays=()).retry(message, queue, RuntimeError("failed"))
            publisher.close()
            message.ack()

    def purge(self, queue: str) -> None:
        """Empty a queue."""
        with Connection(self.amqp_uri) as connection:
            connection.channel().queue_purge(queue)

    def copy_events(self, publisher: str) -> str:
        """Bind a queue to all events of `publisher` and return its name."""
        with Connection(self.amqp_uri) as connection:
            channel = connection.channel()
            channel.queue_declare("copies", durable=True, auto_delete=False)
            channel.queue_bind("copies", f"{publisher}.events", "#")
        return "copies"

    def unbind(self, queue: str, exchange: str, routing_key: str) -> None:
        """Remove a queue's binding."""
        with Connection(self.amqp_uri) as connection:
            connection.channel().queue_unbind(queue, exchange, routing_key)

    def insert_outbox_row(self, connection: Any, envelope: Envelope) -> None:
        """Insert an event into an outbox, in the transaction of `connection`."""
        connection.execute(
            insert(outbox).values(
                id=envelope.id,
                publisher=envelope.publisher,
                name=envelope.name,
                community=envelope.community,
                subject=envelope.subject,
                body=envelope.dump(),
            )
        )

    # state ---------------------------------------------------------------------------------------

    def sql(self, store: str, statement: str, **values: Any) -> list[Any]:
        """Execute and commit a statement and return its rows."""
        with self._engines[store].begin() as connection:
            result = connection.execute(text(statement), values)
            return list(result) if result.returns_rows else []

    def connection(self, store: str) -> Any:
        """Open a transaction on a store; it is rolled back after the block unless committed."""
        return self._engines[store].connect()

    def lines(self, store: str) -> list[str]:
        """Return what the service has stored, in order of insertion."""
        return [what for (what,) in self.sql(store, "SELECT what FROM lines WHERE amount > 0 ORDER BY position")]

    def message_count(self, queue: str) -> int:
        """Return the number of messages in a queue that are ready for delivery."""
        with Connection(self.amqp_uri) as connection:
            return int(connection.channel().queue_declare(queue, passive=True).message_count)

    def take_messages(self, queue: str) -> list[Any]:
        """Consume all messages of a queue and return their bodies."""
        with Connection(self.amqp_uri) as connection:
            channel = connection.channel()
            messages = []
            while (message := channel.basic_get(queue, no_ack=True)) is not None:
                messages.append(json.loads(message.body))
            return messages

    def reject_message(self, queue: str) -> bool:
        """Receive the next message and return it to its queue, as when a consumer dies. False if there is none."""
        with Connection(self.amqp_uri) as connection:
            message = connection.channel().basic_get(queue)
            if message is None:
                return False
            message.channel.basic_reject(message.delivery_tag, requeue=True)
            return True

    def remaining_messages(self) -> dict[str, int]:
        """Return the number of messages by queue, delivered or not, from the management API, without empty queues."""
        queues = httpx.get(f"{self._stack.management_uri}/api/queues/{self.vhost}").json()
        return {queue["name"]: queue["messages"] for queue in queues if queue.get("messages")}

    @property
    def config(self) -> dict[str, Any]:
        """The configuration of the processes."""
        before = dict(os.environ)
        os.environ.update(self.environment)
        try:
            return config.load(CONFIG)
        finally:
            os.environ.clear()
            os.environ.update(before)
