"""Screenshots of each page of the running demo: `python -m deploy.screenshots`, in docs/pages.

The pages are those that `SHOTS` names.
"""

import json
import re
from dataclasses import dataclass

from playwright.sync_api import Browser, Page, sync_playwright

from deploy.local import chromium
from deploy.local.stack import PROJECT

DEMO = PROJECT / ".local" / "demo"
FOLDER = PROJECT / "docs" / "pages"
OFFICE, PHONE, HALL = (1366, 768), (390, 844), (1920, 1080)


@dataclass(frozen=True)
class Shot:
    """One picture: its file name without suffix, and the page. `{community}` and `{first:…}` stand in for ids."""

    name: str
    path: str
    size: tuple[int, int] = OFFICE
    follow: str = ""
    """A CSS selector of a link to follow from `path`, for pages whose address has an id."""
    whole: bool = False
    """Whether the picture is as long as the page."""


SHOTS = [
    Shot("notice-board", "{home}", whole=True),
    Shot("notice-board-phone", "{home}", PHONE),
    Shot("publication", "{home}/publications", follow="main a[href*='/publications/pub_']"),
    Shot("publication-phone", "{home}/publications", PHONE, follow="main a[href*='/publications/pub_']"),
    Shot("board", "{home}/boards/households"),
    Shot("ranking", "{home}/rankings", follow="main a[href*='/rankings/ins_']"),
    Shot("check", "/check"),
    Shot("screen", "/screen/{community}", HALL),
]


def main() -> None:
    """Take every picture. Raise FileNotFoundError if no demo is running."""
    url = f"http://127.0.0.1:{json.loads((DEMO / 'settings.json').read_text())['PORT']}"
    found = chromium.find(PROJECT / ".local", print)
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found.executable, env=found.environment, args=["--no-sandbox"]
        )
        community = _community_of(browser, url)
        for shot in SHOTS:
            page = _open(browser, url, shot, community)
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
    page.goto(shot.path.format(home=f"/c/{community}", community=community))
    if shot.follow:
        page.locator(shot.follow).first.click()
    page.wait_for_load_state("networkidle")
    return page


if __name__ == "__main__":
    main()
