"""Rules of sessions, refresh tokens and invitations."""

from datetime import UTC, datetime, timedelta

import pytest

from contracts import errors
from services.registry.domain.sessions import IDLE, REFRESH_GRACE, Account, Invitation, RefreshToken, Session

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


def test_two_refreshes_at_once_get_the_same_token() -> None:
    session, token = signed_in()
    following = token.rotate(session, NOW, "second")

    assert token.rotate(session, NOW + REFRESH_GRACE, "second", following) is following
    assert session.closed_at is None


def test_a_token_used_again_later_or_by_somebody_else_closes_the_session() -> None:
    for late, successor_used, hash in ((True, False, "second"), (False, True, "second"), (False, False, "another")):
        session, token = signed_in()
        following = token.rotate(session, NOW, "second")
        assert following is not None
        following.used_at = NOW if successor_used else None
        at = NOW + REFRESH_GRACE + timedelta(seconds=late)

        assert token.rotate(session, at, hash, following if hash == "second" else None) is None
        assert session.closed_at == at


def test_a_further_account_waits_until_the_person_confirms_it() -> None:
    account = Account(openid_index=b"2")

    assert not account.bind(invitation(), NOW, has_to_confirm=True)
    assert account.person is None

    account.confirm(NOW)
    assert (account.person, account.community, account.bound_by) == ("per_1", "com_1", "per_2")
    with pytest.raises(errors.WrongState):
        account.confirm(NOW)


def test_a_binding_that_waits_expires() -> None:
    account = Account(openid_index=b"2")
    account.bind_to("per_1", "com_1", NOW, has_to_confirm=True)

    with pytest.raises(errors.WrongState):
        account.confirm(NOW + timedelta(days=8))


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
