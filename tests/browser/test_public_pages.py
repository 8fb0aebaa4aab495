"""What everybody may read (R14), in a browser: in an office, on a phone, without scripts, on paper, in the hall."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass

import pypdf
import pytest
from playwright.sync_api import expect

from deploy.demo.api_client import wait_for
from tests.browser.checks import assert_usable
from tests.browser.conftest import OFFICE, PHONE, OpenPage
from tests.flows.community import Community


@dataclass(frozen=True)
class Published:
    """A community with a published month."""

    community: Community
    publication_id: str
    entry_id: str

    @property
    def paths(self) -> list[str]:
        """Every kind of public page."""
        home = f"/c/{self.community.id}"
        return [
            "/",
            home,
            f"{home}/publications",
            f"{home}/publications/{self.publication_id}",
            f"{home}/boards/households",
            f"{home}/boards/residents",
            f"{home}/boards/courtyards",
            f"{home}/rankings",
            f"{home}/calendar",
            "/check",
            f"/check?entry={self.entry_id}",
            f"/screen/{self.community.id}",
        ]


@pytest.fixture(scope="module")
def published(new_community: Callable[..., Community]) -> Published:
    """A community with three claims on a settled list, and boards that count them."""
    community = new_community("公示村")
    for name in ("张三", "李四", "赵六"):
        claim = community.submit_claim(community.head_of(name), "council", person_id=community.person_ids[name])
        community.decide(community.officer_of(name), claim, "endorse")
        community.decide("组长", claim, "approve")
    publication = community.publish_month()
    community.settle_month(publication["period"])

    def credited_entry() -> str | None:
        entries = community["张三"].all(f"/v1/passbooks/{community.household_id_of('张三')}/entries")
        return next((str(entry["id"]) for entry in entries), None)

    entry_id = wait_for("the entry of 张三", credited_entry)
    return Published(community, publication["id"], entry_id)


@pytest.mark.parametrize("size", [OFFICE, PHONE], ids=["office", "phone"])
def test_every_public_page_is_accessible_and_fits_the_window(
    published: Published, open_page: OpenPage, size: tuple[int, int]
) -> None:
    page = open_page("/", size)
    for path in published.paths:
        page.goto(path)
        assert_usable(page)


def test_public_pages_say_the_same_without_scripts(published: Published, open_page: OpenPage) -> None:
    page = open_page(f"/c/{published.community.id}", java_script_enabled=False)

    expect(page.get_by_role("heading", level=1)).to_contain_text("公示村")
    page.get_by_role("link", name="积分公示").first.click()
    expect(page.get_by_role("table")).to_contain_text("参加议事会")


def test_a_reader_goes_from_the_communities_to_a_line_of_the_list_by_keyboard(
    published: Published, open_page: OpenPage
) -> None:
    page = open_page(f"/c/{published.community.id}")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    expect(page.get_by_role("link", name="跳到正文")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("table")).to_contain_text("参加议事会")


def test_a_published_list_prints_on_a4_in_large_type(published: Published, open_page: OpenPage) -> None:
    page = open_page(f"/c/{published.community.id}/publications/{published.publication_id}")
    printed = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))

    width, height = (round(float(side)) for side in printed.pages[0].mediabox[2:])
    sizes: list[float] = []
    printed.pages[0].extract_text(
        visitor_text=lambda text, cm, tm, font, size: sizes.append(size * tm[3] * cm[3]) if text.strip() else None
    )
    assert (width, height) == (595, 842)
    assert "参加议事会" in printed.pages[0].extract_text()
    assert "查验" not in printed.pages[0].extract_text(), "menus are not printed"
    assert min(map(abs, sizes)) >= 12


def test_the_halls_screen_keeps_the_last_good_page_without_a_network(published: Published, open_page: OpenPage) -> None:
    page = open_page(f"/screen/{published.community.id}", (1920, 1080), ignore="ERR_INTERNET_DISCONNECTED")
    page.clock.install()
    page.reload()
    first = page.locator(".panel.shown").inner_text()

    page.context.set_offline(True)
    page.clock.run_for(61_000)
    expect(page.get_by_text("网络中断")).to_be_visible()
    expect(page.locator(".panel")).not_to_have_count(0)
    page.context.set_offline(False)
    page.clock.run_for(61_000)
    expect(page.get_by_text("网络中断")).to_be_hidden()
    assert first


def test_the_halls_screen_turns_its_panels(published: Published, open_page: OpenPage) -> None:
    page = open_page(f"/screen/{published.community.id}", (1920, 1080))
    page.clock.install()
    page.reload()
    first = page.locator(".panel.shown h2").inner_text()

    page.clock.run_for(12_000)

    expect(page.locator(".panel.shown h2")).not_to_have_text(first)


def test_an_entry_is_found_by_its_number_and_its_proof_computed(published: Published, open_page: OpenPage) -> None:
    page = open_page("/check")

    page.get_by_role("textbox").fill(published.entry_id)
    page.keyboard.press("Enter")

    expect(page.get_by_role("main")).to_contain_text("在账本")
    assert "张三" not in json.dumps(page.content(), ensure_ascii=False)
