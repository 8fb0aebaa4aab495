"""What the stack needs of a RabbitMQ, whoever runs it."""

from dataclasses import dataclass
from urllib.parse import quote

import amqp
import httpx

from deploy.local.process import Failed, Process


@dataclass(frozen=True)
class Address:
    """Where a broker is reached and by whom; both protocols know the same user."""

    host: str
    port: int
    management_port: int
    user: str
    password: str
    vhost: str = "/"

    def amqp_uri(self, vhost: str | None = None) -> str:
        """The AMQP URI of a vhost: without one, the stack's own."""
        path = quote(vhost or self.vhost, safe="")
        return f"amqp://{self._login}@{self.host}:{self.port}/{'' if path == '%2F' else path}"

    @property
    def management_uri(self) -> str:
        return f"http://{self._login}@{self.host}:{self.management_port}"

    @property
    def _login(self) -> str:
        return f"{quote(self.user, safe='')}:{quote(self.password, safe='')}"

    def takes_connections(self) -> bool:
        """Whether AMQP answers now."""
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

    def is_managed(self) -> bool:
        """Whether the management API answers now."""
        try:
            return httpx.get(f"{self.management_uri}/api/overview", timeout=5).is_success
        except httpx.HTTPError:
            return False


class Broker:
    """A RabbitMQ that is there already, named by AMQP_URI: never started or stopped by the stack."""

    name = "rabbitmq"
    process: Process | None = None

    def __init__(self, address: Address) -> None:
        self.address = address

    def start(self) -> None:
        """Make sure that it answers."""
        if not self.address.takes_connections():
            where = f"{self.address.host}:{self.address.port}"
            raise Failed(f"no RabbitMQ answers at {where}, which AMQP_URI names; unset it to get one of ours")

    def stop(self) -> None:
        """Leave it as it was: it is not ours."""

    def create_vhost(self, name: str) -> str:
        """Make an empty vhost for a test, and return its AMQP URI."""
        httpx.put(f"{self.address.management_uri}/api/vhosts/{name}").raise_for_status()
        return self.address.amqp_uri(name)
