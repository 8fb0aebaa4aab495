"""What the caller signs in with: WeChat accounts, sessions, the password, and the record of changes (R4, R42)."""

import base64
import secrets
from typing import Any
from urllib.parse import quote

from flask.views import MethodView

from contracts.calls.registry.accounts import Binding, RequestedReset, ResetAnswer, SignInChange, SignInReset
from contracts.errors import PasswordWrong
from gateway.blueprint import Blueprint
from gateway.http import idempotency
from gateway.paging import PageQuery, page, page_schema
from gateway.resources.registry.sessions import tokens
from gateway.schemas.registry.accounts import ListedSession, NewSecondFactor, OneTimeCodeForm, PasswordForm, ResetForm
from gateway.schemas.registry.sessions import Session
from gateway.security import auth, passwords, rate_limits
from gateway.security.auth import actor, for_second_factors, signed_in
from gateway.services import registry

blp = Blueprint("accounts", __name__, description="What I sign in with")


@blp.route("/v1/me/bindings")
class Bindings(MethodView):
    @signed_in
    @blp.response(200, page_schema(Binding))
    def get(self) -> Any:
        """The WeChat accounts that act as me, and those that wait for me to confirm them."""
        return page(registry.list_bindings(actor=actor()))


@blp.route("/v1/me/bindings/<binding_id>")
class OneBinding(MethodView):
    @signed_in
    @blp.response(204)
    def delete(self, binding_id: str) -> None:
        """Unbind or refuse a WeChat account; what it is signed in to ends within seconds."""
        registry.end_binding(actor=actor(), binding_id=binding_id)


@blp.route("/v1/me/bindings/<binding_id>/confirm")
class BindingConfirmation(MethodView):
    @signed_in
    @blp.response(200, Binding)
    def post(self, binding_id: str) -> Binding:
        """Let a further WeChat account act as me; it becomes mine at its next refresh or sign-in."""
        return registry.confirm_binding(actor=actor(), binding_id=binding_id)


@blp.route("/v1/me/sessions")
class OwnSessions(MethodView):
    @signed_in
    @blp.response(200, page_schema(ListedSession))
    def get(self) -> Any:
        """Where I am signed in."""
        current = auth.access_token_claims()["sid"]
        listed = page(registry.list_sessions(actor=actor()))
        return {**listed, "data": [{**each, "current": each["id"] == current} for each in listed["data"]]}


@blp.route("/v1/me/sessions/<session_id>")
class OneSession(MethodView):
    @signed_in
    @blp.response(204)
    def delete(self, session_id: str) -> None:
        """Sign out there: its refresh token is void at once, its access token within seconds."""
        registry.end_session(actor=actor(), session_id=session_id)


@blp.route("/v1/me/sign-in-changes")
class SignInChanges(MethodView):
    @signed_in
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_schema(SignInChange))
    def get(self, query: PageQuery) -> Any:
        """What changed about my signing in, the latest first: bindings, devices, passwords, resets."""
        return page(registry.list_sign_in_changes(actor=actor(), **query))


@blp.route("/v1/me/password")
class OwnPassword(MethodView):
    @rate_limits.limit_by_address
    @rate_limits.limit_by_caller
    @signed_in
    @blp.arguments(PasswordForm)
    @blp.response(204)
    def put(self, form: PasswordForm) -> None:
        """Change my password, with the present one; my other sessions end."""
        former_hash = registry.own_credential(actor=actor())["password_hash"]
        if not passwords.verify_password(form["old_password"], former_hash) or former_hash is None:
            raise PasswordWrong(errors=[{"pointer": "/old_password", "detail": "不正确"}])
        registry.change_password(
            actor=actor(),
            session=auth.access_token_claims()["sid"],
            former_hash=former_hash,
            password_hash=passwords.hash_password(form["password"]),
        )


@blp.route("/v1/residents/<resident_id>/sign-in-reset")
class SignInResets(MethodView):
    @signed_in
    @blp.arguments(ResetForm)
    @blp.response(200, ResetAnswer)
    def post(self, form: ResetForm, resident_id: str) -> ResetAnswer:
        """Unbind a person's WeChat accounts, end their sessions, set a password (committee; platform for staff).

        Who has an office or can sign in is not reset at once: the answer is a proposal. Another office approves it, or,
        for people without an office, it takes effect after a delay. It is recorded with the reason, for the person to
        read, who can end it at `/v1/me/sign-in-resets`. A further request replaces an open one.
        """
        reset = passwords.replace_with_hash(form, SignInReset)
        return registry.reset_sign_in(actor=actor(), resident_id=resident_id, **reset)


@blp.route("/v1/me/sign-in-resets")
class RequestedResets(MethodView):
    @signed_in
    @blp.response(200, page_schema(RequestedReset))
    def get(self) -> Any:
        """The open requests to reset how I sign in."""
        return page(registry.list_requested_resets(actor=actor()))


@blp.route("/v1/me/sign-in-resets/<reset_id>")
class OneRequestedReset(MethodView):
    @signed_in
    @blp.response(204)
    def delete(self, reset_id: str) -> None:
        """End a request to reset how I sign in: it was not my wish."""
        registry.end_requested_reset(actor=actor(), reset_id=reset_id)


@blp.route("/v1/me/second-factor")
class SecondFactors(MethodView):
    @for_second_factors
    @idempotency.ignored
    @blp.response(201, NewSecondFactor)
    def post(self) -> NewSecondFactor:
        """Enrol an authenticator app; it counts once a first code has confirmed it."""
        secret = base64.b32encode(secrets.token_bytes(20)).decode()
        registry.enrol_second_factor(actor=actor(), secret=secret)
        label = quote(f"善治:{actor()['person']}")
        return {"secret": secret, "uri": f"otpauth://totp/{label}?secret={secret}&issuer={quote('善治')}"}


@blp.route("/v1/me/second-factor/confirm")
class SecondFactorConfirmation(MethodView):
    @rate_limits.limit_by_caller
    @for_second_factors
    @idempotency.ignored
    @blp.arguments(OneTimeCodeForm)
    @blp.response(201, Session)
    def post(self, form: OneTimeCodeForm) -> Session:
        """Send a code, for a full access token; the first one puts it into effect and ends my other sessions."""
        session = auth.access_token_claims()["sid"]
        return tokens(registry.confirm_second_factor(actor=actor(), session=session, code=form["code"]))


@blp.route("/v1/me/second-factor/remove")
class SecondFactorRemoval(MethodView):
    @rate_limits.limit_by_caller
    @signed_in
    @blp.arguments(OneTimeCodeForm)
    @blp.response(204)
    def post(self, form: OneTimeCodeForm) -> None:
        """Remove my authenticator, with a code, unless one of my roles needs it."""
        registry.remove_second_factor(actor=actor(), code=form["code"])
