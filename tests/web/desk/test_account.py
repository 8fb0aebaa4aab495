"""Changing one's own password at the desk."""

from tests.web.conftest import Api, Desk, problem

PAGE = "/desk/password"
TYPED = {"old_password": "correct-horse", "password": "battery-staple", "again": "battery-staple"}


def test_a_password_is_changed_with_the_present_one(desk: Desk, api: Api) -> None:
    desk.sign_in("branch")
    api.answers["PUT /v1/me/password"] = {}

    answer = desk.post(PAGE, **TYPED)

    assert api.sent("PUT", "/v1/me/password") == [{"old_password": "correct-horse", "password": "battery-staple"}]
    assert answer.headers["Location"] == "/desk/"


def test_two_different_new_passwords_are_not_sent(desk: Desk, api: Api) -> None:
    desk.sign_in("head")

    answer = desk.post(PAGE, **TYPED | {"again": "battery-stable"})

    assert answer.status_code == 422
    assert "两次输入的新密码不一样" in answer.text
    assert api.sent("PUT", "/v1/me/password") == []
    assert "battery" not in answer.text, "a password is never shown again"


def test_a_wrong_present_password_is_named(desk: Desk, api: Api) -> None:
    desk.sign_in("head")
    api.answers["PUT /v1/me/password"] = problem(401, "credentials_invalid", "密码不对")

    answer = desk.post(PAGE, **TYPED)

    assert answer.status_code == 401
    assert "密码不对" in answer.text


def test_every_page_leads_to_the_password(desk: Desk) -> None:
    desk.sign_in("platform")

    assert 'href="/desk/password"' in desk.get("/desk/").text
