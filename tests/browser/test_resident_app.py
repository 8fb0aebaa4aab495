"""The residents' app in a browser, on a small phone: on the first screen, without network, in large type (R40)."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from deploy import app as resident_app
from deploy.demo.api_client import wait_for
from deploy.demo.pictures import photo
from tests.browser.checks import assert_fits, assert_usable
from tests.browser.conftest import OpenPage
from tests.flows.community import PASSWORD, Community

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),  # the first build takes half a minute on an idle machine
    pytest.mark.skipif(not shutil.which("npm"), reason="npm is not installed: the residents' app is not built"),
]
SMALL_PHONE = (360, 640)
COMMON = ("申报好事", "付款码", "积分存折", "我的申报", "兑换商品")
PAGES = [
    "pages/declare/declare",
    "pages/outbox/outbox",
    "pages/claims/claims",
    "pages/passbook/passbook",
    "pages/pay/pay",
    "pages/rewards/rewards",
    "pages/orders/orders",
    "pages/inbox/inbox",
    "pages/activities/activities",
    "pages/posts/posts",
    "pages/posts/new",
    "pages/posts/mine",
    "pages/boards/boards",
    "pages/lists/lists",
    "pages/settings/settings",
    "pages/settings/consents",
    "pages/settings/spending",
    "pages/settings/accesses",
    "pages/settings/data",
    "pages/settings/sign-ins",
    "pages/help/help",
    "staff/reviews",
    "staff/residents",
    "staff/inspections",
    "staff/rounds",
]
_UNREADABLE = """() => {
  const hasText = element => [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim());
  return [...document.querySelectorAll(".page *")]
    .filter(element => element.checkVisibility() && hasText(element))
    .map(element => [element, getComputedStyle(element)])
    .map(([element, style]) => [element, parseFloat(style.fontSize), parseFloat(style.lineHeight)])
    .filter(([, size, line]) => size < 18 || size > 30 || line / size < 1.3)
    .map(([element, size, line]) => `${size} px, line ${line} px: ${element.outerHTML.slice(0, 120)}`);
}"""


@dataclass(frozen=True)
class Person:
    """A resident who signs in by phone number and password."""

    community: Community
    phone: str
    id: str

    def sign_in(self, open_page: OpenPage, **options: Any) -> Page:
        """Return the home screen on a small phone."""
        page = open_page("/app/", SMALL_PHONE, **options)
        page.get_by_label("手机号").fill(self.phone)
        page.get_by_label("密码").fill(PASSWORD)
        page.get_by_role("button", name="登录").press("Enter")
        expect(page.get_by_text("您好")).to_be_visible()
        return page

    def claims(self) -> list[dict[str, Any]]:
        return self.community.committee.all("/v1/claims", person_id=self.id)


@pytest.fixture(scope="module")
def built() -> None:
    """The app's pages for browsers."""
    resident_app.build("h5")


@pytest.fixture(scope="module")
def resident(built: None, new_community: Callable[..., Community]) -> Person:
    """An adult of a household with a phone."""
    community = new_community("应用村")
    phone = f"158{abs(hash(community.id)) % 10**8:08d}"
    household = community.household_id_of("张三")
    form = {"name": "吴大爷", "phone": phone, "password": PASSWORD, "household_id": household, "tenure": "owner"}
    person = community.committee.post("/v1/residents", form)
    return Person(community, phone, person["id"])


def _open(page: Page, path: str) -> None:
    page.goto(f"/app/#/{path}")
    shown = page.locator(f"uni-page[data-page='{path}'] [role=main]")
    expect(shown).to_be_visible()
    expect(shown.get_by_text("正在读取")).to_have_count(0)


def _choose_size(page: Page, name: str) -> None:
    _open(page, "pages/settings/settings")
    page.get_by_role("radio", name=name, exact=True).click()


def test_the_home_screen_is_one_call_and_shows_the_commonest_things(resident, open_page):
    calls: list[str] = []
    page = resident.sign_in(open_page)
    page.on("request", lambda request: calls.append(request.url) if "/v1/" in request.url else None)
    page.reload()
    expect(page.get_by_text("您好")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert [call.rpartition("/v1/")[2] for call in calls] == ["me/home"]
    for name in COMMON:
        expect(page.get_by_role("button", name=name, exact=True)).to_be_in_viewport(ratio=1)


def test_every_page_is_usable_on_a_small_phone(resident, open_page):
    page = resident.sign_in(open_page, ignore="403")  # staff pages refuse a resident
    for path in ("pages/home/home", *PAGES):
        _open(page, path)
        assert_usable(page, least_target=44)


def test_the_largest_type_is_large_on_every_page(resident, open_page):
    page = resident.sign_in(open_page, ignore="403")
    _choose_size(page, "特大字")
    for path in ("pages/home/home", *PAGES):
        _open(page, path)
        assert_fits(page, least_target=60)
        assert page.evaluate(_UNREADABLE) == [], path


@pytest.mark.parametrize("size", ["大字", "特大字"])
def test_large_type_keeps_the_commonest_things_on_the_first_screen(resident, open_page, size):
    page = resident.sign_in(open_page)
    _choose_size(page, size)
    _open(page, "pages/home/home")
    for name in COMMON:
        expect(page.get_by_role("button", name=name, exact=True)).to_be_in_viewport(ratio=1)


def test_a_deed_declared_without_network_is_sent_once_when_it_is_back(resident, open_page):
    page = resident.sign_in(open_page, ignore="ERR_INTERNET_DISCONNECTED")
    _open(page, "pages/declare/declare")
    expect(page.get_by_role("button", name="参加环境卫生整治")).to_be_visible()

    page.context.set_offline(True)
    page.get_by_role("button", name="参加环境卫生整治").click()
    page.get_by_label("在哪里").fill("三排东头")
    page.get_by_label("具体做了什么").fill("清扫巷道")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="拍照或选照片").click()
    chooser.value.set_files({"name": "deed.jpg", "mimeType": "image/jpeg", "buffer": photo(4711)})
    expect(page.get_by_role("img", name="第 1 张照片")).to_be_visible()
    page.get_by_role("button", name="提交申报").click()
    expect(page.get_by_text("已保存")).to_be_visible()
    assert resident.claims() == []

    page.context.set_offline(False)
    [claim] = wait_for("the claim to arrive", resident.claims)
    assert (claim["place"], claim["cause"], len(claim["evidence_ids"])) == ("三排东头", "清扫巷道", 1)
    _open(page, "pages/outbox/outbox")
    expect(page.get_by_text("这里还没有内容")).to_be_visible()


def test_a_resident_signs_up_for_an_activity_and_withdraws(resident, open_page):
    committee, starts = resident.community.committee, datetime.now(UTC) + timedelta(days=3)
    times = {"starts_at": starts.isoformat(), "ends_at": (starts + timedelta(hours=2)).isoformat()}
    plan = {"title": "清理河道", "kind": "volunteering", "place": "小河边", "places": 1, "description": "带上手套"}
    activity = committee.post("/v1/activities", plan | times)
    committee.post(f"/v1/activities/{activity['id']}/publish")
    page = resident.sign_in(open_page)
    _open(page, "pages/activities/activities")
    page.get_by_role("button", name="清理河道").click()
    shown = page.locator("uni-page[data-page='pages/activities/activity']")
    expect(shown.get_by_text("名额 1 人，还剩 1 人")).to_be_visible()

    shown.get_by_role("button", name="1 人报名").click()
    expect(shown.get_by_text("已报名").first).to_be_visible()
    assert_usable(page, least_target=44)

    shown.get_by_role("button", name="不去了，退出报名").click()
    page.get_by_text("确定", exact=True).click()
    expect(shown.get_by_role("button", name="1 人报名")).to_be_visible()
