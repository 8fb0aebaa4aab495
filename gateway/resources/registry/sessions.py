"""Signing in, staying in, leaving, and who I am.

The registry stores accounts and sessions; of refresh tokens it gets only the hash. A refresh token can be used once: a
second use revokes the session.
"""

import base64
import contextlib
import hashlib
import hmac
import secrets
import time
from typing import TypedDict

from flask import current_app, g, request
from flask.views import MethodView

from contracts.calls.registry.consents import ConsentChoices
from contracts.calls.registry.sessions import Me, OpenSession
from contracts.errors import AlreadyBound, BindingUnproven, BindingWaits, InvalidCredentials, SessionRevoked
from gateway.blueprint import Blueprint
from gateway.http import idempotency
from gateway.schemas.registry.sessions import BindingForm, Credentials, RefreshForm, Session
from gateway.security import auth, passwords, rate_limits, response_secrets
from gateway.security.attempts import Attempts
from gateway.security.auth import actor, has_account, signed_in
from gateway.services import registry

_GREATEST_SKEW_SECONDS = 30


class _Consents(TypedDict, total=False):
    consents: ConsentChoices


blp = Blueprint("session", __name__, description="Signing in and who I am")


@blp.route("/v1/sessions")
class Sessions(MethodView):
    @rate_limits.limit_by_address
    @idempotency.ignored
    @blp.arguments(Credentials, example={"phone": "13800000001", "password": "correct-horse"})
    @blp.response(201, Session)
    def post(self, form: Credentials) -> Session:
        """Sign in by WeChat, or by phone number and password.

        With a `code` if a second factor is enrolled. Who has a role that needs a second factor and none gets tokens for
        `/v1/me/second-factor` only (`limited`).
        """
        refresh = secrets.token_urlsafe(32)
        code = {"code": form["code"]} if "code" in form else {}
        if "wechat_code" in form:
            openid = current_app.extensions["wechat"].openid(form["wechat_code"])
            attempts = Attempts(openid)
            if code:
                attempts.begin()
            session = registry.wechat_session(openid=openid, refresh_hash=_hash(refresh), client=_client(), **code)
        else:
            attempts = Attempts(form["phone"])
            attempts.begin()
            person = _person_of(form["phone"], form["password"])
            session = registry.open_session(person=person, refresh_hash=_hash(refresh), client=_client(), **code)
        if code or "password" in form:
            attempts.succeed()
        return tokens(session, refresh)


@blp.route("/v1/sessions/refresh")
class Refreshes(MethodView):
    @rate_limits.limit_refusals_by_address
    @idempotency.ignored
    @blp.arguments(RefreshForm)
    @blp.response(201, Session)
    def post(self, form: RefreshForm) -> Session:
        """Exchange a refresh token for new tokens; a token used twice revokes the session.

        Two requests with one token within seconds get the same tokens.
        """
        refresh = _next_token(form["refresh_token"])
        session = registry.rotate_session(
            refresh_hash=_hash(form["refresh_token"]),
            new_refresh_hash=_hash(refresh),
        )
        if "revoked" in session:
            raise SessionRevoked
        return tokens(session, refresh)


@blp.route("/v1/sessions/current")
class CurrentSession(MethodView):
    @has_account
    @blp.response(204)
    def delete(self) -> None:
        """Sign out: the refresh token is void at once, the access token within seconds."""
        registry.close_session(session=auth.access_token_claims()["sid"])


@blp.route("/v1/me")
class Myself(MethodView):
    @signed_in
    @blp.response(200, Me)
    def get(self) -> Me:
        """Who I am, where I live, what I may do, which passbooks are mine."""
        return registry.me(actor=actor())


@blp.route("/v1/me/binding")
class Binding(MethodView):
    @rate_limits.limit_by_address
    @rate_limits.limit_by_caller
    @has_account
    @idempotency.ignored
    @blp.arguments(BindingForm, example={"invite_code": "7KQ2M8XWPA"})
    @blp.response(201, Session)
    def post(self, form: BindingForm) -> Session:
        """Bind this WeChat account to a resident, by invite code or phone; the new access token is the resident's.

        If another account is bound to them already, the answer is 409 `binding_waits` until they confirm this one. Who
        has an office is bound by an invite code, then the phone number that somebody else recorded for them; without
        it the answer is 409 `binding_unproven` until a second person confirms it, who compares `check_number`.
        """
        claims = auth.access_token_claims()
        if not claims["sub"].startswith("wx:"):
            raise AlreadyBound
        account = claims["sub"].removeprefix("wx:")
        consents: _Consents = {"consents": form["consents"]} if "consents" in form else {}
        if "invite_code" in form:
            bound = registry.bind(account=account, invite_code=form["invite_code"], **consents)
        else:
            phone = current_app.extensions["wechat"].phone(form["phone_code"])
            chosen = {"community_id": form["community_id"]} if "community_id" in form else {}
            bound = registry.bind_by_phone(account=account, phone=phone, **chosen, **consents)
        if "waiting" in bound:
            facts = {name: value for name, value in bound.items() if name != "waiting"}
            raise BindingUnproven(facts=facts) if facts else BindingWaits
        return tokens(
            {
                "session": claims["sid"],
                "account": account,
                "person": bound["person"],
                "community": bound["community"],
                "limited": bound.get("limited", False),
            }
        )


def _person_of(phone: str, password: str) -> str:
    """Return the person with this phone and password; an unknown phone takes as long as a wrong password."""
    person, password_hash = "", None
    with contextlib.suppress(InvalidCredentials):
        credential = registry.credential(phone=phone)
        person, password_hash = credential["person"], credential["password_hash"]
    if not passwords.verify_password(password, password_hash):
        raise InvalidCredentials
    return person


def tokens(session: OpenSession, refresh: str | None = None) -> Session:
    """Return an access token for the person of a session, or for the WeChat account that is bound to nobody yet."""
    g.pop("token", None)
    subject = session["person"] or f"wx:{session['account']}"
    limited = session.get("limited", False)
    issued: Session = {
        "access_token": auth.issue_access_token(
            subject, session["community"], session["session"], _issued_at(session), limited=limited
        ),
        "token_type": "Bearer",
        "expires_in": current_app.config["SETTINGS"].access_token_seconds,
        "person_id": session["person"],
        "community_id": session["community"],
        "limited": limited,
    }
    if refresh:
        issued["refresh_token"] = refresh
    return issued


def _issued_at(session: OpenSession) -> int:
    """Return when the session was refreshed, so that two refreshes at once get the same access token.

    The registry's clock may differ from the gateway's: a token is never issued in the future or long ago.
    """
    now = int(time.time())
    return min(now, max(session.get("issued_at", now), now - _GREATEST_SKEW_SECONDS))


def _next_token(refresh_token: str) -> str:
    """Return the refresh token that follows another one, the same whenever it is asked for.

    Only gateways can derive it, so that a stolen token reveals nothing of those that follow.
    """
    digest = hmac.digest(response_secrets.gateway_key("refresh tokens"), refresh_token.encode(), "sha256")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _client() -> str:
    return request.user_agent.string[:200]


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
