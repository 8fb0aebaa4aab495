"""The caller's own sign-in: changing the password."""

from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from web.desk import access, platform
from web.desk.forms import Form
from web.languages import gettext

pages = Blueprint("desk_account", __name__)


@pages.route("/password", methods=["GET", "POST"])
@access.for_roles(*access.ROLES)
def password() -> ResponseReturnValue:
    """Change the caller's password, with the present one; their other sessions end."""
    form = Form.of_request()
    if form.is_sent:
        chosen = form.values.get("password", "")
        if chosen != form.values.get("again", ""):
            form.refuse(gettext("两次输入的新密码不一样"), "again")
        else:
            with form.sending():
                typed = {"old_password": form.values.get("old_password", ""), "password": chosen}
                platform.put("/v1/me/password", typed, key=form.key)
        if form.is_accepted:
            flash(gettext("密码已修改，您在别处的登录已退出"))
            return redirect(url_for("desk_home.home"), HTTPStatus.SEE_OTHER)
    return render_template("desk/account/password.html", form=form), form.status
