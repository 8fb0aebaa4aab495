"""A real Chromium, and windows in it on the running platform."""

from collections.abc import Callable, Iterator
from typing import Any, Protocol

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from deploy.demo.api_client import Api
from deploy.local import chromium
from deploy.local.stack import PROJECT, Stack
from tests.flows.conftest import administrator, api, community, new_community

__all__ = ["administrator", "api", "community", "new_community"]
OFFICE, PHONE = (1366, 768), (360, 740)
"""Width and height, in CSS pixels, of the screens that pages are made for."""
WAIT_MILLISECONDS = 15_000
_TEST_SECONDS = 300
"""How long a test may take that opens many pages, each checked by all rules, beside two other workers."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give tests that drive a browser more time than others."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()) and not item.get_closest_marker("timeout"):
            item.add_marker(pytest.mark.timeout(_TEST_SECONDS))


class OpenPage(Protocol):
    """Opens a page of the platform in a window with cookies of its own."""

    def __call__(self, path: str, size: tuple[int, int] = OFFICE, *, ignore: str = ..., **context: Any) -> Page:
        """Return the page. Console messages that contain `ignore` are no failure of the test."""
        ...


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A browser without a window; ends with its module, since its event loop would disturb tests with their own."""
    found = chromium.find(PROJECT / ".local", print)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=found.executable,
            env=found.environment,
            args=["--no-sandbox", "--disable-dev-shm-usage"],  # root has no sandbox; containers have little shm
        )
        yield running
        running.close()


@pytest.fixture
def open_page(browser: Browser, api: Api, stack: Stack) -> Iterator[OpenPage]:
    """`open_page("/check")` opens a page; at the end, no script, style or resource of any page may have failed."""
    failures: list[str] = []
    contexts = []

    def opened(path: str, size: tuple[int, int] = OFFICE, *, ignore: str = "\0", **options: Any) -> Page:
        width, height = size
        context = browser.new_context(
            base_url=stack.gateway_url,
            viewport={"width": width, "height": height},
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            reduced_motion="reduce",
            **options,
        )
        contexts.append(context)
        context.set_default_timeout(WAIT_MILLISECONDS)
        page = context.new_page()
        page.on("pageerror", lambda error: failures.append(f"{page.url}: {error}"))
        page.on("console", _collect(failures, ignore))
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert failures == []


def _collect(failures: list[str], ignore: str) -> Callable[[Any], None]:
    def collect(message: Any) -> None:
        if message.type == "error" and ignore not in message.text:
            failures.append(f"{message.location.get('url')}: {message.text}")

    return collect
