"""Signing in: credentials, sessions, WeChat accounts, and who the caller is (R4)."""

from typing import Annotated, NotRequired, Protocol, TypedDict

from contracts.calls.registry.consents import ConsentChoices
from contracts.calls.registry.places import Courtyard
from contracts.rpc import Caller, command, query
from contracts.schema import Doc, Instant


class Credential(TypedDict):
    """Who signs in with a phone number, and the argon2id hash of their password."""

    person: str
    community: str
    password_hash: str


class OpenSession(TypedDict):
    """A session; `person` and `community` are None while its WeChat account is not bound to a person."""

    session: str
    person: str | None
    community: str | None
    account: str | None
    issued_at: NotRequired[int]
    "Unix time of its last refresh, the `iat` of its access token: the same for two refreshes at once."
    limited: NotRequired[bool]
    "Whether it may only enrol or use a second factor."


class RevokedSession(TypedDict):
    """The reply to a refresh token that was used before: the session is closed."""

    revoked: bool


class BoundAccount(TypedDict):
    """The person a WeChat account is bound to; `limited`: its sessions wait for a code of their second factor."""

    person: str
    community: str
    limited: NotRequired[bool]


class WaitingBinding(TypedDict):
    """The reply when another account is bound to the person, who has to confirm this one.

    With `check_number` somebody else confirms it, because the person has an office.
    """

    waiting: bool
    check_number: NotRequired[str]
    proposal_id: NotRequired[str]


class Named(TypedDict):
    id: str
    name: str


class Self(Named):
    phone_masked: NotRequired[Annotated[str | None, Doc(example="138****0001")]]


class Seat(TypedDict):
    role: Annotated[str, Doc(example="head")]
    scope_id: Annotated[str, Doc("A head's courtyard, an officer's grid, else the community")]


class OwnHousehold(TypedDict):
    """The household the caller lives in."""

    id: str
    code: str
    tenure: str


class Me(TypedDict):
    """The caller, their household and courtyard today, their roles, and their passbooks (R4, R20)."""

    person: Self
    community: Named
    household: NotRequired[OwnHousehold | None]
    courtyard: NotRequired[Courtyard | None]
    roles: list[Seat]
    passbooks: list[str]
    consents_missing: NotRequired[
        Annotated[list[str], Doc("Purposes the caller has not decided about: ask, then PUT /v1/me/consents/{purpose}")]
    ]
    sign_in_changed_at: NotRequired[
        Annotated[Instant | None, Doc("When something last changed about signing in: show `/v1/me/sign-in-changes`")]
    ]


class SessionsApi(Protocol):
    """Calls about signing in."""

    @query
    def credential(self, *, phone: str) -> Credential:
        """Return who signs in with a phone number. Raises InvalidCredentials when nobody does."""

    @command
    def open_session(self, *, person: str, refresh_hash: str, client: str = "", code: str | None = None) -> OpenSession:
        """Open a session of a person, with the hash of its first refresh token.

        Raises NotFound, SecondFactorRequired without the code of a person who has a second factor, SecondFactorInvalid.
        """

    @command
    def rotate_session(self, *, refresh_hash: str, new_refresh_hash: str) -> OpenSession | RevokedSession:
        """Replace a refresh token by the next one; one used before closes the session. Raises SessionRevoked.

        A token used moments ago with the same `new_refresh_hash` is answered as the first time.
        """

    @command
    def close_session(self, *, session: str) -> None:
        """Close a session; nothing happens when there is none of that id."""

    @command
    def wechat_session(
        self, *, openid: str, refresh_hash: str, client: str = "", code: str | None = None
    ) -> OpenSession:
        """Open a session of a WeChat account, which is created when its openid is new.

        Raises SecondFactorRequired, SecondFactorInvalid for the person it is bound to.
        """

    @command
    def bind(
        self, *, account: str, invite_code: str, consents: ConsentChoices | None = None
    ) -> BoundAccount | WaitingBinding:
        """Bind a WeChat account to the invited person, who has to confirm it if they have one; record `consents`.

        Raises GuardianConsentRequired for a child's own consent, InvitationInvalid, also when the inviter may no longer
        invite this person, AlreadyBound, NotFound.
        """

    @command
    def bind_by_phone(
        self,
        *,
        account: str,
        phone: str,
        community_id: str | None = None,
        consents: ConsentChoices | None = None,
    ) -> BoundAccount | WaitingBinding:
        """Bind a WeChat account to the person with a phone number, in `community_id` if several know the number.

        Raises GuardianConsentRequired for a child's own consent, PhoneUnknown, CommunityAmbiguous, AlreadyBound,
        NotFound, and InvitationRequired for a person with a role other than head.
        """

    @query
    def me(self, *, actor: Caller) -> Me:
        """Return who the caller is, where they live, their roles and their passbooks. Raises NotFound."""

    @query
    def names(self, *, ids: list[str], masked: bool = True) -> dict[str, str]:
        """Return names by person id, of every community, masked as 张*; unknown ids are left out."""
