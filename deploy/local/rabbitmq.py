"""A private RabbitMQ node with a name, ports, epmd, cookie, settings and data of its own."""

import glob
import json
import os
import re
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local import data_folder, debian, ports
from deploy.local.account import Account
from deploy.local.broker import Address, Broker
from deploy.local.process import Process, wait_until_ready

_INSTALLED = (
    "/usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin",
    "/opt/homebrew/opt/rabbitmq/sbin",
    "/usr/local/opt/rabbitmq/sbin",
    "/opt/rabbitmq/sbin",
)


def _set_erlang_root(tree: Path) -> None:
    home = tree / "usr" / "lib" / "erlang"
    for script in [home / "bin" / "erl", *home.glob("erts-*/bin/erl")]:
        text = re.sub(r"(?m)^(\s*ROOTDIR)=.*$", rf"\1={home}", script.read_text())
        script.unlink()  # bin/erl may be a link into erts
        script.write_text(text)
        script.chmod(0o755)


_PACKAGES = debian.Software(
    "rabbitmq-server",
    re.compile(r"rabbitmq-server|erlang-.+"),
    "RabbitMQ is not installed: downloading Debian's packages (34 MB, the first time only)",
    _set_erlang_root,
)


@dataclass(frozen=True)
class Binaries:
    """Paths of RabbitMQ's scripts, of Erlang, and of the libraries Erlang needs beyond the system's."""

    sbin: Path
    erlang: Path
    libraries: str = ""

    @classmethod
    def installed(cls) -> "Binaries | None":
        """Return the installed RabbitMQ, or None: the scripts themselves, not a wrapper that forces a user.

        Debian's command is such a wrapper, in a folder of links; the scripts are where the links lead, beside the
        plugins.
        """
        on_path = shutil.which("rabbitmq-server")
        candidates = [Path(found) for pattern in _INSTALLED for found in sorted(glob.glob(pattern), reverse=True)]
        if on_path:
            candidates.insert(0, Path(on_path).resolve().parent)
        erl = shutil.which("erl", path=os.environ.get("PATH", "") + ":/opt/homebrew/bin:/usr/local/bin")
        for candidate in candidates:
            sbin = (candidate / "rabbitmq-server").resolve().parent
            if erl and (sbin / "rabbitmq-env").exists() and (sbin.parent / "plugins").is_dir():
                return cls(sbin, Path(erl).parent)
        return None

    @classmethod
    def unpacked(cls, cache: Path, report: Callable[[str], None]) -> "Binaries":
        """Return the RabbitMQ of Debian's packages, unpacked into the cache the first time."""
        tree = debian.unpack(_PACKAGES, data_folder.create(cache, "rabbitmq-packages", Account.current()), report)
        [sbin] = tree.glob("usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin")
        return cls(sbin, tree / "usr/lib/erlang/bin", debian.shared_libraries(tree))


@dataclass(frozen=True)
class Tls:
    """A port for TLS with the node's certificate and key, PEM."""

    port: int
    certificate: Path
    key: Path


class Node(Broker):
    """A broker with its epmd, both children of the stack."""

    def __init__(
        self,
        address: Address,
        binaries: Binaries,
        label: str,
        root: Path,
        environment: Mapping[str, str],
        log: Path,
        *,
        tls: "Tls | None" = None,
    ) -> None:
        super().__init__(address)
        self._tls = tls
        self._home = data_folder.create(root, self.name, Account.current())
        self._node = f"{label}@localhost"
        self._epmd_port, self._distribution_port = ports.free(), ports.free()
        node_environment = self._node_environment(binaries, environment)
        self.process: Process = Process(
            self.name, [binaries.sbin / "rabbitmq-server"], environment=node_environment, log=log, grace=60
        )
        self._epmd = Process(
            "epmd",
            [binaries.erlang / "epmd", "-address", ports.LOOPBACK, "-port", str(self._epmd_port)],
            environment=node_environment,
            log=log.with_name("epmd.log"),
        )

    def start(self) -> None:
        """Start epmd and the node; wait until it accepts connections and its management API responds."""
        self._configure()
        if not self._epmd.running:
            self._epmd.start()
        self.process.start()
        wait_until_ready(
            lambda: self.address.accepts_connections() and self.address.management_responds(), self.process, 120
        )

    def stop(self) -> None:
        self.process.stop()
        self._epmd.stop()

    def _node_environment(self, binaries: Binaries, environment: Mapping[str, str]) -> dict[str, str]:
        inherited = {name: value for name, value in environment.items() if not name.startswith(("RABBITMQ_", "ERL_"))}
        own = {
            "HOME": self._home / "home",  # the Erlang cookie
            "PATH": f"{binaries.erlang}:{environment.get('PATH', os.defpath)}",
            "ERL_EPMD_ADDRESS": ports.LOOPBACK,
            "ERL_EPMD_PORT": self._epmd_port,
            "RABBITMQ_NODENAME": self._node,
            "RABBITMQ_DIST_PORT": self._distribution_port,
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
            "RABBITMQ_CONF_ENV_FILE": self._home / "no-environment",  # instead of the installed node's
            "RABBITMQ_CONFIG_FILE": self._home / "rabbitmq",
            "RABBITMQ_CONFIG_FILES": self._home / "conf.d",
            "RABBITMQ_ADVANCED_CONFIG_FILE": self._home / "advanced.config",
            "RABBITMQ_ENABLED_PLUGINS_FILE": self._home / "enabled_plugins",
            "RABBITMQ_PLUGINS_DIR": binaries.sbin.parent / "plugins",
            "RABBITMQ_MNESIA_BASE": self._home / "data",
            "RABBITMQ_LOG_BASE": self._home / "log",
            "RABBITMQ_LOG": "-color",
            "RABBITMQ_PID_FILE": self._home / "pid",
        }
        if binaries.libraries:
            own["LD_LIBRARY_PATH"] = binaries.libraries
        return {**inherited, **{name: str(value) for name, value in own.items()}}

    def _configure(self) -> None:
        for folder in ("home", "data", "log", "conf.d"):
            (self._home / folder).mkdir(exist_ok=True)
        for name in ("no-environment", "advanced.config"):
            (self._home / name).write_text("" if name == "no-environment" else "[].\n")
        (self._home / "enabled_plugins").write_text("[rabbitmq_management].\n")
        definitions = self._home / "definitions.json"
        definitions.touch(mode=0o600)
        definitions.write_text(json.dumps(self._definitions(), indent=2))
        (self._home / "rabbitmq.conf").write_text(
            f"listeners.tcp.local = {ports.LOOPBACK}:{self.address.port}\n"
            f"management.tcp.ip = {ports.LOOPBACK}\n"
            f"management.tcp.port = {self.address.management_port}\n"
            f"load_definitions = {definitions}\n"
            "log.console = true\n"
            "log.console.level = warning\n"
            "log.file = false\n" + self._tls_settings()
        )

    def _tls_settings(self) -> str:
        if self._tls is None:
            return ""
        return (
            f"listeners.ssl.local = {ports.LOOPBACK}:{self._tls.port}\n"
            f"ssl_options.certfile = {self._tls.certificate}\n"
            f"ssl_options.keyfile = {self._tls.key}\n"
        )

    def _definitions(self) -> dict[str, object]:
        permissions = {"configure": ".*", "write": ".*", "read": ".*"}
        return {
            "users": [{"name": self.address.user, "password": self.address.password, "tags": "administrator"}],
            "vhosts": [{"name": "/"}],
            "permissions": [{"user": self.address.user, "vhost": "/", **permissions}],
        }
