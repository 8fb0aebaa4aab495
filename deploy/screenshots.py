"""Screenshots of pages of the running demo: `python -m deploy.screenshots [NAME…]`, in docs/pages.

The pages are those that `SHOTS` names.
"""

import json
import re
import sys
from collections.abc import Collection
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, sync_playwright

from deploy.local import chromium
from deploy.local.stack import PROJECT

DEMO = PROJECT / ".local" / "demo"
FOLDER = PROJECT / "docs" / "pages"
OFFICE, PHONE, HALL = (1366, 768), (390, 844), (1920, 1080)

RESIDENT, HEAD, OFFICER, CHAIR, BRANCH, COMMITTEE = (
    "居民 resident",
    "院长 head · 1 号院",
    "网格员",
    "工作小组组长",
    "小区党支部",
    "社区党委",
)


@dataclass(frozen=True)
class Shot:
    """One picture: its file name without suffix, and the page; `{home}` is the community's, `{community}` its id."""

    name: str
    path: str
    size: tuple[int, int] = OFFICE
    follow: str = ""
    """A CSS selector of a link to follow from `path`, for pages whose address has an id."""
    login: str = ""
    """The beginning of the title of a login that the demo printed, for pages of the desk."""
    whole: bool = False
    """Whether the picture is as long as the page."""


SHOTS = [
    Shot("notice-board", "{home}", whole=True),
    Shot("notice-board-phone", "{home}", PHONE),
    Shot("publication", "{home}/publications", follow="main a[href*='/publications/pub_']"),
    Shot("publication-phone", "{home}/publications", PHONE, follow="main a[href*='/publications/pub_']"),
    Shot("board", "{home}/boards/households"),
    Shot("ranking", "{home}/rankings", follow="main a[href*='/rankings/ins_']"),
    Shot("activity", "{home}/activities", follow="main a[href*='/activities/atv_']"),
    Shot("posts", "{home}/posts"),
    Shot("post", "{home}/posts", follow="main li:last-child a[href*='/posts/pst_']"),
    Shot("calendar", "{home}/calendar"),
    Shot("check", "/check"),
    Shot("screen", "/screen/{community}", HALL),
    Shot("app-home", "/app/", PHONE, login=RESIDENT),
    Shot("app-passbook", "/app/#/pages/passbook/passbook", PHONE, login=RESIDENT),
    Shot("app-activities", "/app/#/pages/activities/activities", PHONE, login=RESIDENT),
    Shot("app-posts", "/app/#/pages/posts/posts", PHONE, login=RESIDENT),
    Shot("app-inbox", "/app/#/pages/inbox/inbox", PHONE, login=RESIDENT),
    Shot("app-declare", "/app/#/pages/declare/declare", PHONE, login=RESIDENT),
    Shot("desk-sign-in", "/desk/sign-in"),
    Shot("desk-queue", "/desk/reviews", login=HEAD),
    Shot("desk-queue-phone", "/desk/reviews", PHONE, login=HEAD),
    Shot("desk-declare", "/desk/declare", login=HEAD),
    Shot("desk-residents", "/desk/residents", login=OFFICER),
    Shot("desk-approvals", "/desk/month/approvals", login=CHAIR),
    Shot("desk-approval", "/desk/month/approvals", follow="main td a[href*='/approvals/rev_']", login=CHAIR),
    Shot("desk-approvals-phone", "/desk/month/approvals", PHONE, login=CHAIR),
    Shot("desk-months", "/desk/months/", login=CHAIR),
    Shot("desk-month", "/desk/months/", follow="main td a[href*='/months/']", login=CHAIR),
    Shot("desk-rulebook", "/desk/rulebooks/", follow="main td a[href*='/rulebooks/rbk_']", login=CHAIR),
    Shot("desk-rulebook-draft", "/desk/rulebooks/new", login=CHAIR),
    Shot("desk-rewards", "/desk/rewards/", login=CHAIR),
    Shot("desk-honours", "/desk/honours/", login=CHAIR),
    Shot("desk-inspections", "/desk/inspections/", follow="main td a[href*='/inspections/ins_']", login=CHAIR),
    Shot("desk-activity", "/desk/activities/", follow="main td a[href*='/activities/atv_']", login=CHAIR),
    Shot("desk-suggestions", "/desk/suggestions/", login=CHAIR),
    Shot("desk-announcement", "/desk/announcements/new", login=COMMITTEE),
    Shot("desk-fairness", "/desk/fairness/", login=COMMITTEE),
    Shot("desk-objections", "/desk/objections/", login=BRANCH),
    Shot("desk-decisions", "/desk/office-decisions/", login=BRANCH),
    Shot("desk-roster", "/desk/roster/", login=COMMITTEE),
    Shot("desk-settings", "/desk/settings/", login=COMMITTEE),
    Shot("desk-budget", "/desk/budget/", login=COMMITTEE),
    Shot("desk-merchants", "/desk/merchants/", login=COMMITTEE),
]


def main(names: Collection[str] = ()) -> None:
    """Take the pictures of these names, by default all. Raise FileNotFoundError if no demo is running."""
    url = f"http://127.0.0.1:{json.loads((DEMO / 'settings.json').read_text())['PORT']}"
    found = chromium.find(PROJECT / ".local", print)
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found.executable, env=found.environment, args=["--no-sandbox"]
        )
        community = _community_of(browser, url)
        for shot in [shot for shot in SHOTS if not names or shot.name in names]:
            page = _open(browser, url, shot, community)
            if shot.follow and not _follow(page, shot.follow):
                print(f"{shot.name}.png  not taken: {page.url.removeprefix(url)} has no {shot.follow}")
            else:
                page.screenshot(path=FOLDER / f"{shot.name}.png", full_page=shot.whole)
                print(f"{shot.name}.png  {page.url.removeprefix(url)}")
            page.context.close()
        browser.close()


def _community_of(browser: Browser, url: str) -> str:
    page = browser.new_page()
    page.goto(url)
    link = page.locator("main a[href^='/c/']").first.get_attribute("href") or ""
    page.close()
    found = re.match(r"/c/([^/]+)", link)
    assert found, "the demo has no community"
    return found.group(1)


def _open(browser: Browser, url: str, shot: Shot, community: str) -> Page:
    width, height = shot.size
    context = browser.new_context(
        base_url=url, viewport={"width": width, "height": height}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    page = context.new_page()
    if shot.login:
        _sign_in(page, shot)
    page.goto(shot.path.format(home=f"/c/{community}", community=community))
    page.wait_for_load_state("networkidle")
    return page


def _follow(page: Page, link: str) -> bool:
    """Open what the first such link leads to; return whether there is one."""
    if page.locator(link).count() == 0:
        return False
    page.goto(page.locator(link).first.get_attribute("href") or "")
    page.wait_for_load_state("networkidle")
    return True


def _sign_in(page: Page, shot: Shot) -> None:
    """Sign in at the desk, or in the app for its pages."""
    logins = json.loads((DEMO / "logins.json").read_text())
    _, phone, password = next(login for login in logins if login[0].startswith(shot.login))
    in_app = shot.path.startswith("/app/")
    page.goto("/app/" if in_app else "/desk/sign-in")
    page.get_by_label("手机号").fill(phone)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").press("Enter")
    (page.get_by_text("您好") if in_app else page.get_by_role("button", name="退出")).first.wait_for()


if __name__ == "__main__":
    main(sys.argv[1:])
