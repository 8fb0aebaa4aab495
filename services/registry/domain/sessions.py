"""Signing in: sessions with rotating refresh tokens, WeChat accounts, and the invitations that bind them to people.

Tokens and codes are stored as hashes only.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from contracts import ids
from contracts.errors import AlreadyBound, InvitationInvalid, SessionRevoked

IDLE = timedelta(days=30)
"""A session that is not refreshed for this long has expired."""
INVITATION_LIFE = timedelta(days=7)


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

    def rotate(self, session: Session, at: datetime, new_hash: str) -> "RefreshToken | None":
        """Return the next token of the family, or None when this one was used before, which closes the session.

        Raises `SessionRevoked` when the session is closed or expired.
        """
        if session.closed_at or at - session.refreshed_at > IDLE:
            raise SessionRevoked()
        if self.used_at:
            session.close(at)
            return None
        self.used_at = session.refreshed_at = at
        return RefreshToken(hash=new_hash, session=session.id)


@dataclass(eq=False, kw_only=True)
class Account:
    """A WeChat account, found by the blind index of its openid; it has a person once it is bound."""

    openid_index: bytes
    person: str | None = None
    community: str | None = None
    id: str = field(default_factory=lambda: ids.new("acc"))

    def sign_in(self, at: datetime) -> Session:
        """Open a session of the person it is bound to, or of nobody before it is bound."""
        return Session.open(self.person, self.community, at, account=self.id)

    def bind(self, invitation: "Invitation", at: datetime) -> None:
        """Bind it to the invited person and use up the invitation. Raises `AlreadyBound`, `InvitationInvalid`."""
        self._require_unbound()
        invitation.accept(at)
        self.person, self.community = invitation.person, invitation.community

    def bind_to(self, person: str, community: str) -> None:
        """Bind it to the person whose phone number WeChat has verified. Raises `AlreadyBound`."""
        self._require_unbound()
        self.person, self.community = person, community

    def _require_unbound(self) -> None:
        if self.person:
            raise AlreadyBound()


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

    def accept(self, at: datetime) -> None:
        """Use it up. Raises `InvitationInvalid` when it was used before or has expired."""
        if self.accepted_at or at >= self.expires_at:
            raise InvitationInvalid()
        self.accepted_at = at
