"""What a person signs in with: their WeChat accounts, sessions and password, and the record of changes (R4, R42)."""

from typing import Annotated, Literal, NotRequired, Protocol, TypedDict, get_args

from contracts import fields
from contracts.calls.registry.sessions import OpenSession
from contracts.rpc import Caller, Page, command, query
from contracts.schema import Doc, Instant

SignInChangeKind = Literal[
    "bound",
    "binding_requested",
    "binding_confirmed",
    "unbound",
    "session_opened",
    "session_ended",
    "password_changed",
    "password_set",
    "phone_changed",
    "appointed",
    "second_factor_enrolled",
    "second_factor_removed",
    "reset",
    "reset_requested",
    "reset_ended",
]
KINDS: tuple[str, ...] = get_args(SignInChangeKind)


class Binding(TypedDict):
    """A WeChat account that is bound to the caller, or that waits until they confirm it."""

    id: str
    state: Annotated[Literal["bound", "waiting"], Doc("`waiting` until the person confirms it")]
    since: Instant | None
    invited_by_id: Annotated[str | None, Doc("Who gave the invitation; null if by phone number")]


class OwnSession(TypedDict):
    """A sign-in of the caller that is still valid."""

    id: str
    client: Annotated[str, Doc("What the device called itself")]
    opened_at: Instant
    refreshed_at: Instant
    binding_id: Annotated[str | None, Doc("The WeChat account it was opened with; null if with a password")]


class SignInChange(TypedDict):
    """Something that changed about the caller's signing in, for them to check."""

    id: str
    kind: Annotated[SignInChangeKind, fields.Choice(*KINDS)]
    at: Instant
    by_id: Annotated[str | None, Doc("Who did it, if somebody other than the person")]
    reason: str | None


class OwnCredential(TypedDict):
    """The argon2id hash of the caller's password; None while they have none."""

    password_hash: str | None


class ClosedSessions(TypedDict):
    """Sessions that were closed, whose access tokens are to be refused."""

    sessions: list[str]
    as_of: Instant


class ResetFacts(TypedDict):
    """Why a person's sign-in is reset."""

    reason: Annotated[str, fields.Text(200, example="本人手机丢失，到社区当面办理")]


class SignInReset(ResetFacts):
    """A reset, with the hash of a new password if they get one."""

    password_hash: NotRequired[Annotated[str | None, fields.Text(200)]]


class ResetAnswer(TypedDict):
    """Whether a reset is done, or proposed because the person can sign in or has an office."""

    state: Annotated[Literal["done", "proposed"], Doc("`proposed`: it waits for an approval, or for `takes_effect_at`")]
    proposal_id: str | None
    takes_effect_at: Annotated[Instant | None, Doc("When it takes effect unless it is refused; null: once approved")]


class RequestedReset(TypedDict):
    """A reset of the caller's sign-in that somebody requested and that they can end."""

    id: str
    reason: str
    requested_by_id: str
    requested_at: Instant
    takes_effect_at: Annotated[Instant | None, Doc("When it takes effect unless it is refused; null: once approved")]


class AccountsApi(Protocol):
    """Calls about what people sign in with."""

    @query
    def closed_sessions(self, *, since: str) -> ClosedSessions:
        """Return the sessions of all communities that were closed since an instant, RFC 3339."""

    @query
    def own_credential(self, *, actor: Caller) -> OwnCredential:
        """Return the hash of the caller's password. Raises NotFound."""

    @command
    def change_password(self, *, actor: Caller, session: str, former_hash: str, password_hash: str) -> None:
        """Replace the caller's password and end their sessions other than `session`.

        Raises WrongState when the password is no longer the one of `former_hash`.
        """

    @query
    def list_sessions(self, *, actor: Caller) -> Page[OwnSession]:
        """Return the caller's valid sessions, the latest first."""

    @command
    def end_session(self, *, actor: Caller, session_id: str) -> None:
        """End a session of the caller. Raises NotFound."""

    @query
    def list_bindings(self, *, actor: Caller) -> Page[Binding]:
        """Return the WeChat accounts that are bound to the caller or wait for them."""

    @command
    def confirm_binding(self, *, actor: Caller, binding_id: str) -> Binding:
        """Bind a WeChat account that waits for the caller. Raises NotFound, WrongState."""

    @command
    def end_binding(self, *, actor: Caller, binding_id: str) -> None:
        """Unbind or refuse a WeChat account and end its sessions. Raises NotFound."""

    @query
    def list_sign_in_changes(self, *, actor: Caller, limit: int = 20, cursor: str | None = None) -> Page[SignInChange]:
        """Return what changed about the caller's signing in, the latest first."""

    @command
    def reset_sign_in(
        self, *, actor: Caller, resident_id: str, reason: str, password_hash: str | None = None
    ) -> ResetAnswer:
        """Unbind a person's WeChat accounts, end their sessions and invitations, and set a new password if given.

        Propose it instead for somebody who can sign in or has an office; a further request replaces an open one.
        Raises RoleMissing, Recused for oneself, NotFound, WrongState.
        """

    @query
    def list_requested_resets(self, *, actor: Caller) -> Page[RequestedReset]:
        """Return the open requests to reset how the caller signs in, the latest first."""

    @command
    def end_requested_reset(self, *, actor: Caller, reset_id: str) -> None:
        """End a request to reset how the caller signs in. Raises NotFound, AlreadyDecided."""

    @command
    def enrol_second_factor(self, *, actor: Caller, secret: str) -> None:
        """Take the Base32 secret of the caller's authenticator, until a code confirms it. Raises WrongState."""

    @command
    def confirm_second_factor(self, *, actor: Caller, session: str, code: str) -> OpenSession:
        """Put the factor into effect with its first code, or use it; return the session, limited no longer.

        The first code ends the caller's other sessions. Raises NotFound, SecondFactorInvalid.
        """

    @command
    def remove_second_factor(self, *, actor: Caller, code: str) -> None:
        """Remove the caller's second factor. Raises SecondFactorInvalid, WrongState where a role needs it."""
