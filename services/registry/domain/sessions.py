"""Signing in: sessions with rotating refresh tokens, WeChat accounts, and the invitations that bind them to people.

Tokens and codes are stored as hashes only.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from contracts import ids
from contracts.calls.registry.accounts import SignInChangeKind
from contracts.errors import AlreadyBound, InvitationInvalid, SessionRevoked, WrongState

IDLE = timedelta(days=30)
"""A session that is not refreshed for this long has expired."""
INVITATION_LIFE = timedelta(days=7)
AccountProof = Literal["phone", "witness", "own", "earlier"]
"""Why an account is known to be its person's: by their phone number, by a second person, by another way in of theirs,
or bound before this was stored."""
REFRESH_GRACE = timedelta(seconds=10)
"""A client that refreshes twice at once gets the same tokens twice within this time."""


@dataclass(eq=False, kw_only=True)
class Session:
    """A sign-in on one device, and the family of refresh tokens that follow from it."""

    person: str | None
    community: str | None
    account: str | None = None
    client: str = ""
    opened_at: datetime
    refreshed_at: datetime
    closed_at: datetime | None = None
    limited: bool = False
    """Whether it may only enrol or use a second factor."""
    id: str = field(default_factory=lambda: ids.new("ses"))

    @classmethod
    def open(
        cls, person: str | None, community: str | None, at: datetime, client: str = "", account: str | None = None
    ) -> "Session":
        """Open a session."""
        return cls(
            person=person,
            community=community,
            account=account,
            client=client,
            opened_at=at,
            refreshed_at=at,
        )

    def close(self, at: datetime) -> None:
        """Make all its tokens invalid; a second time changes nothing."""
        self.closed_at = self.closed_at or at


@dataclass(eq=False, kw_only=True)
class RefreshToken:
    """The hash of a refresh token. It can be used once and is replaced by the next one."""

    hash: str
    session: str
    used_at: datetime | None = None

    def rotate(
        self, session: Session, at: datetime, new_hash: str, successor: "RefreshToken | None" = None
    ) -> "RefreshToken | None":
        """Return the next token of the family, or None when this one was used before, which closes the session.

        `successor` is the stored token with `new_hash`, if there is one: it is returned when this token was used
        moments ago by the same client and the successor was not used yet. Raises `SessionRevoked` when the session is
        closed or expired.
        """
        if session.closed_at or at - session.refreshed_at > IDLE:
            raise SessionRevoked()
        if self.used_at:
            if successor and self._is_twin_request(successor, at):
                return successor
            session.close(at)
            return None
        self.used_at = session.refreshed_at = at
        return RefreshToken(hash=new_hash, session=session.id)

    def _is_twin_request(self, successor: "RefreshToken", at: datetime) -> bool:
        is_recent = self.used_at is not None and at - self.used_at <= REFRESH_GRACE
        return is_recent and successor.session == self.session and successor.used_at is None


@dataclass(eq=False, kw_only=True)
class Account:
    """A WeChat account, found by the blind index of its openid; it has a person once it is bound.

    The account of a person who cannot sign in yet is bound at once unless they have an office, a further one when the
    person confirms it: `requested_person` is the person it waits for.
    """

    openid_index: bytes
    person: str | None = None
    community: str | None = None
    bound_at: datetime | None = None
    bound_by: str | None = None
    proof: AccountProof | None = None
    """None: somebody without an office was bound by another's choice. An appointment unbinds it."""
    requested_person: str | None = None
    requested_community: str | None = None
    requested_by: str | None = None
    requested_at: datetime | None = None
    id: str = field(default_factory=lambda: ids.new("acc"))

    def sign_in(self, at: datetime, client: str = "") -> Session:
        """Open a session of the person it is bound to, or of nobody before it is bound."""
        return Session.open(self.person, self.community, at, client, account=self.id)

    def bind(self, invitation: "Invitation", at: datetime, *, has_to_confirm: bool = False) -> bool:
        """Bind it to the invited person and use up the invitation; return False if the person has to confirm first.

        Raises `AlreadyBound`, `InvitationInvalid`.
        """
        self._require_unbound()
        invitation.accept(at)
        return self._bind(invitation.person, invitation.community, invitation.by, at, has_to_confirm)

    def bind_to(
        self,
        person: str,
        community: str,
        at: datetime,
        *,
        has_to_confirm: bool = False,
        proof: AccountProof | None = None,
        invited_by: str | None = None,
    ) -> bool:
        """Bind it to the person whose phone number WeChat has verified; return False if they have to confirm first.

        `invited_by` gave the invitation that it waited with. Raises `AlreadyBound`.
        """
        self._require_unbound()
        bound = self._bind(person, community, invited_by, at, has_to_confirm)
        if bound:
            self.proof = proof
        return bound

    def confirm(self, at: datetime, proof: AccountProof | None = None) -> None:
        """Bind it to the person it waits for. Raises `WrongState` when it waits for nobody, or waited too long."""
        if self.requested_person is None or self.requested_at is None or at - self.requested_at > INVITATION_LIFE:
            raise WrongState("没有待确认的绑定，或已过期")
        self.person, self.community = self.requested_person, self.requested_community
        self.bound_at, self.bound_by, self.proof = at, self.requested_by, proof
        self.forget_request()

    def unbind(self) -> None:
        """Bind it to nobody, and forget whom it waits for."""
        self.person = self.community = self.bound_at = self.bound_by = self.proof = None
        self.forget_request()

    def forget_request(self) -> None:
        """Let it wait for nobody."""
        self.requested_person = self.requested_community = self.requested_by = self.requested_at = None

    def _bind(self, person: str, community: str, by: str | None, at: datetime, has_to_confirm: bool) -> bool:
        if has_to_confirm:
            self.requested_person, self.requested_community = person, community
            self.requested_by, self.requested_at = by, at
            return False
        self.person, self.community, self.bound_at, self.bound_by = person, community, at, by
        self.forget_request()
        return True

    def _require_unbound(self) -> None:
        if self.person:
            raise AlreadyBound()


@dataclass(eq=False, kw_only=True)
class SignInChange:
    """A record of what changed about a person's signing in; the person can read it."""

    community: str
    person: str
    kind: SignInChangeKind
    at: datetime
    by: str | None = None
    reason: str | None = None
    id: str = field(default_factory=lambda: ids.new("sic"))


@dataclass(eq=False, kw_only=True)
class Invitation:
    """A one-time code that a head, a grid officer or the committee gives to a resident."""

    community: str
    person: str
    by: str
    code_index: bytes
    expires_at: datetime
    accepted_at: datetime | None = None
    id: str = field(default_factory=lambda: ids.new("inv"))

    @classmethod
    def create(cls, community: str, person: str, by: str, code_index: bytes, at: datetime) -> "Invitation":
        """Create an invitation that expires after `INVITATION_LIFE`."""
        return cls(community=community, person=person, by=by, code_index=code_index, expires_at=at + INVITATION_LIFE)

    @property
    def created_at(self) -> datetime:
        """When it was given."""
        return self.expires_at - INVITATION_LIFE

    def accept(self, at: datetime) -> None:
        """Use it up. Raises `InvitationInvalid` when it was used before or has expired."""
        if self.accepted_at or at >= self.expires_at:
            raise InvitationInvalid()
        self.accepted_at = at
