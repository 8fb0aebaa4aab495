"""One's own data in the registry: consents, requests for erasure, export (R42)."""

from typing import Annotated, Literal, NotRequired, Protocol, TypedDict

from contracts import fields
from contracts.calls.registry.appointments import Appointment
from contracts.calls.registry.residents import ResidentInFull
from contracts.paging import PageQuery
from contracts.registry import ConsentPurpose
from contracts.rpc import Caller, Page, command, query
from contracts.schema import Doc, Instant

ErasureState = Literal["open", "done", "refused", "withdrawn"]


class ConsentForm(TypedDict):
    given: Annotated[bool, fields.Boolean(truthy={True}, falsy={False}), Doc("false refuses or withdraws it")]
    guardian_id: Annotated[
        str | None,
        fields.Id("per", load_default=None),
        Doc("The adult of the household who decides for a child under 14"),
    ]


class Consent(TypedDict):
    """The latest decision about a purpose; null in `given` as long as there is none."""

    purpose: Annotated[ConsentPurpose, Doc("Taking part, masked name on lists, pictures as evidence")]
    given: bool | None
    by_id: Annotated[str | None, Doc("Who recorded it")]
    guardian_id: str | None
    at: Instant | None


class Consents(TypedDict):
    """Every purpose with its latest decision."""

    person_id: str
    guardian_needed: Annotated[bool, Doc("May be under 14: a guardian consents")]
    data: list[Consent]


class ErasureRequestForm(TypedDict):
    reason: Annotated[str, fields.Text(500, least=0, example="已搬离本社区", load_default="")]


class RefusalForm(TypedDict):
    reason: Annotated[str, fields.Text(500, example="尚有未结清的积分异议")]


class ErasureRequest(TypedDict):
    id: str
    person_id: str
    state: ErasureState
    reason: str
    requested_at: Instant
    due_at: Annotated[Instant, Doc("Until then the committee should answer")]
    answered_by_id: str | None
    answered_at: Instant | None
    answer: str


class ErasureRequestQuery(PageQuery):
    state: NotRequired[
        Annotated[ErasureState, fields.Choice("open", "done", "refused", "withdrawn"), Doc("Only in this state")]
    ]


class OwnRecord(ResidentInFull):
    """Everything the registry stores of the caller; the phone number is not masked."""

    phone: str | None
    appointments: list[Appointment]
    consents: list[Consent]
    erasure_requests: list[ErasureRequest]


class OwnDataApi(Protocol):
    """Calls about one's own data."""

    @query
    def list_consents(self, *, actor: Caller, person_id: str) -> Consents:
        """Return a person's consents. Raises NotFound, also when the caller may not see the person."""

    @command
    def record_consent(
        self, *, actor: Caller, person_id: str, purpose: ConsentPurpose, given: bool, guardian_id: str | None = None
    ) -> Consents:
        """Store a decision, of oneself, of a child's guardian, or on paper.

        Raises NotFound, RoleMissing, GuardianConsentRequired, Invalid, WrongState.
        """

    @command
    def request_erasure(self, *, actor: Caller, reason: str = "") -> ErasureRequest:
        """Ask that one's data be erased. Raises AlreadyExists while an earlier request is open."""

    @command
    def withdraw_erasure_request(self, *, actor: Caller, request_id: str) -> ErasureRequest:
        """Withdraw one's request. Raises NotFound, RoleMissing, WrongState."""

    @query
    def list_own_erasure_requests(
        self, *, actor: Caller, limit: int = 20, cursor: str | None = None
    ) -> Page[ErasureRequest]:
        """Return the caller's requests, newest first."""

    @query
    def list_erasure_requests(
        self, *, actor: Caller, state: ErasureState | None = None, limit: int = 20, cursor: str | None = None
    ) -> Page[ErasureRequest]:
        """Return everybody's requests, newest first. Raises RoleMissing."""

    @command
    def refuse_erasure(self, *, actor: Caller, request_id: str, reason: str) -> ErasureRequest:
        """Refuse a request; erasing the person answers it too. Raises RoleMissing, NotFound, WrongState."""

    @query
    def own_record(self, *, actor: Caller) -> OwnRecord:
        """Return everything the registry stores of the caller. Raises NotFound."""
