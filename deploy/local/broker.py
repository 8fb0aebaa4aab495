"""The broker of the stack: its address, and an external RabbitMQ."""

from dataclasses import dataclass
from urllib.parse import quote

import amqp
import httpx

from deploy.local.process import Process, StackError


@dataclass(frozen=True)
class Address:
    """Host, ports and login of a broker, the same login for AMQP and for the management API."""

    host: str
    port: int
    management_port: int
    user: str
    password: str
    vhost: str = "/"

    def amqp_uri(self, vhost: str | None = None) -> str:
        """Return the AMQP URI of a vhost, by default the stack's."""
        path = quote(vhost or self.vhost, safe="")
        return f"amqp://{self._login}@{self.host}:{self.port}/{'' if path == '%2F' else path}"

    @property
    def management_uri(self) -> str:
        return f"http://{self._login}@{self.host}:{self.management_port}"

    @property
    def _login(self) -> str:
        return f"{quote(self.user, safe='')}:{quote(self.password, safe='')}"

    def accepts_connections(self) -> bool:
        """Whether AMQP connections are accepted now."""
        try:
            with amqp.Connection(
                f"{self.host}:{self.port}",
                userid=self.user,
                password=self.password,
                virtual_host=self.vhost,
                connect_timeout=2,
            ):
                return True
        except (OSError, amqp.AMQPError):
            return False

    def management_responds(self) -> bool:
        """Whether the management API responds now."""
        try:
            return httpx.get(f"{self.management_uri}/api/overview", timeout=5).is_success
        except httpx.HTTPError:
            return False


class Broker:
    """An external RabbitMQ, given by AMQP_URI, which the stack neither starts nor stops."""

    name = "rabbitmq"
    process: Process | None = None

    def __init__(self, address: Address) -> None:
        self.address = address

    def start(self) -> None:
        """Raise StackError if the broker does not respond."""
        if not self.address.accepts_connections():
            where = f"{self.address.host}:{self.address.port}"
            raise StackError(f"no RabbitMQ responds at {where} (AMQP_URI); unset it and the stack starts its own")

    def stop(self) -> None:
        """Do nothing: the broker is not the stack's."""

    def create_vhost(self, name: str) -> str:
        """Create an empty vhost for a test and return its AMQP URI."""
        httpx.put(f"{self.address.management_uri}/api/vhosts/{name}").raise_for_status()
        return self.address.amqp_uri(name)
