"""The whole platform, started once a run, and communities on it."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from deploy.demo.api_client import Api, ApiClient
from deploy.local.stack import Stack
from tests.flows.community import Community, found_community


@pytest.fixture(scope="package")
def api(stack: Stack) -> Iterator[Api]:
    """The API of the running platform."""
    stack.start()
    api = Api(stack.gateway_url, check=_require_one_form_of_times)
    yield api
    api.close()


def _require_one_form_of_times(response: httpx.Response) -> None:
    """Every moment in an answer ends in Z."""
    if "json" in response.headers.get("Content-Type", ""):
        assert '+00:00"' not in response.read().decode(), f"a time with an offset: {response.request.url}"


@pytest.fixture(scope="module")
def administrator(stack: Stack, api: Api) -> ApiClient:
    """The platform administrator, who founds communities; a module may sign them out."""
    settings = stack.settings
    return api.sign_in(settings["PLATFORM_ADMIN_PHONE"], settings["PLATFORM_ADMIN_PASSWORD"])


@pytest.fixture(scope="module")
def new_community(api: Api, administrator: ApiClient) -> Callable[..., Community]:
    """`new_community("上善村", objection_window_days=1)` founds one for a single test."""

    def found(name: str, **settings: Any) -> Community:
        return found_community(api, administrator, name, **settings)

    return found


@pytest.fixture(scope="module")
def community(request: pytest.FixtureRequest, new_community: Callable[..., Community]) -> Community:
    """A community for one module; its lists can be settled as soon as they are published."""
    return new_community(request.node.name)
