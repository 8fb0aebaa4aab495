"""Signing in and out, the second factor, the language."""

from http import HTTPStatus

import segno
from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from web import api
from web.desk import platform
from web.desk.forms import RESUMED, Form
from web.languages import LANGUAGES, gettext

pages = Blueprint("desk", __name__)
_SEE_OTHER = HTTPStatus.SEE_OTHER
_CODE_WANTED = {"second_factor_required", "second_factor_invalid"}


@pages.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> ResponseReturnValue:
    """Sign in by phone number and password, and by a one-time code where it is asked for.

    Comes back to the page that asked for it; to a form with what was typed there.
    """
    form = Form.of_sign_in()
    back_to = _own_page(form.text("back_to") or request.args.get("next", ""))
    code = form.text("code")
    if form.is_sent:
        with form.sending():
            credentials = {"phone": form.text("phone"), "password": form.values.get("password", "")}
            tokens = api.send("POST", "/v1/sessions", json=credentials | ({"code": code} if code else {})).json()
            platform.end()
            platform.begin(tokens)
    if form.is_accepted:
        if platform.is_limited():
            return redirect(url_for("desk.second_factor"), _SEE_OTHER)
        # 307 keeps method and body: the form is shown again with its `typed.` fields.
        is_resumed = RESUMED in request.form
        return redirect(back_to, HTTPStatus.TEMPORARY_REDIRECT if is_resumed else _SEE_OTHER)
    return _sign_in_page(form, back_to)


def _sign_in_page(form: Form, back_to: str) -> tuple[str, int]:
    typed = [(name, value) for name, value in request.form.items(multi=True) if name.startswith("typed.")]
    if RESUMED in request.form:
        typed.append((RESUMED, "1"))
    return render_template(
        "desk/sign_in.html", form=form, back_to=back_to, typed=typed, asks_code=form.code in _CODE_WANTED
    ), form.status


def _own_page(address: str) -> str:
    """Return an address of the desk, its first page for any other."""
    home = url_for("desk_home.home")
    is_own = address.startswith("/desk/") and address.isprintable() and "\\" not in address
    return address if is_own and not address.startswith("/desk/sign-") else home


@pages.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    """End the session at the platform and forget it here."""
    form = Form.of_request()
    try:
        platform.delete("/v1/sessions/current")
    except platform.SessionOver:
        pass
    except api.ApiError as error:
        form.refuse(error.detail)
    platform.end()
    session.clear()
    flash(gettext("您已退出登录"))
    return redirect(url_for("desk.sign_in"), _SEE_OTHER)


@pages.post("/language")
def change_language() -> ResponseReturnValue:
    """Show the desk in another language from now on."""
    chosen = request.form.get("language", "")
    if chosen in LANGUAGES:
        session["language"] = chosen
    return redirect(_own_page(request.form.get("page", "")), _SEE_OTHER)


@pages.route("/second-factor", methods=["GET", "POST"])
def second_factor() -> ResponseReturnValue:
    """Enrol an authenticator app, which some roles need before they may use the desk."""
    form = Form.of_request()
    enrolled = {name: form.text(name) for name in ("secret", "uri")} if form.text("secret") else None
    if form.is_sent and enrolled is None:
        with form.sending():
            enrolled = platform.post("/v1/me/second-factor", key=form.key)
    elif form.is_sent:
        with form.sending():
            platform.begin(platform.post("/v1/me/second-factor/confirm", {"code": form.text("code")}, key=form.key))
        if form.is_accepted:
            flash(gettext("已启用两步验证"))
            return redirect(url_for("desk_home.home"), _SEE_OTHER)
    picture = segno.make(enrolled["uri"], error="m").svg_data_uri(scale=5, border=2) if enrolled else None
    return render_template("desk/second_factor.html", form=form, enrolled=enrolled, picture=picture), form.status
