"""Load the configuration file that services, relays and commands share."""

import os
from pathlib import Path
from typing import Any

import yaml
from nameko.cli.main import setup_yaml_parser

DEFAULT_PATH = "deploy/nameko.yaml"


def load(path: str | Path | None = None) -> dict[str, Any]:
    """Return the configuration at `path`, by default `$NAMEKO_CONFIG` or `deploy/nameko.yaml`, as nameko reads it.

    `${NAME}` and `${NAME:default}` are replaced from the environment.
    """
    setup_yaml_parser()
    with open(path or os.environ.get("NAMEKO_CONFIG", DEFAULT_PATH)) as file:
        config: dict[str, Any] = yaml.safe_load(file)
    return config
