"""Selects the RabbitMQ of the stack: the first kind that this machine supports."""

import os
import platform
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from deploy.local import debian, ports
from deploy.local.broker import Address, Broker
from deploy.local.container import Container
from deploy.local.process import StackError
from deploy.local.rabbitmq import Binaries, Node

_PREFERRED_PORTS = (15674, 15675)


def select(
    given: str | None,
    root: Path,
    cache: Path,
    label: str,
    password: str,
    environment: Mapping[str, str],
    log: Path,
    *,
    preferred_ports: bool,
    report: Callable[[str], None],
) -> Broker:
    """Return the broker at the given URI, or one from installed binaries, Debian's packages or a container.

    Raise StackError with the command that installs RabbitMQ if none of these is possible.
    """
    if given:
        return Broker(_address(given))
    port, management_port = (ports.free(usual if preferred_ports else None) for usual in _PREFERRED_PORTS)
    address = Address(ports.LOOPBACK, port, management_port, "shanzhi", password)
    if binaries := Binaries.installed():
        return Node(address, binaries, label, root, environment, log)
    if debian.available():
        try:
            return Node(address, Binaries.unpacked(cache, report), label, root, environment, log)
        except StackError as failure:
            report(f"RabbitMQ's packages cannot be downloaded: {failure}")
    if Container.available():
        return Container(address, label, environment, log)
    raise StackError(f"RabbitMQ is missing. Run this and try again:\n\n    {_install_command()}\n\nor set AMQP_URI.")


def _address(uri: str) -> Address:
    parts = urlsplit(uri)
    return Address(
        parts.hostname or ports.LOOPBACK,
        parts.port or 5672,
        int(os.environ.get("RABBITMQ_MANAGEMENT_PORT", "15672")),
        unquote(parts.username or "guest"),
        unquote(parts.password or "guest"),
        unquote(parts.path[1:]) or "/",
    )


def _install_command() -> str:
    if platform.system() == "Darwin":
        return "brew install rabbitmq"
    if Path("/etc/fedora-release").exists():
        return "sudo dnf install rabbitmq-server"
    if Path("/etc/alpine-release").exists():
        return "sudo apk add rabbitmq-server"
    return "sudo docker run -d -p 5672:5672 -p 15672:15672 rabbitmq:3.13-management && export AMQP_URI=amqp://localhost"
