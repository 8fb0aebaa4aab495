"""RabbitMQ in a container, for machines with a container engine but without RabbitMQ or Debian's packages."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from deploy.local import ports
from deploy.local.broker import Address, Broker
from deploy.local.process import Process, wait_until_ready

IMAGE = "rabbitmq:3.13-management"


class Container(Broker):
    """A container of the official image, removed when it stops; its data is in a volume of this stack."""

    def __init__(self, address: Address, label: str, environment: Mapping[str, str], log: Path) -> None:
        super().__init__(address)
        self._label, self._environment = label, dict(environment)
        options = [
            f"--publish={ports.LOOPBACK}:{address.port}:5672",
            f"--publish={ports.LOOPBACK}:{address.management_port}:15672",
            f"--volume={label}:/var/lib/rabbitmq",
            "--env=RABBITMQ_DEFAULT_USER",
            "--env=RABBITMQ_DEFAULT_PASS",
        ]
        self.process: Process = Process(
            self.name,
            ["docker", "run", "--rm", f"--name={label}", "--hostname=localhost", *options, IMAGE],
            environment={
                **environment,
                "RABBITMQ_DEFAULT_USER": address.user,
                "RABBITMQ_DEFAULT_PASS": address.password,
            },
            log=log,
            grace=60,
        )

    @staticmethod
    def available() -> bool:
        """Whether a container engine responds."""
        if not shutil.which("docker"):
            return False
        return subprocess.run(["docker", "info"], capture_output=True).returncode == 0

    def start(self) -> None:
        """Start the container, which downloads the image the first time, and wait until both ports respond."""
        self._remove()
        self.process.start()
        wait_until_ready(
            lambda: self.address.accepts_connections() and self.address.management_responds(), self.process, 300
        )

    def stop(self) -> None:
        self.process.stop()
        self._remove()

    def _remove(self) -> None:
        """Remove the container, which outlives a killed client."""
        command = ["docker", "rm", "--force", self._label]
        subprocess.run(command, capture_output=True, env=self._environment, check=False)
