"""The desk's foundation: signing in, sessions, forged forms, roles, languages, forms that keep what was typed."""

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

import httpx
import pytest
from flask import Blueprint, redirect, render_template_string
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

import web
from tests.web import samples
from tests.web.conftest import Api, Desk, problem
from web.app import create_app
from web.converters import id_of
from web.desk import access, platform
from web.desk.callers import KnownCallers
from web.desk.forms import Form
from web.sessions import EncryptedSessions
from web.settings import SettingsError, WebSettings

SECRET = "0123456789abcdef0123456789abcdef"
PAGE = """{% extends "desk/page.html" %}
{% from "desk/components.html" import send_form, field, area, button %}
{% block title %}-{% endblock %}
{% block content %}{% call send_form(form) %}
{{ field(form, "place", "地点", required=true) }}{{ area(form, "cause", "事由") }}{{ field(form, "phone", "电话") }}
<input type="hidden" name="evidence" value="evd_1"><input type="hidden" name="evidence" value="evd_2">
{% for each in form.chosen("evidence") %}<i>{{ each }}</i>{% endfor %}
{{ button("提交") }}{% endcall %}{% endblock %}"""
sample = Blueprint("sample", __name__, url_prefix="/desk/sample")


@sample.route("/", methods=["GET", "POST"])
@access.for_roles("head")
def declare() -> ResponseReturnValue:
    form = Form.of_request(place="三排")
    if form.is_sent:
        with form.sending():
            body = {"item": "cleanup", "happened_at": "2026-11-05T08:30:00+08:00"}
            body |= {"place": form.text("place"), "cause": form.text("cause")}
            platform.post("/v1/claims", body, key=form.key)
        if form.is_accepted:
            return redirect("/desk/", 303)
    return render_template_string(PAGE, form=form), form.status


@pytest.fixture
def pages(api: Api) -> FlaskClient:
    app = create_app(WebSettings(secret=SECRET), lambda: httpx.MockTransport(api))
    app.register_blueprint(sample)
    return app.test_client()


def field(text: str, name: str) -> str:
    found = re.search(rf'name="{re.escape(name)}"[^>]*value="([^"]*)"', text)
    assert found, f"no field {name}"
    return found[1]


def test_who_signs_in_sees_what_waits_and_the_pages_of_their_roles(desk: Desk, api: Api) -> None:
    desk.sign_in("head")
    api.answers["/v1/me/home"] = samples.home("head", first_reviews=7)

    text = desk.get("/desk/").text

    assert re.search(r'<strong class="number">7</strong><span>条申报等您初审', text)
    assert "李建国" in text
    assert "昌宁社区" in text


def test_tokens_are_kept_in_a_cookie_that_nobody_can_read_or_send_from_elsewhere(desk: Desk) -> None:
    desk.sign_in("head")
    cookie = desk.client.get_cookie("desk", path="/desk")

    assert cookie is not None
    assert (cookie.http_only, cookie.same_site, cookie.path, cookie.secure) == (True, "Lax", "/desk", False)
    assert b"access-1" not in base64.urlsafe_b64decode(cookie.value)


def test_over_https_the_cookie_is_sent_over_https_only(desk: Desk) -> None:
    desk.client.get("/desk/sign-in", base_url="https://localhost")

    cookie = desk.client.get_cookie("desk", path="/desk")

    assert cookie is not None
    assert cookie.secure


@pytest.mark.parametrize("change", ["", "x", "AAAA", "!"])
def test_a_changed_cookie_is_nobodys(desk: Desk, change: str) -> None:
    desk.sign_in("head")
    cookie = desk.client.get_cookie("desk", path="/desk")
    assert cookie is not None
    desk.client.set_cookie("desk", cookie.value[:-4] + change if change else "", path="/desk")

    assert desk.get("/desk/").status_code == 302


def test_a_cookie_of_another_platform_is_nobodys(desk: Desk) -> None:
    foreign = EncryptedSessions("f" * 32)._write(
        {"tokens": {"access": "a", "refresh": "b", "until": 9e9, "limited": False}}
    )
    desk.client.set_cookie("desk", foreign, path="/desk")

    assert desk.get("/desk/").status_code == 302


def test_public_pages_set_no_cookie(desk: Desk) -> None:
    desk.sign_in("head")

    assert "Set-Cookie" not in desk.get("/c/com_1").headers


def test_a_wrong_password_is_said_and_the_phone_number_stays(desk: Desk, api: Api) -> None:
    api.answers["POST /v1/sessions"] = problem(401, "invalid_credentials", "手机号或密码不正确")

    answer = desk.post("/desk/sign-in", phone="13800000001", password="wrong")

    assert answer.status_code == 401
    assert "手机号或密码不正确" in answer.text
    assert field(answer.text, "phone") == "13800000001"
    assert "wrong" not in re.sub(r'class="[^"]*"', "", answer.text)


def test_a_one_time_code_is_asked_for_where_the_platform_wants_it(desk: Desk, api: Api) -> None:
    assert 'name="code"' not in desk.get("/desk/sign-in").text
    api.answers["POST /v1/sessions"] = problem(401, "second_factor_required", "请输入验证器上的六位验证码")
    asked = desk.post("/desk/sign-in", phone="13800000001", password="correct-horse")
    assert 'name="code"' in asked.text
    api.answers["POST /v1/sessions"] = samples.tokens()

    desk.post("/desk/sign-in", phone="13800000001", password="correct-horse", code="492039")

    assert api.sent("POST", "/v1/sessions")[-1]["code"] == "492039"


def test_who_needs_an_authenticator_enrols_one_first(desk: Desk, api: Api) -> None:
    desk.sign_in("committee", limited=True)
    assert desk.get("/desk/").headers["Location"] == "/desk/second-factor"
    enrolled = {"secret": "JBSWY3DPEHPK3PXP", "uri": "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP"}
    api.answers["POST /v1/me/second-factor"] = enrolled
    shown = desk.post("/desk/second-factor").text
    assert "JBSWY3DPEHPK3PXP" in shown
    assert 'src="data:image/svg+xml' in shown
    api.answers["POST /v1/me/second-factor/confirm"] = samples.tokens("access-2", "")

    answer = desk.post("/desk/second-factor", **enrolled, code="123456")

    assert (answer.status_code, answer.headers["Location"]) == (303, "/desk/")
    assert desk.get("/desk/").status_code == 200


def test_signing_in_leads_to_the_page_that_asked_for_it(desk: Desk, api: Api) -> None:
    asked = desk.get("/desk/sample/?day=2026-11-05")
    assert asked.headers["Location"] == "/desk/sign-in?next=/desk/sample/?day%3D2026-11-05"
    api.answers["POST /v1/sessions"] = samples.tokens()
    back_to = field(desk.get(asked.headers["Location"]).text, "back_to")

    answer = desk.post("/desk/sign-in", phone="1", password="p", back_to=back_to)

    assert answer.headers["Location"] == "/desk/sample/?day=2026-11-05"


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example", "/desk/../c", "/\\evil", "/desk/sign-out", "/desk/\r\nX: y"]
)
def test_signing_in_never_leads_elsewhere(desk: Desk, api: Api, address: str) -> None:
    api.answers["POST /v1/sessions"] = samples.tokens()

    answer = desk.post("/desk/sign-in", phone="1", password="p", back_to=address)

    assert answer.headers["Location"] in ("/desk/", "/desk/../c")


def test_signing_out_ends_the_session_at_the_platform(desk: Desk, api: Api) -> None:
    desk.sign_in("head")

    desk.post("/desk/sign-out", page="/desk/")

    assert [each.method for each in api.requests if each.url.path == "/v1/sessions/current"] == ["DELETE"]
    assert desk.get("/desk/").status_code == 302


def test_tokens_are_renewed_before_they_end(desk: Desk, api: Api) -> None:
    desk.sign_in("head", seconds=20)
    api.answers["POST /v1/sessions/refresh"] = samples.tokens("access-2", "refresh-2")

    assert desk.get("/desk/").status_code == 200
    assert desk.get("/desk/").status_code == 200

    assert api.sent("POST", "/v1/sessions/refresh") == [{"refresh_token": "refresh-1"}]
    assert api.requests[-1].headers["Authorization"] == "Bearer access-2"


def test_a_token_that_the_platform_refuses_is_renewed_once(desk: Desk, api: Api) -> None:
    desk.sign_in("head")
    api.answers["/v1/me/home"] = [problem(401, "token_invalid"), samples.home("head")]
    api.answers["POST /v1/sessions/refresh"] = samples.tokens("access-2", "refresh-2")

    assert desk.get("/desk/").status_code == 200
    assert len(api.sent("POST", "/v1/sessions/refresh")) == 1


def test_a_session_that_is_over_asks_to_sign_in(desk: Desk, api: Api) -> None:
    desk.sign_in("head")
    api.answers["/v1/me"] = api.answers["/v1/me/home"] = problem(401, "session_revoked")
    api.answers["POST /v1/sessions/refresh"] = problem(401, "session_revoked")

    assert desk.get("/desk/sample/").headers["Location"] == "/desk/sign-in?next=/desk/sample/"


def test_a_part_of_a_page_that_asks_to_sign_in_leads_the_whole_window_there(desk: Desk) -> None:
    answer = desk.get("/desk/sample/", headers={"HX-Request": "true"})

    assert answer.headers["HX-Redirect"] == "/desk/sign-in?next=/desk/sample/"


def test_a_form_without_its_token_is_refused(desk: Desk, api: Api) -> None:
    desk.sign_in("head")

    answer = desk.client.post("/desk/sample/", data={"place": "三排", "cause": "清扫"})

    assert (answer.status_code, "这张表单已失效" in answer.text) == (400, True)
    assert api.sent("POST", "/v1/claims") == []


def test_a_form_with_the_token_of_another_session_is_refused(desk: Desk, api: Api) -> None:
    desk.sign_in("head")
    others = create_app(WebSettings(secret=SECRET), lambda: httpx.MockTransport(api)).test_client()
    token = field(others.get("/desk/sign-in").text, "csrf_token")

    assert desk.client.post("/desk/sample/", data={"csrf_token": token}).status_code == 400


def test_a_page_of_another_role_says_whom_it_is_for(desk: Desk) -> None:
    desk.sign_in("committee")

    answer = desk.get("/desk/sample/")

    assert answer.status_code == 403
    assert "它供这些职务使用：院长" in answer.text
    assert "您的职务：社区党委" in answer.text


REFUSALS: list[Any] = [
    problem(409, "wrong_state", "当前状态不允许此操作"),
    problem(422, "invalid_request", "请求内容不符合规则", place="请填写地点"),
    httpx.ConnectError("refused"),
    problem(503, "temporarily_unavailable", "服务暂时不可用"),
]


@pytest.mark.parametrize("refusal", REFUSALS, ids=["409", "422", "unreachable", "503"])
def test_a_form_keeps_what_was_typed_whatever_the_platform_answers(desk: Desk, api: Api, refusal: Any) -> None:
    desk.sign_in("head")
    api.answers["POST /v1/claims"] = refusal

    answer = desk.post("/desk/sample/", place="三排<东头>", cause="清扫巷道", evidence=["evd_1", "evd_2"])

    assert answer.status_code in (409, 422, 503)
    assert field(answer.text, "place") == "三排&lt;东头&gt;"
    assert "清扫巷道</textarea>" in answer.text
    assert "<i>evd_1</i><i>evd_2</i>" in answer.text
    assert 'role="alert"' in answer.text


def test_an_error_stands_beside_its_field(desk: Desk, api: Api) -> None:
    desk.sign_in("head")
    api.answers["POST /v1/claims"] = problem(422, "invalid_request", place="请填写地点")

    text = desk.post("/desk/sample/", place="三排", cause="清扫").text

    assert '<small class="wrong" id="e-place">请填写地点</small>' in text
    assert '<a href="#f-place">请填写地点</a>' in text
    assert 'aria-invalid="true" aria-describedby="e-place"' in text


def test_a_form_has_one_key_until_the_platform_refuses_it(desk: Desk, api: Api) -> None:
    desk.sign_in("head")
    api.answers["POST /v1/claims"] = problem(503, "temporarily_unavailable")
    unknown = desk.post("/desk/sample/", place="三排", cause="清扫").text
    sent = api.requests[-2].headers.get("Idempotency-Key") or api.requests[-1].headers["Idempotency-Key"]
    assert field(unknown, "_key") == sent
    api.answers["POST /v1/claims"] = problem(422, "invalid_request")

    refused = desk.post("/desk/sample/", place="三排", cause="清扫", _key=sent).text

    assert field(refused, "_key") != sent


def test_a_form_comes_back_after_signing_in_again_with_what_was_typed(desk: Desk, api: Api) -> None:
    desk.sign_in("head")
    shown = desk.get("/desk/sample/").text
    api.answers["/v1/me"] = api.answers["POST /v1/claims"] = problem(401, "session_revoked")
    api.answers["POST /v1/sessions/refresh"] = problem(401, "session_revoked")
    typed = {"place": "三排东头", "cause": "清扫", "phone": "0351", "evidence": ["evd_1", "evd_2"]}
    hidden = {name: field(shown, name) for name in ("csrf_token", "_key")}
    over = desk.client.post("/desk/sample/", data={**hidden, **typed})
    assert (over.status_code, "请重新登录" in over.text) == (401, True)
    refused = len(api.sent("POST", "/v1/claims"))

    api.answers["/v1/me"] = samples.me("head")
    names = re.findall(r'type="hidden" name="([^"]+)"', over.text)
    carried = {name: re.findall(rf'name="{re.escape(name)}" value="([^"]*)"', over.text) for name in names}
    body = {**carried, "phone": "1", "password": "p"}
    signed_in = desk.client.post("/desk/sign-in", data=body)
    assert (signed_in.status_code, signed_in.headers["Location"]) == (307, "/desk/sample/")
    form = desk.client.post("/desk/sample/", data=body)  # as a browser does after 307

    assert field(form.text, "place") == "三排东头"
    assert field(form.text, "phone") == "0351"
    assert "清扫</textarea>" in form.text
    assert "<i>evd_1</i><i>evd_2</i>" in form.text
    assert field(form.text, "_key") == hidden["_key"]
    assert len(api.sent("POST", "/v1/claims")) == refused, "the form was sent without its user"


def test_the_desk_is_shown_in_english_by_choice(desk: Desk) -> None:
    desk.sign_in("head")
    desk.post("/desk/language", page="/desk/", language="en")

    text = desk.get("/desk/").text

    assert '<html lang="en"' in text
    assert "My tasks" in text
    assert "待办" not in text


def test_every_page_of_the_desk_forbids_scripts_in_it_and_is_never_stored(desk: Desk) -> None:
    desk.sign_in("head")
    for path in ("/desk/", "/desk/sign-in", "/desk/sample/", "/desk/nothing"):
        answer = desk.get(path)
        assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"
        assert "<script>" not in answer.text
        assert not re.search(r"\s(on\w+|style)=", answer.text)


def test_an_error_of_the_platform_is_a_page_of_the_desk(desk: Desk, api: Api) -> None:
    desk.sign_in("head")
    api.answers["/v1/me"] = api.answers["/v1/me/home"] = httpx.ConnectError("refused")

    answer = desk.get("/desk/")

    assert (answer.status_code, "平台暂时没有答复" in answer.text) == (503, True)


def test_pages_that_run_alone_need_a_secret() -> None:
    with pytest.raises(SettingsError, match="WEB_SECRET"):
        WebSettings.from_env({"WEB_SECRET": "short"})

    assert WebSettings.from_env({"JWT_SECRET": SECRET}).secret == SECRET


def test_stored_libraries_are_the_ones_that_were_published() -> None:
    folder = Path(web.__file__).parent / "static" / "vendor"
    noted = dict(re.findall(r"\| `([\w.-]+)` \|.*\| `sha384-([\w+/=]+)` \|", (folder / "README.md").read_text()))
    stored = {
        path.name: base64.b64encode(hashlib.sha384(path.read_bytes()).digest()).decode()
        for path in folder.iterdir()
        if path.name != "README.md"
    }

    assert stored == noted


@pytest.mark.parametrize("text", ["", "../me", "per_1/../../me", "per_1?x", "PER_1", "per_1\n", "per"])
def test_a_field_that_is_no_id_never_becomes_a_part_of_a_path(text: str) -> None:
    with pytest.raises(NotFound):
        id_of(text)

    assert id_of("per_1") == "per_1"


def test_a_page_that_is_not_there_is_said_in_the_language_of_the_desk(desk: Desk) -> None:
    desk.sign_in("head")
    desk.post("/desk/language", language="en", page="/desk/")

    answer = desk.get("/desk/nothing-here")

    assert (answer.status_code, "There is no such page" in answer.text) == (404, True)


def asked_who(api: Api) -> int:
    return len([each for each in api.requests if each.url.path == "/v1/me"])


def test_who_is_signed_in_is_asked_once_in_half_a_minute(desk: Desk, api: Api) -> None:
    desk.sign_in("head")

    for _ in range(3):
        assert "李建国" in desk.get("/desk/sample/").text

    assert asked_who(api) == 1


def test_after_half_a_minute_a_role_that_ended_closes_its_pages() -> None:
    now = 100.0
    callers = KnownCallers(lambda: now)
    callers.put("access-1", samples.me("head"))
    now += 29
    assert callers.get("access-1") == samples.me("head")
    now += 2

    assert callers.get("access-1") is None


def test_who_signs_in_anew_or_out_is_asked_for_again(desk: Desk, api: Api) -> None:
    desk.sign_in("head")
    desk.get("/desk/sample/")
    desk.sign_in("branch")

    assert desk.get("/desk/sample/").status_code == 403
    desk.post("/desk/sign-out", page="/desk/sample/")
    assert desk.get("/desk/sample/").status_code == 302


def test_a_closed_session_gets_nothing_from_the_platform_while_its_owner_is_still_known(desk: Desk, api: Api) -> None:
    desk.sign_in("head")
    desk.get("/desk/sample/")
    closed = problem(401, "session_revoked")
    api.answers |= {"/v1/me/home": closed, "POST /v1/sessions/refresh": closed}

    assert desk.get("/desk/").headers["Location"].startswith("/desk/sign-in")
    assert desk.get("/desk/sample/").headers["Location"].startswith("/desk/sign-in")
