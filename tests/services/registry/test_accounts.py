"""What people sign in with: bindings, sessions, passwords, resets and the record of them, on a real store."""

import itertools

import pytest

from contracts import errors
from tests.services.registry.conftest import Registry, found_community

_numbers = itertools.count()


def account(registry: Registry, openid: str = "") -> str:
    """Create a WeChat account that is bound to nobody, and return its id."""
    openid = openid or f"o{next(_numbers)}"
    return str(registry.call("wechat_session", openid=openid, refresh_hash=f"of {openid}")["account"])


def bind(registry: Registry, who: str, by: str = "he", openid: str = "") -> str:
    """Bind a new account to a person by an invitation, and return its id."""
    made, code = account(registry, openid), f"CODE{next(_numbers)}"
    registry.by(by, "invite_resident", resident_id=registry.ids[who], code=code)
    registry.call("bind", account=made, invite_code=code)
    return made


def kinds(registry: Registry, who: str) -> list[str]:
    """Return what changed about a person's signing in, the earliest first."""
    return [change["kind"] for change in registry.by(who, "list_sign_in_changes", limit=100)["data"]][::-1]


def is_revoked(registry: Registry, refresh_hash: str) -> bool:
    try:
        registry.call("rotate_session", refresh_hash=refresh_hash, new_refresh_hash=f"n{next(_numbers)}")
    except errors.SessionRevoked:
        return True
    return False


# Bindings


def test_an_invitation_does_not_let_a_second_account_act_as_a_bound_person(registry: Registry) -> None:
    first = bind(registry, "li")
    second = account(registry, "second")
    registry.by("wang", "invite_resident", resident_id=registry.ids["li"], code="AGAIN")

    assert registry.call("bind", account=second, invite_code="AGAIN") == {"waiting": True}

    assert registry.call("wechat_session", openid="second", refresh_hash="s2")["person"] is None
    states = {each["id"]: each["state"] for each in registry.by("li", "list_bindings")["data"]}
    assert states == {first: "bound", second: "waiting"}
    assert kinds(registry, "li")[-1] == "binding_requested"


def test_the_bound_person_confirms_a_second_account(registry: Registry) -> None:
    bind(registry, "li")
    second = bind(registry, "li", openid="second")

    assert registry.by("li", "confirm_binding", binding_id=second)["state"] == "bound"

    assert registry.call("wechat_session", openid="second", refresh_hash="s2")["person"] == registry.ids["li"]
    assert registry.call("rotate_session", refresh_hash="of second", new_refresh_hash="x")["person"] is not None


def test_nobody_confirms_or_ends_the_binding_of_another(registry: Registry) -> None:
    first = bind(registry, "li")
    second = bind(registry, "li")
    for by in ("sun", "wang", "he"):
        for method, binding in (("confirm_binding", second), ("end_binding", second), ("end_binding", first)):
            with pytest.raises(errors.NotFound):
                registry.by(by, method, binding_id=binding)


def test_a_phone_number_does_not_let_a_second_account_act_as_a_bound_person(registry: Registry) -> None:
    registry.call("bind_by_phone", account=account(registry), phone="13800000001")

    assert registry.call("bind_by_phone", account=account(registry), phone="13800000001") == {"waiting": True}


def test_an_invitation_does_not_let_an_account_act_as_a_person_with_a_password(registry: Registry) -> None:
    registry.person("chair", phone="13700000000", password_hash="$argon2id$chair")

    binding = bind(registry, "chair")

    assert [each["state"] for each in registry.by("chair", "list_bindings")["data"]] == ["waiting"]
    assert registry.by("chair", "confirm_binding", binding_id=binding)["state"] == "bound"


def test_ending_a_binding_ends_its_sessions_and_the_account_may_be_bound_anew(registry: Registry) -> None:
    binding = bind(registry, "li", openid="own")

    registry.by("li", "end_binding", binding_id=binding)

    assert is_revoked(registry, "of own")
    assert registry.by("li", "list_bindings")["data"] == []
    assert registry.call("wechat_session", openid="own", refresh_hash="again")["person"] is None
    assert kinds(registry, "li")[-1] == "unbound"


def test_an_invitation_given_before_an_appointment_binds_nobody_after_it(registry: Registry) -> None:
    registry.by("wang", "invite_resident", resident_id=registry.ids["li"], code="BEFORE")
    registry.by("he", "appoint", person_id=registry.ids["li"], role="committee")

    with pytest.raises(errors.InvitationInvalid):
        registry.call("bind", account=account(registry), invite_code="BEFORE")


def test_an_invitation_of_somebody_who_may_no_longer_invite_binds_nobody(registry: Registry) -> None:
    registry.by("wang", "invite_resident", resident_id=registry.ids["li"], code="FORMER")
    [seat] = registry.by("he", "list_appointments", person_id=registry.ids["wang"])["data"]
    registry.by("he", "end_appointment", appointment_id=seat["id"], on="2026-11-20")

    with pytest.raises(errors.InvitationInvalid):
        registry.call("bind", account=account(registry), invite_code="FORMER")


def test_nobody_is_invited_from_below_for_an_office_that_begins_tomorrow(registry: Registry) -> None:
    registry.by("he", "appoint", person_id=registry.ids["li"], role="working_group", since="2026-11-21")

    with pytest.raises(errors.RoleMissing):
        registry.by("wang", "invite_resident", resident_id=registry.ids["li"], code="EARLY")


@pytest.mark.parametrize("by", ["wang", "he"])
def test_an_appointment_unbinds_an_account_that_was_bound_by_an_invitation(registry: Registry, by: str) -> None:
    bind(registry, "li", by=by)

    registry.by("he", "appoint", person_id=registry.ids["li"], role="working_group")

    assert registry.by("li", "list_bindings")["data"] == []
    assert kinds(registry, "li")[-2:] == ["unbound", "appointed"]


def test_an_appointment_asks_for_a_fresh_sign_in(registry: Registry) -> None:
    opened = registry.call("open_session", person=registry.ids["li"], refresh_hash="1")

    registry.by("he", "appoint", person_id=registry.ids["li"], role="working_group")

    assert is_revoked(registry, "1")
    assert opened["session"] in registry.call("closed_sessions", since="2026-11-20T01:59:00+00:00")["sessions"]


# Sessions


def test_people_see_and_end_their_sessions_and_nobody_elses(registry: Registry) -> None:
    own = registry.call("open_session", person=registry.ids["li"], refresh_hash="1", client="phone")["session"]
    registry.call("open_session", person=registry.ids["sun"], refresh_hash="2", client="phone")
    assert [(each["id"], each["client"]) for each in registry.by("li", "list_sessions")["data"]] == [(own, "phone")]
    with pytest.raises(errors.NotFound):
        registry.by("sun", "end_session", session_id=own)

    registry.by("li", "end_session", session_id=own)

    assert registry.by("li", "list_sessions")["data"] == []
    assert is_revoked(registry, "1")
    assert not is_revoked(registry, "2")


def test_a_person_hears_of_a_new_device_once(registry: Registry) -> None:
    for refresh_hash, client in (("1", "phone"), ("2", "phone"), ("3", "another")):
        registry.call("open_session", person=registry.ids["li"], refresh_hash=refresh_hash, client=client)

    assert kinds(registry, "li") == ["session_opened", "session_opened"]
    assert registry.by("li", "me")["sign_in_changed_at"] == "2026-11-20T02:00:00Z"
    assert registry.by("sun", "me")["sign_in_changed_at"] is None


def test_two_refreshes_at_once_get_the_same_session(registry: Registry) -> None:
    registry.call("open_session", person=registry.ids["li"], refresh_hash="1")

    first, twin = (registry.call("rotate_session", refresh_hash="1", new_refresh_hash="2") for _ in range(2))

    assert first == twin
    assert not is_revoked(registry, "2")


def test_gateways_hear_of_every_way_a_session_ends(registry: Registry) -> None:
    def opened(who: str) -> str:
        hash = f"h{next(_numbers)}"
        return str(registry.call("open_session", person=registry.ids[who], refresh_hash=hash)["session"])

    registry.person("newcomer")
    ended = [opened(who) for who in ("li", "sun", "newcomer")]
    registry.by("li", "end_session", session_id=ended[0])
    registry.by("he", "erase_resident", resident_id=registry.ids["sun"])
    registry.by("he", "correct_resident", resident_id=registry.ids["newcomer"], password_hash="$argon2id$new")
    valid = opened("li")

    closed = registry.call("closed_sessions", since="2026-11-20T01:59:00+00:00")["sessions"]
    assert set(ended) <= set(closed)
    assert valid not in closed


# Passwords and resets


def test_people_change_their_password_and_their_other_sessions_end(registry: Registry) -> None:
    current = registry.call("open_session", person=registry.ids["he"], refresh_hash="1")["session"]
    registry.call("open_session", person=registry.ids["he"], refresh_hash="2")
    former = registry.by("he", "own_credential")["password_hash"]
    change = {"session": current, "former_hash": former, "password_hash": "$argon2id$new"}

    registry.by("he", "change_password", **change)

    assert registry.call("credential", phone="13900000000")["password_hash"] == "$argon2id$new"
    assert is_revoked(registry, "2")
    assert not is_revoked(registry, "1")
    assert kinds(registry, "he")[-1] == "password_changed"
    with pytest.raises(errors.WrongState):
        registry.by("he", "change_password", **change)


def test_a_password_set_by_the_committee_ends_the_persons_sessions(registry: Registry) -> None:
    registry.call("open_session", person=registry.ids["li"], refresh_hash="1")

    registry.by("he", "correct_resident", resident_id=registry.ids["li"], password_hash="$argon2id$new")

    assert is_revoked(registry, "1")
    change = registry.by("li", "list_sign_in_changes")["data"][0]
    assert (change["kind"], change["by_id"]) == ("password_set", registry.ids["he"])


def test_the_committee_resets_how_a_person_signs_in_with_a_record(registry: Registry) -> None:
    bind(registry, "li", openid="lost")
    registry.by("wang", "invite_resident", resident_id=registry.ids["li"], code="OPEN")

    registry.by("he", "reset_sign_in", resident_id=registry.ids["li"], reason="手机丢失")
    registry.later(days=3).tick("apply_approved_proposals")

    assert is_revoked(registry, "of lost")
    with pytest.raises(errors.InvitationInvalid):
        registry.call("bind", account=account(registry), invite_code="OPEN")
    change = registry.by("li", "list_sign_in_changes")["data"][0]
    assert (change["kind"], change["by_id"], change["reason"]) == ("reset", registry.ids["he"], "手机丢失")
    bind(registry, "li")
    assert [each["state"] for each in registry.by("li", "list_bindings")["data"]] == ["bound"]


def test_the_committee_resets_neither_itself_nor_anybody_with_an_office(registry: Registry) -> None:
    registry.person("fellow", phone="13700000000", password_hash="$argon2id$fellow")
    registry.by("he", "appoint", person_id=registry.ids["fellow"], role="committee")
    for whom, refusal in (("he", errors.Recused), ("fellow", errors.RoleMissing), ("zhou", errors.RoleMissing)):
        with pytest.raises(refusal):
            registry.by("he", "reset_sign_in", resident_id=registry.ids[whom], reason="x", password_hash="$argon2id$x")
        with pytest.raises(refusal):
            registry.by("he", "correct_resident", resident_id=registry.ids[whom], password_hash="$argon2id$x")
    for by in ("wang", "zhou", "li"):
        with pytest.raises(errors.RoleMissing):
            registry.by(by, "reset_sign_in", resident_id=registry.ids["sun"], reason="x")


def test_the_platform_requests_resets_of_people_with_an_office_and_nobody_else(registry: Registry) -> None:
    for whom in ("zhou", "he"):
        answer = registry.by("administrator", "reset_sign_in", resident_id=registry.ids[whom], reason="x")
        assert answer["state"] == "proposed"

    for whom in ("li", "wang"):
        with pytest.raises(errors.NotFound):
            registry.by("administrator", "reset_sign_in", resident_id=registry.ids[whom], reason="x")
    with pytest.raises(errors.Recused):
        registry.by("administrator", "reset_sign_in", resident_id=registry.ids["administrator"], reason="x")


def test_a_committee_does_not_reset_people_of_another_community(registry: Registry) -> None:
    theirs = registry.ids["li"]
    found_community(registry, "莲花社区", "13900000009")

    with pytest.raises(errors.NotFound):
        registry.by("he", "reset_sign_in", resident_id=theirs, reason="x")
