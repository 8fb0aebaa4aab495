"""People: registered, corrected, moved, invited, erased (R1, R3, R6)."""

from typing import Annotated, Any, Literal, NotRequired, Protocol, TypedDict, Unpack

import marshmallow as ma

from contracts import fields
from contracts.calls.registry.consents import ConsentChoices
from contracts.paging import CountedQuery
from contracts.registry import Tenure
from contracts.rpc import Caller, CountedPage, command, query
from contracts.schema import Day, Doc, Instant, Schema, schema_of

_TENURES = ("owner", "tenant")


class ResidentFacts(TypedDict):
    """A resident with their household; without one, somebody who serves the community and lives elsewhere."""

    name: Annotated[str, fields.Name(50, example="张三")]
    phone: Annotated[str | None, fields.Phone(load_default=None)]
    birth_year: Annotated[int | None, fields.Count(1900, 2100, load_default=None)]
    household_id: Annotated[str | None, fields.Id("hou", load_default=None)]
    tenure: Annotated[Tenure | None, fields.Choice(*_TENURES, load_default=None), Doc("房东, 租户")]
    away: Annotated[bool, fields.Boolean(load_default=False, truthy={True}, falsy={False}), Doc("身处异乡")]
    since: Annotated[str | None, fields.Day(load_default=None), Doc("Today by default")]
    consents: NotRequired[Annotated[ConsentChoices, Doc("As given on paper (R42)")]]
    guardian_id: NotRequired[
        Annotated[str, fields.Id("per"), Doc("Who gave them for a child under 14; an adult of the household")]
    ]


class NewResident(ResidentFacts):
    """A person to be registered, with the hash of their password if they get one."""

    password_hash: NotRequired[Annotated[str | None, fields.Text(200)]]


class PersonalFacts(TypedDict, total=False):
    """Personal data; what is left out stays as it is, null deletes it."""

    name: Annotated[str, fields.Name(50, example="张三")]
    phone: Annotated[str | None, fields.Phone()]
    birth_year: Annotated[int | None, fields.Count(1900, 2100)]


class Correction(PersonalFacts, total=False):
    """Personal data to be changed, with the hash of a new password."""

    password_hash: Annotated[str | None, fields.Text(200)]


class ResidentFilters(TypedDict, total=False):
    household_id: Annotated[str, fields.Id("hou"), Doc("Of that household")]
    courtyard_id: Annotated[str, fields.Id("cty"), Doc("Who lives there today")]
    name: Annotated[str, fields.NamePart(50, example="张"), Doc("A part of the name")]
    phone: Annotated[str, fields.Phone(), Doc("The whole number")]


class ErasureAnswer(TypedDict):
    """Whether somebody was erased, or that is proposed because they did not ask for it."""

    state: Annotated[Literal["done", "proposed"], Doc("`proposed`: it waits for an approval")]
    proposal_id: str | None


class ResidentQuery(CountedQuery, ResidentFilters):
    """Which residents to list."""


class Resident(TypedDict):
    """A person with their household and courtyard today."""

    id: str
    name: Annotated[str, Doc("已注销 once erased")]
    phone_masked: Annotated[str | None, Doc(example="138****1234")]
    birth_year: int | None
    household_id: str | None
    household_code: str | None
    tenure: Annotated[Tenure | None, Doc(enum=[*_TENURES, None])]
    away: bool | None
    since: Day | None
    courtyard_id: str | None
    courtyard_number: int | None
    grid_id: str | None


class Home(TypedDict):
    household_id: str
    tenure: Tenure
    away: bool
    since: Day
    until: Day | None


class ResidentInFull(Resident):
    homes: Annotated[list[Home], Doc("Every household they have belonged to")]


class Destination(TypedDict, total=False):
    """One of the three."""

    courtyard_id: Annotated[str, fields.Id("cty")]
    household_id: Annotated[str, fields.Id("hou")]
    left_community: Annotated[
        Literal[True], fields.Boolean(truthy={True}, falsy={False}, validate=ma.validate.Equal(True))
    ]


class _ExactlyOne(Schema):
    @ma.validates_schema(skip_on_field_errors=True)
    def one(self, form: dict[str, Any], **kwargs: Any) -> None:
        if len(form) != 1:
            raise ma.ValidationError("请说明去处：courtyard_id、household_id 或 left_community 之一")


schema_of(Destination, base=_ExactlyOne)


class MoveForm(TypedDict):
    """The whole household moves unless `whole_household` is false; in a courtyard one person founds a new household."""

    on: Annotated[str, fields.Day()]
    to: Annotated[Destination, Doc(example={"courtyard_id": fields.example_id("cty")})]
    whole_household: Annotated[bool, fields.Boolean(load_default=True, truthy={True}, falsy={False})]
    tenure: Annotated[Tenure | None, fields.Choice(*_TENURES, load_default=None), Doc("If it changes")]
    away: Annotated[
        bool | None,
        fields.Boolean(load_default=None, truthy={True}, falsy={False}),
        Doc("身处异乡, if it changes; only into a household, which may be their own"),
    ]


class InvitedResident(TypedDict):
    """An invitation without its code, which the service keeps only as an index."""

    resident_id: str
    expires_at: Instant


class SealedInvitation(InvitedResident):
    """An invitation with its code as the gateway encrypted it for a repeat of the request."""

    sealed: str | None


class ResidentsApi(Protocol):
    """Calls about people."""

    @command
    def register_resident(self, *, actor: Caller, **form: Unpack[NewResident]) -> Resident:
        """Register a person. Raises RoleMissing, NotFound, WrongState, AlreadyExists for a phone that is taken."""

    @query
    def list_residents(
        self,
        *,
        actor: Caller,
        limit: int = 20,
        cursor: str | None = None,
        totals: bool = False,
        **filters: Unpack[ResidentFilters],
    ) -> CountedPage[Resident]:
        """Return the people that the caller may see, oldest first."""

    @command
    def get_resident(self, *, actor: Caller, resident_id: str) -> ResidentInFull:
        """Return a person with every household they belonged to; others' accesses are stored.

        Raises NotFound, also when hidden from the caller.
        """

    @command
    def correct_resident(self, *, actor: Caller, resident_id: str, **form: Unpack[Correction]) -> Resident:
        """Change personal data. Raises NotFound, RoleMissing, WrongState, AlreadyExists for a phone that is taken."""

    @command
    def erase_resident(self, *, actor: Caller, resident_id: str) -> ErasureAnswer:
        """Delete a person's data for good and end their roles; propose it for who did not ask for it.

        Raises RoleMissing, NotFound, WrongState.
        """

    @command
    def move_resident(self, *, actor: Caller, resident_id: str, **form: Unpack[MoveForm]) -> Resident:
        """Move a person from a day on. Raises NotFound, RoleMissing, Recused, Invalid, WrongState, MoveTooEarly."""

    @command
    def invite_resident(
        self, *, actor: Caller, resident_id: str, code: str, sealed: str | None = None
    ) -> SealedInvitation:
        """Create an invitation and delete earlier ones not accepted. Raises NotFound, RoleMissing, WrongState."""
