"""Signing in and who I am."""

import marshmallow as ma

from contracts import fields
from gateway.schemas import Schema

MOBILE = r"1[3-9]\d{9}"


class Credentials(Schema):
    """Either a WeChat code, or a phone number with its password."""

    wechat_code = fields.Text(128, example="fake-zhang", metadata={"description": "What wx.login gave"})
    phone = fields.Text(11, pattern=MOBILE, example="13800000001")
    password = fields.Text(128, example="correct-horse", load_only=True)

    @ma.validates_schema(skip_on_field_errors=True)
    def one_way(self, form: dict[str, str], **kwargs: object) -> None:
        if set(form) not in ({"wechat_code"}, {"phone", "password"}):
            raise ma.ValidationError("请提供 wechat_code，或 phone 与 password")


class RefreshForm(Schema):
    refresh_token = fields.Text(128, required=True, example="rt_3qY8vN6kTz")


class Session(Schema):
    """Tokens; the refresh token is good once. `person_id` is null until a WeChat account is bound."""

    access_token = ma.fields.String(required=True)
    token_type = ma.fields.String(required=True, metadata={"enum": ["Bearer"]})
    expires_in = ma.fields.Integer(required=True, metadata={"description": "Seconds"})
    refresh_token = ma.fields.String()
    person_id = ma.fields.String(required=True, allow_none=True)
    community_id = ma.fields.String(required=True, allow_none=True)


class BindingForm(Schema):
    """Either an invite code, or the phone number that the community has registered, as WeChat tells it."""

    invite_code = fields.Text(64, example="7KQ2M8XWPA", metadata={"description": "From the head of the courtyard"})
    phone_code = fields.Text(128, example="phone-13800000001", metadata={"description": "What bindgetphonenumber gave"})
    community_id = fields.Id("com", metadata={"description": "With phone_code, where several know the number"})

    @ma.validates_schema(skip_on_field_errors=True)
    def one_way(self, form: dict[str, str], **kwargs: object) -> None:
        if set(form) not in ({"invite_code"}, {"phone_code"}, {"phone_code", "community_id"}):
            raise ma.ValidationError("请提供 invite_code，或 phone_code")


class Named(Schema):
    id = ma.fields.String(required=True)
    name = ma.fields.String(required=True)


class Self(Named):
    phone_masked = ma.fields.String(allow_none=True, metadata={"example": "138****0001"})


class Seat(Schema):
    role = ma.fields.String(required=True, metadata={"example": "head"})
    scope_id = ma.fields.String(
        required=True, metadata={"description": "A head's courtyard, an officer's grid, else the community"}
    )


class Me(Schema):
    """The caller, his household and courtyard today, his roles, and the passbooks he may see (R4, R20)."""

    person = ma.fields.Nested(Self, required=True)
    community = ma.fields.Nested(Named, required=True)
    household = ma.fields.Dict(allow_none=True)
    courtyard = ma.fields.Dict(allow_none=True)
    roles = ma.fields.List(ma.fields.Nested(Seat), required=True)
    passbooks = ma.fields.List(ma.fields.String(), required=True)
