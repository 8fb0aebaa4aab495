"""The desk on the running platform: sign in, endorse, sign out; forged forms, other roles, ended sessions (R39)."""

import html
import re
from collections.abc import Iterator

import httpx
import pytest

from deploy.local.stack import Stack
from tests.flows.community import PASSWORD, Community


class Browser:
    """Keeps cookies and sends the forms that pages hold."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path)

    def send(self, page: httpx.Response, action: str, **fields: str) -> httpx.Response:
        """Send the form of a page with that action, its hidden fields and `fields`."""
        found = re.search(rf'<form method="post" action="{re.escape(action)}[^>]*>(.*?)</form>', page.text, re.DOTALL)
        assert found, f"no form for {action}"
        hidden = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', found[1])
        values = {name: html.unescape(value) for name, value in hidden}
        return self.client.post(action, data={**values, **fields}, headers={"Referer": str(page.url)})

    def sign_in(self, phone: str) -> httpx.Response:
        return self.send(self.get("/desk/sign-in"), "/desk/sign-in", phone=phone, password=PASSWORD)


@pytest.fixture
def browser(stack: Stack) -> Iterator[Browser]:
    with httpx.Client(base_url=stack.gateway_url, follow_redirects=True, timeout=30) as client:
        yield Browser(client)


def test_a_grid_officer_signs_in_endorses_a_claim_and_signs_out(community: Community, browser: Browser) -> None:
    claim = community.submit_claim("王嫂", "council")
    review = community.wait_for_review("一网格员", claim)
    home = browser.sign_in(community.phones["一网格员"])
    assert "条申报等您初审" in home.text

    page = browser.get(f"/desk/reviews?current={review['id']}")
    decided = browser.send(page, f"/desk/reviews/{review['id']}", decision="endorse", reason="")

    assert "已通过：王嫂" in decided.text
    assert community.wait_for_status(claim, "endorsed")
    assert "您已退出登录" in browser.send(decided, "/desk/sign-out").text
    assert browser.get("/desk/reviews").url.path == "/desk/sign-in"


def test_a_forged_form_has_no_effect(community: Community, browser: Browser) -> None:
    claim = community.submit_claim("王嫂", "council", day=5)
    review = community.wait_for_review("一网格员", claim)
    browser.sign_in(community.phones["一网格员"])

    forged = browser.client.post(f"/desk/reviews/{review['id']}", data={"decision": "endorse"})

    assert forged.status_code == 400
    assert claim["id"] in community.open_reviews("一网格员")


def test_a_page_of_other_roles_says_whom_it_is_for(community: Community, browser: Browser) -> None:
    browser.sign_in(community.phones["社区党委"])

    page = browser.get("/desk/reviews")

    assert page.status_code == 403
    assert "您的职务：社区党委" in page.text


def test_a_session_that_was_ended_elsewhere_brings_the_form_back_after_signing_in(
    community: Community, browser: Browser
) -> None:
    claim = community.submit_claim("王嫂", "council", day=7)
    review = community.wait_for_review("一网格员", claim)
    phone = community.phones["一网格员"]
    browser.sign_in(phone)
    page = browser.get(f"/desk/reviews?current={review['id']}")
    change = {"old_password": PASSWORD, "password": PASSWORD}  # ends other sessions
    assert community["一网格员"].send("PUT", "/v1/me/password", json=change).is_success
    address = f"/desk/reviews/{review['id']}"

    over = _when_ended(browser, page, address)
    form = browser.send(over, "/desk/sign-in", phone=phone, password=PASSWORD)

    assert form.url.path == address
    assert 'value="请补拍一张"' in form.text
    assert claim["id"] in community.open_reviews("一网格员")


def _when_ended(browser: Browser, page: httpx.Response, address: str) -> httpx.Response:
    """Send a form that changes nothing until the gateway has noticed that the session is over."""
    for _ in range(200):
        answer = browser.send(page, address, decision="nothing", reason="请补拍一张")
        if answer.status_code == 401:
            return answer
    raise AssertionError("the session did not end")
