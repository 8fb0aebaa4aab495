"""People, their moves and their invitations (R1, R3, R6)."""

import marshmallow as ma

from contracts import fields
from gateway.paging import Page
from gateway.schemas import Schema
from gateway.schemas.sessions import MOBILE

TENURES = ("owner", "tenant")


class ResidentForm(Schema):
    """A resident with his household; without one, somebody who serves the community and lives elsewhere."""

    name = fields.Text(50, required=True, example="张三")
    phone = fields.Text(11, pattern=MOBILE, example="13800000001", load_default=None, allow_none=True)
    birth_year = fields.Count(1900, 2100, load_default=None, allow_none=True)
    household_id = fields.Id("hou", load_default=None, allow_none=True)
    tenure = fields.Choice(*TENURES, load_default=None, allow_none=True, metadata={"description": "房东, 租户"})
    away = fields.Boolean(load_default=False, truthy={True}, falsy={False}, metadata={"description": "身处异乡"})
    since = fields.Day(load_default=None, allow_none=True, metadata={"description": "Today by default"})
    password = fields.Text(
        128,
        least=8,
        example="correct-horse",
        load_only=True,
        metadata={"description": "Set by the committee, for staff"},
    )


class PersonalData(Schema):
    """Personal data; what is left out stays as it is, what is null is forgotten."""

    name = fields.Text(50, example="张三")
    phone = fields.Text(11, pattern=MOBILE, example="13800000001", allow_none=True)
    birth_year = fields.Count(1900, 2100, allow_none=True)
    password = fields.Text(
        128, least=8, example="correct-horse", load_only=True, metadata={"description": "Set by the committee"}
    )


class ResidentQuery(Page):
    household_id = fields.Id("hou", metadata={"description": "Of that household"})
    courtyard_id = fields.Id("cty", metadata={"description": "Who lives there today"})
    name = fields.Text(50, example="张", metadata={"description": "What the name begins with"})


class Resident(Schema):
    """A person and where he belongs today."""

    id = ma.fields.String(required=True)
    name = ma.fields.String(required=True, metadata={"description": "已注销 once erased"})
    phone_masked = ma.fields.String(required=True, allow_none=True, metadata={"example": "138****1234"})
    birth_year = ma.fields.Integer(required=True, allow_none=True)
    household_id = ma.fields.String(required=True, allow_none=True)
    household_code = ma.fields.String(required=True, allow_none=True)
    tenure = ma.fields.String(required=True, allow_none=True, metadata={"enum": [*TENURES, None]})
    away = ma.fields.Boolean(required=True, allow_none=True)
    since = ma.fields.String(required=True, allow_none=True, metadata={"format": "date"})
    courtyard_id = ma.fields.String(required=True, allow_none=True)
    courtyard_number = ma.fields.Integer(required=True, allow_none=True)
    grid_id = ma.fields.String(required=True, allow_none=True)


class Home(Schema):
    household_id = ma.fields.String(required=True)
    tenure = ma.fields.String(required=True, metadata={"enum": TENURES})
    away = ma.fields.Boolean(required=True)
    since = ma.fields.String(required=True, metadata={"format": "date"})
    until = ma.fields.String(required=True, allow_none=True, metadata={"format": "date"})


class ResidentInFull(Resident):
    homes = ma.fields.List(
        ma.fields.Nested(Home), required=True, metadata={"description": "Every household he has belonged to"}
    )


class Destination(Schema):
    """One of the three."""

    courtyard_id = fields.Id("cty")
    household_id = fields.Id("hou")
    left_community = fields.Boolean(truthy={True}, falsy={False}, validate=ma.validate.Equal(True))

    @ma.validates_schema(skip_on_field_errors=True)
    def one(self, form: dict[str, object], **kwargs: object) -> None:
        if len(form) != 1:
            raise ma.ValidationError("请说明去处：courtyard_id、household_id 或 left_community 之一")


class MoveForm(Schema):
    """The whole household moves unless `whole_household` is false; who then moves into a courtyard makes a new one."""

    on = fields.Day(required=True)
    to = fields.Nested(Destination, required=True, metadata={"example": {"courtyard_id": fields.example_id("cty")}})
    whole_household = fields.Boolean(load_default=True, truthy={True}, falsy={False})
    tenure = fields.Choice(*TENURES, load_default=None, allow_none=True, metadata={"description": "If it changes"})
    away = fields.Boolean(
        load_default=None,
        allow_none=True,
        truthy={True},
        falsy={False},
        metadata={"description": "身处异乡, if it changes; only into a household, which may be the one he is in"},
    )


class Invitation(Schema):
    """Handed to the resident, who binds his WeChat account with it, once."""

    resident_id = ma.fields.String(required=True)
    invite_code = ma.fields.String(required=True, metadata={"example": "7KQ2M8XWPA"})
    expires_at = ma.fields.String(required=True, metadata={"format": "date-time"})
