"""The desk in a real browser: a head's queue of 20 claims with photos on slow 3G, and 2,000 approvals by one press.

The queue's references are upper limits: 30 requests, 300 kB, 10 s until a decision can be pressed with its photo shown,
3 s for the next claim. The reference of the approvals is the same number in one call of the API.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect, sync_playwright

from benchmarks import bulk_approval, small_community
from benchmarks.bulk_approval import CLAIMS
from benchmarks.figure import Figure
from benchmarks.small_community import PASSWORD, SmallCommunity
from contracts import calendar
from deploy.demo import pictures
from deploy.demo.api_client import Api, retry_until_known, wait_for
from deploy.demo.ordinary_month import upload_evidence
from deploy.local import chromium
from deploy.local.stack import PROJECT, Stack

_WAITING = 20
_SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
"""400 ms and 400 kbit/s in both directions, as Lighthouse and WebPageTest call slow 3G."""
_PHONE: ViewportSize = {"width": 360, "height": 740}
_HEAD_PHONE = "15900000001"
_MILLISECONDS = 120_000
_QUEUE, _COMPARED, _AT_ONCE = 60, 61, 62


def measure(stack: Stack) -> Iterator[Figure]:
    """Yield requests, kilobytes and seconds of the queue, and approvals a second from the press to the last part."""
    stack.start()
    today = calendar.day_of(datetime.now(UTC))
    queue = small_community.create(stack, _QUEUE, _WAITING, today)
    _fill_queue(stack, queue)
    found = chromium.find(PROJECT / ".local", lambda text: None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found.executable, env=found.environment, args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        yield from _measure_queue(browser, stack)
        compared = bulk_approval.approve(stack, small_community.create(stack, _COMPARED, 1, today), today)
        approved = small_community.create(stack, _AT_ONCE, 1, today)
        bulk_approval.deliver_claims(stack, approved, today)
        seconds = _approve_all(browser, stack, approved)
        yield Figure("desk_bulk_approval", "items/s", CLAIMS / seconds, CLAIMS / compared)
        browser.close()


@dataclass
class _Traffic:
    """What a page loads over a slow network."""

    page: Page
    requests: int = 0
    bytes: int = 0
    session: Any = field(init=False)

    def __post_init__(self) -> None:
        self.session = self.page.context.new_cdp_session(self.page)
        self.session.send("Network.enable")
        self.session.send("Network.emulateNetworkConditions", _SLOW_3G)
        self.session.on("Network.requestWillBeSent", lambda _: self._count(requests=1))
        self.session.on("Network.loadingFinished", lambda event: self._count(bytes=int(event["encodedDataLength"])))

    def _count(self, *, requests: int = 0, bytes: int = 0) -> None:
        self.requests += requests
        self.bytes += bytes


def _measure_queue(browser: Browser, stack: Stack) -> Iterator[Figure]:
    first = _signed_in(browser, stack, _HEAD_PHONE)
    cookies = first.cookies()
    first.close()
    context = browser.new_context(base_url=stack.gateway_url, viewport=_PHONE, locale="zh-CN")  # nothing is kept yet
    context.add_cookies([{**cookie} for cookie in cookies])  # type: ignore[typeddict-item]
    page = context.new_page()
    page.set_default_timeout(_MILLISECONDS)
    traffic = _Traffic(page)
    started = time.monotonic()
    page.goto("/desk/reviews", wait_until="commit")
    _wait_until_usable(page)
    cold = time.monotonic() - started
    page.wait_for_load_state("load")
    yield Figure("desk_queue_requests", "requests", traffic.requests, 30)
    yield Figure("desk_queue_kilobytes", "kB", traffic.bytes / 1000, 300)
    yield Figure("desk_queue_usable", "s", cold, 10)
    started = time.monotonic()
    page.get_by_role("button", name="通过", exact=False).first.click()
    expect(page.get_by_role("status").filter(has_text="已通过")).to_be_visible(timeout=_MILLISECONDS)
    _wait_until_usable(page)
    yield Figure("desk_queue_next", "s", time.monotonic() - started, 3)
    context.close()


def _wait_until_usable(page: Page) -> None:
    """Wait until a decision can be pressed and the claim's photo is seen."""
    expect(page.locator('button[value="endorse"]')).to_be_enabled(timeout=_MILLISECONDS)
    page.wait_for_function(
        "() => [...document.querySelectorAll('.photos img')].some(each => each.complete && each.naturalWidth)"
    )


def _approve_all(browser: Browser, stack: Stack, community: SmallCommunity) -> float:
    """Return the seconds from the press that confirms to the page that says that all are approved."""
    context = _signed_in(browser, stack, community.chair_phone)
    page = context.pages[0]
    page.goto("/desk/month/approvals")
    page.locator("summary").filter(has_text="全部通过这").click()
    started = time.monotonic()
    page.get_by_role("button", name="确认全部通过").click()
    expect(page.get_by_text("已通过 2,000 条，未通过 0 条。")).to_be_visible(timeout=_MILLISECONDS)
    seconds = time.monotonic() - started
    context.close()
    return seconds


def _signed_in(browser: Browser, stack: Stack, phone: str) -> BrowserContext:
    context = browser.new_context(base_url=stack.gateway_url, locale="zh-CN")
    context.set_default_timeout(_MILLISECONDS)
    page = context.new_page()
    page.goto("/desk/sign-in")
    page.get_by_label("手机号").fill(phone)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("待办")
    return context


def _fill_queue(stack: Stack, community: SmallCommunity) -> None:
    """Appoint a head, and let every resident declare a deed with a photo."""
    api = Api(stack.gateway_url)
    head = {"name": "丁院长", "phone": _HEAD_PHONE, "password": PASSWORD}
    person = community.committee.post("/v1/residents", head)
    seat = {"person_id": person["id"], "role": "head", "scope_id": community.courtyard_id}
    community.committee.post("/v1/appointments", seat)
    happened = datetime.now(UTC).isoformat(timespec="seconds")
    for number, token in enumerate(community.tokens):
        resident = api.with_token(token)
        photo = retry_until_known(partial(upload_evidence, resident, pictures.photo(number)))
        deed: dict[str, Any] = {"item": small_community.ITEM, "happened_at": happened, "evidence_ids": [photo]}
        retry_until_known(partial(resident.post, "/v1/claims", deed | {"place": "巷口", "cause": "劝解邻里"}))
    reviewer = api.sign_in(_HEAD_PHONE, PASSWORD)
    wait_for("the claims to wait", lambda: len(reviewer.all("/v1/reviews", stage="first")) == _WAITING)
