"""Signing in: sessions with rotating refresh tokens, WeChat accounts, and the invitations that bind them to people.

Only hashes are kept of tokens and codes.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from contracts import ids
from contracts.errors import AlreadyBound, InvitationInvalid, SessionRevoked

IDLE = timedelta(days=30)
"""A session that is not refreshed for so long is over."""
INVITATION_LIFE = timedelta(days=7)


@dataclass(eq=False, kw_only=True)
class Session:
    """One device signed in: the whole family of refresh tokens that followed from one sign-in."""

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
        """Signed in just now."""
        return cls(
            person=person,
            community=community,
            account=account,
            client=client,
            opened_at=at,
            refreshed_at=at,
        )

    def close(self, at: datetime) -> None:
        """No token of this family is good any more; once closed it stays closed."""
        self.closed_at = self.closed_at or at


@dataclass(eq=False, kw_only=True)
class RefreshToken:
    """A refresh token's hash. It is good once; the next one takes its place."""

    hash: str
    session: str
    used_at: datetime | None = None

    def rotate(self, session: Session, at: datetime, new_hash: str) -> "RefreshToken | None":
        """The next token of the family; none when this one was used before, which closes the family for all.

        Raises `SessionRevoked` when the session is closed or too long idle.
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
    """A WeChat account, known by a blind index of its openid; a person once it is bound."""

    openid_index: bytes
    person: str | None = None
    community: str | None = None
    id: str = field(default_factory=lambda: ids.new("acc"))

    def sign_in(self, at: datetime) -> Session:
        """A session of the person it is bound to; of nobody before it is."""
        return Session.open(self.person, self.community, at, account=self.id)

    def bind(self, invitation: "Invitation", at: datetime) -> None:
        """Spend an invitation: from now on this account is that person."""
        self._must_be_free()
        invitation.accept(at)
        self.person, self.community = invitation.person, invitation.community

    def bind_to(self, person: str, community: str) -> None:
        """From now on this account is the person whose phone number WeChat says its user has."""
        self._must_be_free()
        self.person, self.community = person, community

    def _must_be_free(self) -> None:
        if self.person:
            raise AlreadyBound()


@dataclass(eq=False, kw_only=True)
class Invitation:
    """A one-time code that the head, the grid officer or the committee hands to a resident."""

    community: str
    person: str
    by: str
    code_index: bytes
    expires_at: datetime
    accepted_at: datetime | None = None
    id: str = field(default_factory=lambda: ids.new("inv"))

    @classmethod
    def to(cls, community: str, person: str, by: str, code_index: bytes, at: datetime) -> "Invitation":
        """An invitation made just now."""
        return cls(community=community, person=person, by=by, code_index=code_index, expires_at=at + INVITATION_LIFE)

    def accept(self, at: datetime) -> None:
        """Good once, and not after its day; else `InvitationInvalid`."""
        if self.accepted_at or at >= self.expires_at:
            raise InvitationInvalid()
        self.accepted_at = at
