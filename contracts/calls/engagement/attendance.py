"""Presence at activities: challenges, check-in, check-out, roll call, offline batches, attendance (R29)."""

from typing import Annotated, Literal, NotRequired, Protocol, TypedDict, Unpack

from contracts import fields
from contracts.paging import PageQuery
from contracts.rpc import Caller, Page, command, query
from contracts.schema import Doc, Instant

Direction = Literal["in", "out"]
Method = Literal["code", "roll_call"]
AttendanceState = Literal["present", "left", "attended", "incomplete", "revoked"]
_HEX = "HMAC-SHA256 in hexadecimal"
_CODE_EXAMPLE = "atv_01kb0p6w3v5q8s9t2x4y7z1abc.in.179123456.0123456789abcdef"


class HostKeys(TypedDict):
    """What a host's device needs to show challenges, to check answers and to sign batches without network."""

    activity_id: str
    challenge_key: Annotated[str, Doc("Keys challenges: the first 16 digits of HMAC-SHA256 of `direction:slot`")]
    device_key: Annotated[str, Doc("Signs this host's batches")]
    slot_seconds: Annotated[int, Doc("A slot is Unix time divided by this")]
    server_time: Annotated[Instant, Doc("To correct the device's clock")]


class Challenge(TypedDict):
    """What the host's screen shows, as a QR code."""

    code: Annotated[str, Doc("`activity.direction.slot.mac`", example=_CODE_EXAMPLE)]
    valid_until: Annotated[Instant, Doc("When the next one replaces it")]


class ChallengeQuery(TypedDict):
    direction: Annotated[Direction, fields.Choice("in", "out", load_default="in"), Doc("Check-in or check-out")]


class Ticket(TypedDict):
    """What a member's app answers challenges with, without network."""

    activity_id: str
    person_id: str
    key: Annotated[str, Doc("The answer is the first 16 digits of HMAC-SHA256 of the challenge", example=_HEX)]


class CheckForm(TypedDict):
    """The challenge on the host's screen, for the caller; or somebody's id, for a host's roll call."""

    code: NotRequired[Annotated[str, fields.Text(100, example=_CODE_EXAMPLE)]]
    person_id: NotRequired[Annotated[str, fields.Id("per"), Doc("Of who has no phone; hosts only, not of their own")]]


class BatchRecord(TypedDict):
    """One check-in or check-out that a host's device took without network."""

    person_id: Annotated[str, fields.Id("per")]
    direction: Annotated[str, fields.Choice("in", "out")]
    method: Annotated[str, fields.Choice("code", "roll_call")]
    at: Annotated[str, fields.Instant(), Doc("Whole seconds, UTC")]
    code: Annotated[str, fields.Text(100, least=0, load_default=""), Doc("The challenge that was answered")]
    answer: Annotated[str, fields.Text(16, least=0, load_default=""), Doc("The member's answer to it")]


class BatchForm(TypedDict):
    """Lines of one device. A repeat of `batch_id` gets the same answer."""

    batch_id: Annotated[str, fields.Text(64, pattern=r"[A-Za-z0-9_-]+", example="device-1-0001")]
    records: Annotated[list[BatchRecord], fields.ListOf(BatchRecord, 1, 500)]
    signature: Annotated[
        str,
        fields.Text(64, pattern=r"[0-9a-f]{64}", example="0" * 64),
        Doc("HMAC-SHA256 by the device key of `batch_id` and, a line each, `person|direction|method|at|code|answer`"),
    ]


class BatchResult(TypedDict):
    person_id: str
    direction: Direction
    accepted: bool
    code: Annotated[str | None, Doc("Why it was not accepted")]
    detail: str | None


class BatchReply(TypedDict):
    data: list[BatchResult]


class HeadCountForm(TypedDict):
    head_count: Annotated[int, fields.Count(0, 10_000), Doc("People counted at the end; as many must have checked out")]


class AttendanceRevocationForm(TypedDict):
    reason: Annotated[str, fields.Text(200, example="代签")]


class Attendance(TypedDict):
    """Somebody's presence at an activity."""

    id: str
    activity_id: str
    person_id: str
    state: Annotated[AttendanceState, Doc("Came; left; both confirmed; never left; taken back")]
    checked_in_at: Instant
    in_method: Method
    checked_out_at: Instant | None
    out_method: Method | None
    minutes: Annotated[int, Doc("Between start and end, once the attendance is closed")]
    revoke_reason: str


class ExpectedPerson(TypedDict):
    """Somebody with a place; without attendance if they did not come."""

    person_id: str
    signup_id: str
    attendance: Attendance | None


class ClosedAttendance(TypedDict):
    activity_id: str
    head_count: int
    attended: Annotated[int, Doc("People whose record earns")]
    incomplete: Annotated[int, Doc("People who never checked out")]
    closed_at: Instant


class AttendanceQuery(PageQuery):
    format: Annotated[
        Literal["json", "xlsx"],
        fields.Choice("json", "xlsx", load_default="json"),
        Doc("xlsx holds all of it, `limit` or not"),
    ]


class AttendanceApi(Protocol):
    """Calls about presence."""

    @query
    def get_host_keys(self, *, actor: Caller, activity_id: str) -> HostKeys:
        """Return a host's keys. Raises NotFound, RoleMissing."""

    @query
    def get_challenge(self, *, actor: Caller, activity_id: str, direction: str) -> Challenge:
        """Return what the host's screen shows now. Raises NotFound, RoleMissing."""

    @query
    def get_ticket(self, *, actor: Caller, activity_id: str) -> Ticket:
        """Return the caller's ticket. Raises NotFound without a place."""

    @command
    def check_in(self, *, actor: Caller, activity_id: str, **form: Unpack[CheckForm]) -> Attendance:
        """Check the caller in by the host's challenge, or somebody by roll call.

        Raises NotFound, RoleMissing, Recused, PresenceCodeInvalid, PresenceCodeExpired, PresenceNotOpen, WrongState.
        """

    @command
    def check_out(self, *, actor: Caller, activity_id: str, **form: Unpack[CheckForm]) -> Attendance:
        """Check out, as `check_in` checks in."""

    @command
    def take_batch(
        self, *, actor: Caller, activity_id: str, batch_id: str, records: list[BatchRecord], signature: str
    ) -> BatchReply:
        """Take what a host's device recorded, an answer a line. Raises NotFound, RoleMissing, BatchSignatureInvalid."""

    @command
    def close_attendance(self, *, actor: Caller, activity_id: str, head_count: int) -> ClosedAttendance:
        """End the attendance; its records earn. Raises NotFound, RoleMissing, HeadCountDiffers, WrongState."""

    @command
    def revoke_attendance(self, *, actor: Caller, activity_id: str, person_id: str, reason: str) -> Attendance:
        """Take a record back. Raises NotFound, RoleMissing, Recused, WrongState."""

    @query
    def list_attendance(
        self, *, actor: Caller, activity_id: str, limit: int = 20, cursor: str | None = None
    ) -> Page[ExpectedPerson]:
        """Return who has a place, with their attendance, for organizers and hosts. Raises NotFound, RoleMissing."""

    @query
    def list_own_attendance(self, *, actor: Caller, limit: int = 20, cursor: str | None = None) -> Page[Attendance]:
        """Return the caller's attendance, newest first."""
