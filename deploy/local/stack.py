"""The whole platform on this machine: servers, databases, topology, and the processes of the Procfile.

with Stack(root) as stack:                # PostgreSQL and RabbitMQ
    stack.start("registry", "claims")     # migrates, declares the topology, waits until they take calls
    stack.kill("claims")                  # the supervisor restarts it
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
from deploy.local import broker_selection, fonts, ports
from deploy.local.broker import Broker
from deploy.local.credentials import Credentials
from deploy.local.postgres import Postgres
from deploy.local.process import MARK, Process, StackError, end_marked_processes, wait_until_ready
from deploy.local.root_lock import RootLock
from deploy.local.supervisor import Supervisor

PROJECT = Path(__file__).parents[2]
_PREFERRED_GATEWAY_PORT, _PREFERRED_WECHAT_PORT, _PREFERRED_METRICS_PORT = 8000, 8100, 9464
_BROKER_USERS = {"sweeper": "gateway"}
"""Processes that use the broker user of another."""


class Stack:
    """One platform with all its files under `root`; several may run side by side.

    `cache` holds downloads (packages of RabbitMQ and of fonts) and may be shared. With `preferred_ports` the stack
    tries 8000 and the like first; otherwise it takes any free ports. With `external_broker`, an AMQP URI, it uses that
    RabbitMQ and leaves it running. `report` receives one line for each step.
    """

    def __init__(
        self,
        root: Path = PROJECT / ".local",
        *,
        cache: Path = PROJECT / ".local",
        preferred_ports: bool = False,
        external_broker: str | None = None,
        report: Callable[[str], None] = lambda line: None,
    ) -> None:
        self.root, self._cache = root.resolve(), cache.resolve()
        self._preferred_ports, self._external_broker, self._report = preferred_ports, external_broker, report
        self._supervisor = Supervisor(report)
        self._commands: dict[str, str] = dict(parse_procfile((PROJECT / "Procfile").read_text()).processes)
        self._root_lock: RootLock | None = None
        self._stores_created = self._prepared = False

    # --- lifecycle

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self, *, prepare: bool = False) -> None:
        """Start PostgreSQL and RabbitMQ, and with `prepare` create the stores; stop everything if that fails."""
        self._lock_root()
        if left := end_marked_processes(self.root):
            self._report(f"ended {left} processes of an earlier run")
        self._supervisor.start_watching()
        try:
            with ThreadPoolExecutor() as pool:
                broker = pool.submit(self.start, "rabbitmq")
                try:
                    self.start("postgres")
                    if prepare:
                        self._create_stores()
                    broker.result()
                except BaseException:
                    self._stop_everything()  # otherwise the pool waits for RabbitMQ
                    raise
            if prepare:
                self.prepare()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Stop every process, the servers last, and unlock the root."""
        self._stop_everything()
        self._supervisor.stop_watching()
        end_marked_processes(self.root)
        if self._root_lock:
            self._root_lock.release()
            self._root_lock = None

    def prepare(self) -> None:
        """Migrate the stores, declare the topology and create the first account, once a run."""
        self._create_stores()
        if not self._prepared:
            self.run("python", "-m", "messaging", "topology")
            if self.broker.process:
                rabbitmq.grant(self.management_uri, {name: self.broker_password(name) for name in rabbitmq.PERMISSIONS})
            self._prepared = True

    # --- processes

    @property
    def names(self) -> list[str]:
        """Names of the processes in the Procfile."""
        return list(self._commands)

    def start(self, *names: str) -> None:
        """Start servers or processes of the Procfile, by default all processes; return when they are ready.

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
            wait_until_ready(partial(self.is_ready, name), process, 120)

    def stop(self, *names: str) -> None:
        """Stop servers or processes, wait until they have ended, and do not restart them."""
        self._supervisor.stop(names)

    def kill(self, name: str, *, restart: bool = True) -> None:
        """Kill a process (SIGKILL), as a crash would; the supervisor restarts it unless `restart` is false."""
        self._supervisor.kill(name, restart=restart)

    def pause(self, name: str) -> None:
        """Pause a process (SIGSTOP)."""
        self._supervisor.process(name).pause()

    def resume(self, name: str) -> None:
        """Resume a process (SIGCONT)."""
        self._supervisor.process(name).resume()

    def is_ready(self, name: str) -> bool:
        """Whether a service takes calls, the gateway is ready, or another process runs."""
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
        """Return resident bytes by process (PSS: shared pages are divided among their users)."""
        return {name: self._supervisor.process(name).memory() for name in self._supervisor.names}

    def cpu_seconds(self) -> dict[str, float]:
        """Return CPU seconds used so far, by process."""
        return {name: self._supervisor.process(name).cpu_seconds() for name in self._supervisor.names}

    def run(self, *command: str, **extra: str) -> str:
        """Run a command in the stack's environment and return its output; raise StackError if it fails."""
        environment = {**self.environment, MARK: str(self.root), **extra}
        done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise StackError(f"{' '.join(command)}:\n{(done.stdout + done.stderr)[-3000:]}")
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
        """URI of each service's database for the role the service connects as."""
        return {service: self.postgres.uri(service, service) for service in SERVICES}

    @property
    def owner_uris(self) -> dict[str, str]:
        """URI of each service's database for the role that owns and migrates it."""
        return {service: self.postgres.uri(service, f"{service}_owner") for service in SERVICES}

    @cached_property
    def gateway_port(self) -> int:
        return ports.free(_PREFERRED_GATEWAY_PORT if self._preferred_ports else None)

    @cached_property
    def metrics_port(self) -> int:
        return ports.free(_PREFERRED_METRICS_PORT if self._preferred_ports else None)

    @property
    def gateway_url(self) -> str:
        return f"http://{ports.LOOPBACK}:{self.gateway_port}"

    @cached_property
    def _font_folder(self) -> Path:
        return fonts.find(self._cache, self._report)

    @cached_property
    def _wechat_port(self) -> int:
        return ports.free(_PREFERRED_WECHAT_PORT if self._preferred_ports else None)

    @property
    def environment(self) -> dict[str, str]:
        """Environment of every process of the platform."""
        return {**os.environ, **self.settings}

    @property
    def settings(self) -> dict[str, str]:
        """The variables that the stack itself sets."""
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
            "GUARD_MIN_WINDOW_DAYS": "0",  # the demo and the tests go through a month in seconds; never in production
            "GUARD_CHANGE_DELAY_DAYS": "0",
            "GUARD_MIN_SPENDING_WAIT_DAYS": "0",
            "SECOND_FACTOR_ROLES": "",
            "FONT_FOLDER": os.environ.get("FONT_FOLDER") or str(self._font_folder),
            "EVIDENCE_URL": (self.root / "evidence").as_uri(),
            "WECHAT_PORT": str(self._wechat_port),
            "WECHAT_BASE_URL": f"http://{ports.LOOPBACK}:{self._wechat_port}",
            "PORT": str(self.gateway_port),
            "METRICS_PORT": str(self.metrics_port),
            "RATE_LIMIT": "100000/minute",  # all clients share one address
            "KEY_RATE_LIMIT": "100000/minute",
            "SESSION_RATE_LIMIT": "100000/minute",
            "ACCOUNT_RATE_LIMIT": "100000/minute",
            "REFUSED_UPLOAD_LIMIT": "100000/minute",
            "EXPORT_LIMIT": "100000/minute",
            "PLATFORM_ADMIN_PHONE": self._administrator_phone,
            "PLATFORM_ADMIN_PASSWORD": self._credentials["administrator"],
        }

    @property
    def _administrator_phone(self) -> str:
        """Phone number that the platform administrator of this stack signs in with, another in every stack."""
        digest = hashlib.sha256(self._credentials["administrator phone"].encode()).digest()
        return f"19{int.from_bytes(digest[:8]) % 10**9:09d}"

    @cached_property
    def postgres(self) -> Postgres:
        return Postgres(
            self.root,
            self._credentials,
            self._base_environment,
            self._log("postgres"),
            preferred_port=self._preferred_ports,
        )

    @cached_property
    def broker(self) -> Broker:
        label = f"shanzhi-{hashlib.sha256(str(self.root).encode()).hexdigest()[:8]}"
        return broker_selection.select(
            self._external_broker,
            self.root,
            self._cache,
            label,
            self._credentials["rabbitmq"],
            self._base_environment,
            self._log("rabbitmq"),
            preferred_ports=self._preferred_ports,
            report=self._report,
        )

    def broker_password(self, user: str) -> str:
        """Return the password of a process's user at the stack's own broker."""
        return self._credentials[f"rabbitmq/{user}"]

    # --- internals

    @cached_property
    def _credentials(self) -> Credentials:
        return Credentials(self.root / "credentials.json")

    @property
    def _servers(self) -> tuple[str, str]:
        return ("postgres", "rabbitmq")

    @property
    def _base_environment(self) -> dict[str, str]:
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
        """Return the variables with which a process signs in to the stack's broker as its own user."""
        name = _BROKER_USERS.get(name, name)
        if name not in rabbitmq.PERMISSIONS or not self.broker.process:
            return {}
        address = replace(self.broker.address, user=name, password=self.broker_password(name))
        return {"AMQP_URI": address.amqp_uri(), "DECLARE_EVENT_EXCHANGES": "false"}

    def _stop_everything(self) -> None:
        running = self._supervisor.names
        self._supervisor.stop(name for name in running if name not in self._servers)
        self._supervisor.stop(name for name in running if name in self._servers)

    def _create_stores(self) -> None:
        if self._stores_created:
            return
        (self.root / "evidence").mkdir(exist_ok=True)
        for service in SERVICES:
            self.postgres.create_store(service)
        owners = {f"{service.upper()}_OWNER_URI": uri for service, uri in self.owner_uris.items()}
        self.run("python", "-m", "messaging", "migrate", *SERVICES, **owners)
        self.run("python", "-m", "services.registry.bootstrap")
        self._stores_created = True

    def _lock_root(self) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        self._root_lock = RootLock(self.root)
