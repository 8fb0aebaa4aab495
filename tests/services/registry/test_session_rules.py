"""Rules of sessions, refresh tokens and invitations."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts import errors
from services.registry.domain.sessions import IDLE, Account, Invitation, RefreshToken, Session

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def signed_in() -> tuple[Session, RefreshToken]:
    session = Session(person="per_1", community="com_1", opened_at=NOW, refreshed_at=NOW)
    return session, RefreshToken(hash="first", session=session.id)


def invitation() -> Invitation:
    return Invitation(
        community="com_1", person="per_1", by="per_2", code_index=b"code", expires_at=NOW + timedelta(days=7)
    )


def test_a_refresh_token_is_exchanged_for_the_next_one() -> None:
    session, token = signed_in()

    following = token.rotate(session, NOW, "second")

    assert following is not None
    assert (following.hash, following.session) == ("second", session.id)
    assert session.closed_at is None


def test_a_token_used_twice_closes_the_session() -> None:
    session, token = signed_in()
    following = token.rotate(session, NOW, "second")
    assert following is not None

    assert token.rotate(session, NOW, "stolen") is None

    with pytest.raises(errors.SessionRevoked):
        following.rotate(session, NOW, "third")


def test_an_idle_session_expires() -> None:
    session, token = signed_in()

    with pytest.raises(errors.SessionRevoked):
        token.rotate(session, NOW + IDLE + timedelta(seconds=1), "second")


def test_an_invitation_binds_one_account() -> None:
    invited, account = invitation(), Account(openid_index=b"1")

    account.bind(invited, NOW)

    assert (account.person, account.community) == ("per_1", "com_1")
    with pytest.raises(errors.InvitationInvalid):
        Account(openid_index=b"2").bind(invited, NOW)
    with pytest.raises(errors.AlreadyBound):
        account.bind(invitation(), NOW)


def test_an_invitation_expires() -> None:
    invited = invitation()

    with pytest.raises(errors.InvitationInvalid):
        Account(openid_index=b"1").bind(invited, invited.expires_at)
