"""The whole platform on this machine: servers, stores, topology, and the processes of the Procfile.

with Stack(root) as stack:                # PostgreSQL and RabbitMQ
    stack.start("registry", "claims")     # after migrations and topology; returns when they take calls
    stack.kill("claims")                  # it comes back by itself
    stack.pause("postgres")
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import Self

from honcho.environ import parse_procfile

from deploy import SERVICES, health, rabbitmq
from deploy.local import choice, ports
from deploy.local.broker import Broker
from deploy.local.claim import Claim
from deploy.local.credentials import Credentials
from deploy.local.postgres import Postgres
from deploy.local.process import MARK, Failed, Process, end_marked, until
from deploy.local.supervisor import Supervisor

PROJECT = Path(__file__).parents[2]
_USUAL_GATEWAY_PORT, _USUAL_WECHAT_PORT = 8000, 8100
_ADMINISTRATOR = "13800000000"
_SIGNS_IN_AS = {"sweeper": "gateway"}
"""Processes that are part of another, and the user they share with it at the broker."""


class Stack:
    """One running platform with everything it owns under `root`; several may run side by side.

    `cache` keeps what was fetched (RabbitMQ's packages) and may be shared. Without `usual_ports` it takes any
    free ports, as stacks do that come and go in tests. With `given_broker`, an AMQP URI, it runs on a RabbitMQ that is
    there already, and leaves it running.
    """

    def __init__(
        self,
        root: Path = PROJECT / ".local",
        *,
        cache: Path = PROJECT / ".local",
        usual_ports: bool = False,
        given_broker: str | None = None,
        say: Callable[[str], None] = lambda line: None,
    ) -> None:
        self.root, self._cache = root.resolve(), cache.resolve()
        self._usual_ports, self._given_broker, self._say = usual_ports, given_broker, say
        self._supervisor = Supervisor(say)
        self._commands: dict[str, str] = dict(parse_procfile((PROJECT / "Procfile").read_text()).processes)
        self._claim: Claim | None = None
        self._stores_made = self._prepared = False

    # --- coming up and going down

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self, *, prepare: bool = False) -> None:
        """Start PostgreSQL and RabbitMQ; with `prepare` also make the stores. On failure leave nothing."""
        self._claim_root()
        if left := end_marked(self.root):
            self._say(f"ended {left} processes that an earlier run had left")
        self._supervisor.begin()
        try:
            with ThreadPoolExecutor() as pool:
                broker = pool.submit(self.start, "rabbitmq")
                try:
                    self.start("postgres")
                    if prepare:
                        self._make_stores()
                    broker.result()
                except BaseException:
                    self._stop_everything()  # or the pool would wait for what nobody wants any more
                    raise
            if prepare:
                self.prepare()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """End every process, the servers last, and let another stack have the root."""
        self._stop_everything()
        self._supervisor.end()
        end_marked(self.root)
        if self._claim:
            self._claim.release()
            self._claim = None

    def prepare(self) -> None:
        """Migrate the stores, declare the topology and make the first account; done once a run."""
        self._make_stores()
        if not self._prepared:
            self.run("python", "-m", "messaging", "topology")
            if self.broker.process:
                rabbitmq.grant(
                    self.management_uri, {name: self._credentials[f"rabbitmq/{name}"] for name in rabbitmq.RIGHTS}
                )
            self._prepared = True

    # --- processes

    @property
    def names(self) -> list[str]:
        """The processes of the Procfile."""
        return list(self._commands)

    def start(self, *names: str) -> None:
        """Start servers or processes of the Procfile, all of those without a name; wait until they do their work.

        A second instance of a service is named `claims.2`, a third `claims.3`.
        """
        for server in (name for name in names if name in self._servers):
            self._start_server(server)
        processes = [name for name in names or self.names if name not in self._servers]
        if not processes:
            return
        self.prepare()
        started = {name: self._process(name) for name in processes}
        for process in started.values():
            self._supervisor.start(process, process)
        for name, process in started.items():
            until(partial(self.is_ready, name), process, 120)

    def stop(self, *names: str) -> None:
        """Ask servers or processes to end, wait until they have, and leave them down."""
        self._supervisor.stop(names)

    def kill(self, name: str, *, restart: bool = True) -> None:
        """End it at once as a crash would (SIGKILL); it is started again unless told otherwise."""
        self._supervisor.kill(name, restart=restart)

    def pause(self, name: str) -> None:
        """Freeze it (SIGSTOP)."""
        self._supervisor.process(name).pause()

    def resume(self, name: str) -> None:
        """Let it go on (SIGCONT)."""
        self._supervisor.process(name).resume()

    def is_ready(self, name: str) -> bool:
        """Whether a service takes calls, the gateway has all it depends on, anything else runs."""
        service = name.partition(".")[0]
        if service == "gateway":
            return health.gateway_is_ready(self.gateway_url)
        if service == "wechat":
            return not ports.is_free(self._wechat_port)
        if service in SERVICES:
            instances = sum(other.partition(".")[0] == service for other in self._supervisor.wanted)
            return health.consumers(self.amqp_uri, f"rpc-{service}") >= max(instances, 1)
        return self._supervisor.process(name).running

    def memory(self) -> dict[str, int]:
        """Resident bytes by process, shared pages divided among their users."""
        return {name: self._supervisor.process(name).memory() for name in self._supervisor.names}

    def processor(self) -> dict[str, float]:
        """Seconds of a processor used so far, by process."""
        return {name: self._supervisor.process(name).processor() for name in self._supervisor.names}

    def run(self, *command: str, **extra: str) -> str:
        """Run a command of the project to its end in the stack's environment; Failed with its last words."""
        environment = {**self.environment, MARK: str(self.root), **extra}
        done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise Failed(f"{' '.join(command)}:\n{(done.stdout + done.stderr)[-3000:]}")
        return done.stdout

    # --- addresses

    @property
    def amqp_uri(self) -> str:
        return self.broker.address.amqp_uri()

    @property
    def management_uri(self) -> str:
        return self.broker.address.management_uri

    @property
    def database_uris(self) -> dict[str, str]:
        """By service, the URI of its store for the role the service connects as."""
        return {service: self.postgres.uri(service, service) for service in SERVICES}

    @property
    def owner_uris(self) -> dict[str, str]:
        """By service, the URI of its store for the role that migrates it."""
        return {service: self.postgres.uri(service, f"{service}_owner") for service in SERVICES}

    @cached_property
    def gateway_port(self) -> int:
        return ports.free(_USUAL_GATEWAY_PORT if self._usual_ports else None)

    @property
    def gateway_url(self) -> str:
        return f"http://{ports.LOOPBACK}:{self.gateway_port}"

    @cached_property
    def _wechat_port(self) -> int:
        return ports.free(_USUAL_WECHAT_PORT if self._usual_ports else None)

    @property
    def environment(self) -> dict[str, str]:
        """What every process of the platform is told."""
        return {**os.environ, **self.settings}

    @property
    def settings(self) -> dict[str, str]:
        """Of the environment, what the stack itself sets."""
        return {
            "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}",
            "PYTHONUNBUFFERED": "1",
            "AMQP_URI": self.amqp_uri,
            "RABBITMQ_MANAGEMENT_URI": self.management_uri,
            **{f"{service.upper()}_DATABASE_URI": uri for service, uri in self.database_uris.items()},
            "JWT_SECRET": self._credentials["jwt"],
            "PHONE_KEY": self._credentials["phone"],
            "WEBHOOK_KEY": self._credentials["webhook"],
            "WEBHOOK_LOOPBACK": "true",
            "EVIDENCE_URL": (self.root / "evidence").as_uri(),
            "WECHAT_PORT": str(self._wechat_port),
            "WECHAT_BASE_URL": f"http://{ports.LOOPBACK}:{self._wechat_port}",
            "PORT": str(self.gateway_port),
            "RATE_LIMIT": "100000/minute",  # everybody here calls from one address
            "KEY_RATE_LIMIT": "100000/minute",
            "SESSION_RATE_LIMIT": "100000/minute",
            "PLATFORM_ADMIN_PHONE": _ADMINISTRATOR,
            "PLATFORM_ADMIN_PASSWORD": self._credentials["administrator"],
        }

    @cached_property
    def postgres(self) -> Postgres:
        return Postgres(self.root, self._credentials, self._bare, self._log("postgres"), usual_port=self._usual_ports)

    @cached_property
    def broker(self) -> Broker:
        label = f"shanzhi-{hashlib.sha256(str(self.root).encode()).hexdigest()[:8]}"
        return choice.broker(
            self._given_broker,
            self.root,
            self._cache,
            label,
            self._credentials["rabbitmq"],
            self._bare,
            self._log("rabbitmq"),
            usual_ports=self._usual_ports,
            say=self._say,
        )

    # --- inside

    @cached_property
    def _credentials(self) -> Credentials:
        return Credentials(self.root / "credentials.json")

    @property
    def _servers(self) -> tuple[str, str]:
        return ("postgres", "rabbitmq")

    @property
    def _bare(self) -> dict[str, str]:
        return {**os.environ, MARK: str(self.root)}

    def _log(self, name: str) -> Path:
        return self.root / "log" / f"{name}.log"

    def _start_server(self, name: str) -> None:
        server = self.postgres if name == "postgres" else self.broker
        if server.process is None:
            server.start()
        else:
            self._supervisor.start(server, server.process)

    def _process(self, name: str) -> Process:
        if name in self._supervisor.names:
            return self._supervisor.process(name)
        return Process(
            name,
            ["/bin/sh", "-c", f"exec {self._commands[name.partition('.')[0]]}"],
            environment={**self.environment, **self._broker_login(name.partition(".")[0]), MARK: str(self.root)},
            log=self._log(name),
            folder=PROJECT,
        )

    def _broker_login(self, name: str) -> dict[str, str]:
        """A process of ours signs in to a broker of ours as itself, and declares nothing there."""
        name = _SIGNS_IN_AS.get(name, name)
        if name not in rabbitmq.RIGHTS or not self.broker.process:
            return {}
        address = replace(self.broker.address, user=name, password=self._credentials[f"rabbitmq/{name}"])
        return {"AMQP_URI": address.amqp_uri(), "DECLARE_EVENT_EXCHANGES": "false"}

    def _stop_everything(self) -> None:
        running = self._supervisor.names
        self._supervisor.stop(name for name in running if name not in self._servers)
        self._supervisor.stop(name for name in running if name in self._servers)

    def _make_stores(self) -> None:
        if self._stores_made:
            return
        (self.root / "evidence").mkdir(exist_ok=True)
        for service in SERVICES:
            self.postgres.create_store(service)
        owners = {f"{service.upper()}_OWNER_URI": uri for service, uri in self.owner_uris.items()}
        self.run("python", "-m", "messaging", "migrate", *SERVICES, **owners)
        self.run("python", "-m", "services.registry.bootstrap")
        self._stores_made = True

    def _claim_root(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        self._claim = Claim(self.root)
