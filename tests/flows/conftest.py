"""The whole platform once a run, and a way to found villages on it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from deploy.demo.visitors import Door, Visitor
from deploy.local.stack import Stack
from tests.flows.village import Village, found


@pytest.fixture(scope="package")
def door(stack: Stack) -> Iterator[Door]:
    """The door of the running platform."""
    stack.start()
    door = Door(stack.gateway_url)
    yield door
    door.close()


@pytest.fixture(scope="package")
def administrator(stack: Stack, door: Door) -> Visitor:
    """Who may found communities."""
    settings = stack.settings
    return door.sign_in(settings["PLATFORM_ADMIN_PHONE"], settings["PLATFORM_ADMIN_PASSWORD"])


@pytest.fixture(scope="package")
def new_village(door: Door, administrator: Visitor) -> Callable[..., Village]:
    """`new_village("上善村", objection_window_days=1)`: one of a test's own."""

    def village(name: str, **settings: Any) -> Village:
        return found(door, administrator, name, **settings)

    return village


@pytest.fixture(scope="module")
def village(request: pytest.FixtureRequest, new_village: Callable[..., Village]) -> Village:
    """The village of one module, whose lists settle as soon as they are published."""
    return new_village(request.node.name)
