"""The staff desk in a real browser: every page that a menu leads to, for every role, in an office and on a phone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import assert_fits, assert_usable
from tests.browser.conftest import OFFICE, PHONE, OpenPage
from tests.flows.community import PASSWORD, Community

STAFF = ["院长", "组长", "组员", "支部", "一网格员", "社区党委"]


@pytest.fixture(scope="module")
def community(new_community: Callable[..., Community]) -> Community:
    """A community with a claim that waits for each stage of review, and a head who signs in by password."""
    community = new_community("工作台村")
    _add_head(community)
    community.submit_claim("王院长", "council", person_id=community.person_ids["张三"])
    endorsed = community.submit_claim("王院长", "council", person_id=community.person_ids["李四"])
    community.decide("一网格员", endorsed, "endorse")
    return community


def _add_head(community: Community) -> None:
    """Register a fifth courtyard with one household, whose member is its head."""
    committee, phone = community.committee, community.phones["组长"]
    courtyard = committee.post("/v1/courtyards", {"number": 5, "row": 2, "grid": "二网格"})
    household = committee.post("/v1/households", {"courtyard_id": courtyard["id"]})
    form = {"name": "院长", "phone": f"199{phone[3:]}", "password": PASSWORD, "tenure": "tenant"}
    resident = committee.post("/v1/residents", form | {"household_id": household["id"]})
    community.person_ids["院长"], community.phones["院长"] = resident["id"], form["phone"]
    community.appoint("院长", "head", courtyard["id"])


def sign_in(page: Page, community: Community, name: str) -> None:
    """Sign in at the desk's form."""
    page.get_by_label("手机号").fill(community.phones[name])
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()


@pytest.fixture(scope="module")
def checked() -> set[tuple[str, tuple[int, int]]]:
    """Pages of the menu with the window's size whose accessibility was checked, for whichever role came first."""
    return set()


# The pages of the others in an office are opened by test_group_month and test_desk_offices.
@pytest.mark.parametrize(
    ("name", "size"),
    [*((name, PHONE) for name in STAFF), ("院长", OFFICE), ("社区党委", OFFICE)],
)
def test_every_page_of_the_menu_is_usable(
    community: Community,
    open_page: OpenPage,
    checked: set[tuple[str, tuple[int, int]]],
    name: str,
    size: tuple[int, int],
) -> None:
    page = open_page("/desk/sign-in", size)
    sign_in(page, community, name)

    links = page.get_by_role("navigation", name="菜单", include_hidden=True).get_by_role("link", include_hidden=True)
    addresses = [address for link in links.all() if (address := link.get_attribute("href") or "").startswith("/")]
    assert addresses
    for address in addresses:
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert_fits(page)
        if (address, size) not in checked:
            assert_usable(page)
            checked.add((address, size))


def test_the_form_to_sign_in_is_usable_on_a_phone(open_page: OpenPage) -> None:
    assert_usable(open_page("/desk/sign-in", PHONE))


def test_somebody_signs_in_and_out_by_keyboard(community: Community, open_page: OpenPage) -> None:
    page = open_page("/desk/")

    page.get_by_label("手机号").focus()
    page.keyboard.type(community.phones["组长"])
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("待办")

    page.get_by_role("button", name="退出").press("Enter")
    page.goto("/desk/")
    expect(page.get_by_label("手机号")).to_be_visible()


def test_a_wrong_password_is_said_and_the_number_kept(community: Community, open_page: OpenPage) -> None:
    page = open_page("/desk/sign-in", ignore="status of 401")

    page.get_by_label("手机号").fill(community.phones["组长"])
    page.get_by_label("密码").fill("wrong password")
    page.get_by_role("button", name="登录").click()

    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.get_by_label("手机号")).to_have_value(community.phones["组长"])
    assert_usable(page)


def test_the_desk_speaks_english_by_a_switch(community: Community, open_page: OpenPage) -> None:
    page = open_page("/desk/sign-in")
    sign_in(page, community, "组长")

    page.get_by_role("button", name="English").click()

    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert_usable(page)
