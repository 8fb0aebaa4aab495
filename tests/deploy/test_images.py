"""deploy/Dockerfile: valid, and each image contains all the code that its process loads."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deploy import SERVICES

PROJECT = Path(__file__).parents[2]
DOCKERFILE = PROJECT / "deploy" / "Dockerfile"
LOADED = """
import importlib, sys
importlib.import_module(sys.argv[1])
importlib.import_module("deploy.health")
print(*(module.__file__ for module in list(sys.modules.values()) if getattr(module, "__file__", None)), sep="\\n")
"""
ENTRIES = [("service", name, f"services.{name}.service") for name in SERVICES] + [
    ("service", "exchange", "services.exchange.webhooks.__main__"),
    ("relay", "relay", "messaging.__main__"),
    ("gateway", "gateway", "gateway.app"),
    ("gateway", "gateway", "web.serving"),
    ("gateway", "gateway", "gateway.__main__"),
    ("jobs", "jobs", "messaging.__main__"),
    ("jobs", "jobs", "deploy.rabbitmq"),
    ("jobs", "jobs", "services.registry.bootstrap"),
]


def test_hadolint_reports_nothing() -> None:
    linter = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([linter, DOCKERFILE], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_the_build_context_contains_every_copied_file() -> None:
    included = [line[1:] for line in (PROJECT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    for stage in re.findall(r" AS (\w+)$", DOCKERFILE.read_text(), re.MULTILINE):
        for sources, _ in _copies(stage):
            for source in sources:
                assert any(f"{source}/".startswith(f"{path}/") for path in included), source


@pytest.mark.slow
@pytest.mark.parametrize(("target", "extra", "module"), ENTRIES, ids=[f"{e}-{m}" for _, e, m in ENTRIES])
def test_an_image_contains_the_code_its_process_loads(target: str, extra: str, module: str, tmp_path: Path) -> None:
    """The process loads no module of the project from the checkout, which Python can also import from."""
    for sources, destination in _copies("base") + _copies(target):
        for source in sources:
            _copy(PROJECT / source.replace("${EXTRA}", extra), tmp_path / destination.replace("${EXTRA}", extra))
    done = subprocess.run([sys.executable, "-c", LOADED, module], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    loaded = [Path(line) for line in done.stdout.splitlines()]
    assert [path for path in loaded if tmp_path in path.parents]
    from_checkout = [
        path for path in loaded if PROJECT in path.parents and ".venv" not in path.relative_to(PROJECT).parts
    ]
    assert not from_checkout, "loaded from the checkout, so missing from the image"


def _copies(target: str) -> list[tuple[list[str], str]]:
    """Return sources and destination of the COPY instructions of a stage that read the checkout."""
    stage = re.search(rf"^FROM \S+ AS {target}\n(.*?)(?=^FROM|\Z)", DOCKERFILE.read_text(), re.DOTALL | re.MULTILINE)
    assert stage, f"no stage {target}"
    found = re.findall(r"^COPY (?!--from)(.+) (\S+)$", stage[1], re.MULTILINE)
    return [(sources.split(), destination) for sources, destination in found]


def _copy(source: Path, destination: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, destination, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        destination.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, destination)
