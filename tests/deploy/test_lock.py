"""requirements/*.txt satisfy pyproject.toml, with hashes, and agree on every version."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from deploy import lock

PYPROJECT = tomllib.loads((lock.PROJECT / "pyproject.toml").read_text("utf-8"))
PLATFORMS = [
    {
        "python_version": python,
        "python_full_version": f"{python}.9",
        "sys_platform": system,
        "platform_machine": machine,
    }
    for python in ("3.11", "3.12")
    for system, machine in (("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "arm64"))
]


def _wanted(extra: str) -> Iterator[Requirement]:
    """Yield the requirements of an extra, including those of the project's extras that it names."""
    for line in PYPROJECT["project"]["dependencies"] + PYPROJECT["project"]["optional-dependencies"][extra]:
        requirement = Requirement(line)
        if requirement.name == PYPROJECT["project"]["name"]:
            for other in requirement.extras:
                yield from _wanted(other)
        else:
            yield requirement


@cache
def _entries(file: Path) -> list[tuple[Requirement, list[str]]]:
    """Return the pinned requirements of a lock file, each with its hashes."""
    text = re.sub(r"^ *#.*\n", "", file.read_text("utf-8"), flags=re.MULTILINE).replace("\\\n", " ")
    lines = [line.split(" --hash=") for line in text.splitlines() if line.strip()]
    return [(Requirement(pinned), [each.strip() for each in hashes]) for pinned, *hashes in lines]


def _pinned(file: Path, platform: dict[str, str]) -> dict[str, str]:
    """Return by canonical name the version for a platform."""
    environment = {**default_environment(), **platform}
    return {
        canonicalize_name(pinned.name): next(iter(pinned.specifier)).version
        for pinned, _ in _entries(file)
        if pinned.marker is None or pinned.marker.evaluate(environment)
    }


def _file(extra: str) -> Path:
    return lock.FOLDER / f"{extra}.txt"


def test_there_is_one_file_for_each_extra_and_group() -> None:
    assert {file.stem for file in lock.FOLDER.glob("*.txt")} == {*lock.EXTRAS, *lock.GROUPS}


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: "-".join(platform.values()))
@pytest.mark.parametrize("extra", lock.EXTRAS)
def test_a_lock_file_satisfies_its_extra(extra: str, platform: dict[str, str]) -> None:
    pinned = _pinned(_file(extra), platform)
    unmet = [
        str(requirement)
        for requirement in _wanted(extra)
        if not requirement.specifier.contains(pinned.get(canonicalize_name(requirement.name), "0"), prereleases=True)
    ]

    assert not unmet, "run `make lock`"


@pytest.mark.parametrize("group", lock.GROUPS)
def test_a_lock_file_satisfies_its_group(group: str) -> None:
    pinned = _pinned(_file(group), {})
    wanted = PYPROJECT["dependency-groups"][group] + (PYPROJECT["build-system"]["requires"] if group == "build" else [])

    for line in wanted:
        requirement = Requirement(line)
        assert requirement.specifier.contains(pinned[requirement.name]), f"{line}: run `make lock`"


@pytest.mark.parametrize("extra", [*lock.EXTRAS, *lock.GROUPS])
def test_every_package_is_pinned_with_hashes_to_the_version_that_is_tested(extra: str) -> None:
    tested = {(pinned.name, pinned.specifier) for pinned, _ in _entries(_file("dev"))}

    for pinned, hashes in _entries(_file(extra)):
        assert [each.operator for each in pinned.specifier] == ["=="], pinned
        assert hashes, pinned
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", each) for each in hashes), pinned
        if extra not in lock.GROUPS:
            assert (pinned.name, pinned.specifier) in tested
