"""The working group's month in a browser: approve what is selected, one deed with its evidence, publish, settle."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from deploy.demo import pictures
from tests.browser.checks import assert_usable
from tests.browser.conftest import OFFICE, PHONE, OpenPage
from tests.browser.test_desk_pages import sign_in
from tests.flows.community import Community
from tests.flows.samples import CHECKLIST

NEIGHBOURS = ("张三", "李四", "赵六", "钱七", "孙八")


@dataclass(frozen=True)
class Month:
    """A community with claims that wait for the final approval, one of them with a picture that was seen before."""

    community: Community
    alike: dict[str, Any]
    draft_id: str
    """Of a rulebook."""
    round_id: str
    """Of an inspection."""

    @property
    def period(self) -> str:
        return self.community.month


@pytest.fixture(scope="module")
def month(new_community: Callable[..., Community]) -> Month:
    community = new_community("终审村")
    for name in NEIGHBOURS:
        head, person = community.head_of(name), {"person_id": community.person_ids[name]}
        claim = community.submit_claim(head, "council", **person)
        community.decide(community.officer_of(name), claim, "endorse")
    photo = pictures.photo(90)
    first = community.submit_claim("张三", "clean_up", photo=photo)
    community.decide("王院长", first, "endorse")
    alike = community.submit_claim("赵六", "clean_up", photo=photo)
    community.decide("刘院长", alike, "endorse")
    community.wait_for_review("组长", alike, "final")
    chair = community["组长"]
    items = chair.get("/v1/rulebooks/current")["items"]
    draft = chair.post("/v1/rulebooks", {"items": items})
    chair.put("/v1/checklist", CHECKLIST)
    opened = chair.post("/v1/inspections", {"period": community.month})
    return Month(community, alike, draft["id"], opened["id"])


def group_pages(month: Month, review: str) -> list[str]:
    approvals = "/desk/month/approvals"
    return [
        approvals,
        f"{approvals}?waiting_for=others",
        f"{approvals}/{review}",
        "/desk/months/",
        f"/desk/months/{month.period}",
        "/desk/rulebooks/new",
        f"/desk/rulebooks/{month.draft_id}",
        "/desk/rewards/new",
        "/desk/honours/new",
        f"/desk/inspections/{month.round_id}",
        "/desk/checklist/",
        "/desk/suspensions/new?name=张",
    ]


@pytest.mark.parametrize("size", [OFFICE, PHONE], ids=["office", "phone"])
def test_every_page_of_the_working_group_is_usable(month: Month, open_page: OpenPage, size: tuple[int, int]) -> None:
    review = month.community.wait_for_review("组长", month.alike, "final")["id"]
    page = open_page("/desk/sign-in", size)
    sign_in(page, month.community, "组长")

    for path in group_pages(month, review):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        assert_usable(page)


def test_a_months_claims_are_approved_published_and_settled(month: Month, open_page: OpenPage) -> None:
    page = open_page("/desk/month/approvals")
    sign_in(page, month.community, "组长")
    _approve_all_of_an_item(page)
    _adjust_one_in_the_drawer(page)

    page.goto(f"/desk/months/{month.period}")
    expect(page.get_by_text("名单中有您独自审核的条目，请由其他成员公示")).to_be_visible()
    page.get_by_role("button", name="退出").click()
    sign_in(page, month.community, "组员")
    _publish_and_settle(page, month.period)


def _approve_all_of_an_item(page: Page) -> None:
    page.get_by_label("积分项目").select_option(label="参加议事会")
    page.get_by_role("button", name="筛选").click()
    expect(page.get_by_role("table")).to_contain_text("参加议事会")
    expect(page.get_by_role("table")).not_to_contain_text("参加环境卫生整治")
    page.get_by_text("全部通过这 5 条").click()
    assert_usable(page)
    page.get_by_role("button", name="确认全部通过").click()
    expect(page.get_by_text("已通过 5 条，未通过 0 条。")).to_be_visible()
    assert_usable(page)
    page.get_by_role("link", name="回到终审").click()


def _adjust_one_in_the_drawer(page: Page) -> None:
    row = page.get_by_role("row").filter(has_text="照片相似")
    row.get_by_role("link", name="查看").click()
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_text("以前交过的同一个文件")).to_be_visible()
    expect(drawer.get_by_role("img")).to_have_count(2)
    assert_usable(page)
    drawer.get_by_label("分值").fill("3")
    drawer.get_by_role("button", name="只完成了一部分").click()
    drawer.get_by_role("button", name="同意").click()
    expect(page.get_by_role("status").filter(has_text="已同意")).to_be_visible()


def _publish_and_settle(page: Page, period: str) -> None:
    page.goto(f"/desk/months/{period}")
    expect(page.get_by_text("名单会显示什么")).to_be_visible()
    page.locator("summary").filter(has_text="的名单").click()
    assert_usable(page)
    page.get_by_role("button", name="确认公示").click()
    expect(page.get_by_role("status").filter(has_text="名单已公示")).to_be_visible()
    assert_usable(page)
    page.locator("summary").filter(has_text="结算").click()
    page.get_by_role("button", name="确认结算").click()
    expect(page.get_by_role("status").filter(has_text="已结算")).to_be_visible()
    assert_usable(page)
