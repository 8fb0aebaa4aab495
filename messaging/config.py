"""Load the configuration file that services, relays and commands share."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from warnings import catch_warnings, filterwarnings

import yaml

with catch_warnings():
    filterwarnings("ignore", message="pkg_resources is deprecated")  # nameko imports it; setuptools is pinned below 81
    from nameko.cli.main import setup_yaml_parser
from nameko.extensions import DependencyProvider

DEFAULT_PATH = "deploy/nameko.yaml"


def load(path: str | Path | None = None) -> dict[str, Any]:
    """Return the configuration at `path`, by default `$NAMEKO_CONFIG` or `deploy/nameko.yaml`, as nameko reads it.

    `${NAME}` and `${NAME:default}` are replaced from the environment.
    """
    setup_yaml_parser()
    with open(path or os.environ.get("NAMEKO_CONFIG", DEFAULT_PATH)) as file:
        config: dict[str, Any] = yaml.safe_load(file)
    return config


class Configured(DependencyProvider):  # type: ignore[misc]
    """Gives a service's workers a value that is made once of the configuration: `Configured("GUARDS", Guards.of)`."""

    def __init__(self, key: str, parse: Callable[[Any], Any]) -> None:
        self._key, self._parse = key, parse

    def setup(self) -> None:
        self._value = self._parse(self.container.config.get(self._key))

    def get_dependency(self, worker_ctx: object) -> Any:
        """Return the value. nameko calls this for each worker."""
        return self._value
