"""Signing in: what the gateway takes and what it returns as tokens."""

from typing import Annotated, Any, Literal, NotRequired, TypedDict

import marshmallow as ma

from contracts import fields
from contracts.calls.registry.consents import ConsentChoices
from contracts.schema import Doc, Schema, schema_of


class Credentials(TypedDict, total=False):
    """Either a WeChat code, or a phone number with its password."""

    wechat_code: Annotated[str, fields.Text(128, example="fake-zhang"), Doc("What wx.login gave")]
    phone: Annotated[str, fields.Phone()]
    password: Annotated[str, fields.Secret(128, example="correct-horse", load_only=True)]
    code: Annotated[
        str,
        fields.Text(6, pattern=r"\d{6}", example="492039", load_only=True),
        Doc("Of the authenticator, if enrolled"),
    ]


class _OneWayToSignIn(Schema):
    @ma.validates_schema(skip_on_field_errors=True)
    def one_way(self, form: dict[str, Any], **kwargs: Any) -> None:
        if set(form) - {"code"} not in ({"wechat_code"}, {"phone", "password"}):
            raise ma.ValidationError("请提供 wechat_code，或 phone 与 password")


schema_of(Credentials, base=_OneWayToSignIn)


class RefreshForm(TypedDict):
    refresh_token: Annotated[str, fields.Text(128, example="rt_3qY8vN6kTz")]


class Session(TypedDict):
    """Tokens; the refresh token is good once. `person_id` is null until a WeChat account is bound."""

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: Annotated[int, Doc("Seconds")]
    refresh_token: NotRequired[str]
    person_id: str | None
    community_id: str | None
    limited: Annotated[bool, Doc("Good for `/v1/me/second-factor` only: enrol one, or send its code there")]


class BindingForm(TypedDict, total=False):
    """Either an invite code or the phone number that the community has registered, as WeChat verified it."""

    invite_code: Annotated[str, fields.Text(64, example="7KQ2M8XWPA"), Doc("From the head of the courtyard")]
    phone_code: Annotated[str, fields.Text(128, example="phone-13800000001"), Doc("What bindgetphonenumber gave")]
    community_id: Annotated[str, fields.Id("com"), Doc("With phone_code, where several know the number")]
    consents: Annotated[ConsentChoices, Doc("What the person agrees to or refuses (R42)")]


class _OneWayToBind(Schema):
    @ma.validates_schema(skip_on_field_errors=True)
    def one_way(self, form: dict[str, Any], **kwargs: Any) -> None:
        if set(form) - {"consents"} not in ({"invite_code"}, {"phone_code"}, {"phone_code", "community_id"}):
            raise ma.ValidationError("请提供 invite_code，或 phone_code")


schema_of(BindingForm, base=_OneWayToBind)
