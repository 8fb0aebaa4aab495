"""Pages of branch, committee, platform and merchants in a real browser: what each of them does there, end to end."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from deploy.demo.api_client import wait_for
from deploy.local.stack import Stack
from tests.browser.checks import assert_usable
from tests.browser.conftest import OFFICE, PHONE, OpenPage
from tests.browser.test_desk_pages import sign_in
from tests.flows.community import Community

ROSTER = "院落号,排,网格,户号,姓名,手机号,身份\n6,2,二网格,6-1,冯十,{phone},房东\n6,2,二网格,6-2,卫十一,,租户\n"


@pytest.fixture(scope="module")
def community(new_community: Callable[..., Community]) -> Community:
    """A community with an open window for objections and a merchant with a shop and a key."""
    community = new_community("办公村", objection_window_days=5)
    for name in ("张三", "赵六"):
        claim = community.submit_claim(community.head_of(name), "council", person_id=community.person_ids[name])
        community.endorse_and_approve(claim, endorsed_by=community.officer_of(name))
    community.publish_month()
    community.create_till("便民超市")
    return community


@pytest.fixture(scope="module")
def merchant_id(community: Community) -> str:
    merchant_id: str = community.committee.get("/v1/merchants")["data"][0]["id"]
    community.committee.post(f"/v1/merchants/{merchant_id}/shops", {"name": "东门店", "address": "东街"})
    return merchant_id


def object_to(community: Community, name: str, reason: str) -> str:
    """Object, as 李四, to the published entry of a person, and return the entry's id."""
    publication = community.public.get("/v1/publications", community_id=community.id)["data"][0]
    path = f"/v1/publications/{publication['id']}"
    masked = f"{name[0]}*"
    entry = next(each for each in community.public.get(path)["data"] if each["person_name"] == masked)
    community["李四"].post("/v1/objections", {"entry_id": entry["id"], "reason": reason})
    return str(entry["id"])


@pytest.mark.parametrize("size", [OFFICE, PHONE], ids=["office", "phone"])
def test_the_branch_rules_on_an_objection(community: Community, open_page: OpenPage, size: tuple[int, int]) -> None:
    name = "张三" if size == OFFICE else "赵六"
    entry_id = object_to(community, name, f"{name}那天没有来")
    page = open_page("/desk/", size)
    sign_in(page, community, "支部")
    page.goto("/desk/objections/")
    expect(page.get_by_role("table")).to_contain_text(f"{name}那天没有来")

    page.get_by_role("table").get_by_role("link", name="裁定").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("参加议事会")
    assert_usable(page)
    page.get_by_label("成立：改为下面的分值").check()
    page.get_by_label("改为多少分").fill("3")
    page.get_by_label("裁定理由").fill("只到了一半")
    page.get_by_role("button", name="作出裁定").click()

    expect(page.get_by_role("status").first).to_contain_text("已裁定：成立")
    ruled = next(each for each in community["支部"].all("/v1/objections") if each["entry_id"] == entry_id)
    assert (ruled["outcome"], ruled["current_points"], ruled["ruling_reason"]) == ("upheld", 3, "只到了一半")


def test_the_committee_corrects_a_bad_cell_and_imports_the_roster(community: Community, open_page: OpenPage) -> None:
    page = open_page("/desk/", ignore="status of 422")
    sign_in(page, community, "社区党委")
    page.goto("/desk/roster/")
    _choose(page, ROSTER.format(phone="1380000"))
    page.get_by_role("button", name="检查").click()
    wrong = page.locator("td.wrong-cell")
    expect(wrong).to_have_count(1)
    expect(wrong).to_contain_text("1380000")
    expect(page.get_by_role("alert")).to_contain_text("有 1 处要改")
    assert_usable(page)
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert_usable(page)

    _choose(page, ROSTER.format(phone=""))
    page.get_by_role("button", name="检查").click()
    expect(page.locator("#report")).to_contain_text("检查通过")
    page.get_by_role("button", name="导入").click()

    expect(page.get_by_role("status").first).to_contain_text("已导入 2 人、2 户")
    assert community.committee.all("/v1/residents", name="冯十")


def _choose(page: Page, roster: str) -> None:
    page.get_by_label("花名册文件").set_input_files(
        {"name": "花名册.csv", "mimeType": "text/csv", "buffer": roster.encode()}
    )


def test_a_looser_rule_waits_for_the_branch(community: Community, open_page: OpenPage) -> None:
    page = open_page("/desk/")
    sign_in(page, community, "社区党委")
    page.goto("/desk/settings/")
    page.get_by_label("调分倍数").fill("3")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_role("status").first).to_contain_text("由党支部或平台批准")
    expect(page.get_by_role("table")).to_contain_text("3 倍")

    branch = open_page("/desk/")
    sign_in(branch, community, "支部")
    branch.goto("/desk/proposals/")
    branch.get_by_role("button", name="批准", exact=True).click()

    expect(branch.get_by_role("status").first).to_contain_text("提议：")
    proposals = f"/v1/communities/{community.id}/proposals"
    assert wait_for("the decision", lambda: community.committee.get(proposals)["data"][0]["state"] != "open")


def test_an_operator_is_appointed_and_manages_shops_and_keys(
    community: Community, open_page: OpenPage, merchant_id: str
) -> None:
    page = open_page("/desk/")
    sign_in(page, community, "社区党委")
    page.goto("/desk/appointments/new")
    page.get_by_label("姓名或手机号").fill("孙八")
    page.get_by_role("button", name="筛选").click()
    page.get_by_role("link", name="任命 孙八").click()
    assert_usable(page)
    page.get_by_label("商户经办人").first.check()
    page.get_by_label("商户（商户经办人）").select_option(merchant_id)
    page.get_by_role("button", name="任命").click()
    expect(page.get_by_role("status").first).to_contain_text("等党支部或平台批准")

    page.goto(f"/desk/merchants/{merchant_id}/keys/new")
    page.get_by_role("button", name="新建密钥").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("新密钥（测试）")
    expect(page.locator("code.secret").first).to_contain_text("sz_test_")
    assert_usable(page)
    page.get_by_role("link", name="抄好了").click()
    expect(page.get_by_role("region", name="接口密钥")).to_contain_text("测试")


@pytest.mark.parametrize("size", [OFFICE, PHONE], ids=["office", "phone"])
def test_every_page_behind_the_menu_is_usable(
    community: Community, open_page: OpenPage, merchant_id: str, stack: Stack, size: tuple[int, int]
) -> None:
    committee = open_page("/desk/", size)
    sign_in(committee, community, "社区党委")
    appointment = community.committee.get("/v1/appointments", role="branch")["data"][0]["id"]
    for path in (
        f"/desk/appointments/new?{urlencode({'who': '张三'})}",
        f"/desk/appointments/new/{community.person_ids['支部']}",
        f"/desk/appointments/{appointment}/end",
        f"/desk/merchants/{merchant_id}",
        f"/desk/merchants/{merchant_id}/edit",
        f"/desk/merchants/{merchant_id}/shops/new",
        f"/desk/merchants/{merchant_id}/keys/new",
        "/desk/merchants/new",
        "/desk/proposals/?state=applied",
    ):
        committee.goto(path)
        expect(committee.get_by_role("heading", level=1)).to_be_visible()
        assert_usable(committee)

    branch = open_page("/desk/", size)
    sign_in(branch, community, "支部")
    for path in ("/desk/corrections/entries", "/desk/objections/?state=upheld", "/desk/self-dealing-report/"):
        branch.goto(path)
        assert_usable(branch)

    administrator = open_page("/desk/", size)
    administrator.get_by_label("手机号").fill(stack.settings["PLATFORM_ADMIN_PHONE"])
    administrator.get_by_label("密码").fill(stack.settings["PLATFORM_ADMIN_PASSWORD"])
    administrator.get_by_role("button", name="登录").click()
    for path in ("/desk/communities/", "/desk/communities/new", f"/desk/communities/{community.id}/proposals/"):
        administrator.goto(path)
        expect(administrator.get_by_role("heading", level=1)).to_be_visible()
        assert_usable(administrator)
