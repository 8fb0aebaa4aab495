"""Sessions, WeChat accounts and invitations, on a real store."""

import pytest

from contracts import errors
from tests.services.registry.conftest import ADMINISTRATOR, Registry, found_community


def test_a_phone_with_a_password_is_a_credential(registry: Registry) -> None:
    he = {"person": registry.ids["he"], "community": registry.ids["community"], "password_hash": "$argon2id$he"}

    assert registry.call("credential", phone="13900000000") == he
    for phone in ("13800000001", "13811112222", "no phone"):
        with pytest.raises((errors.InvalidCredentials, errors.Invalid)):
            registry.call("credential", phone=phone)


def test_a_phone_number_signs_in_one_person_on_the_whole_platform(registry: Registry) -> None:
    with pytest.raises(errors.AlreadyExists):
        found_community(registry, "莲花社区", "13900000000")


def test_a_refresh_token_used_twice_revokes_the_session(registry: Registry) -> None:
    opened = registry.call("open_session", person=registry.ids["li"], refresh_hash="1", client="curl")
    assert opened["community"] == registry.ids["community"]

    rotated = registry.call("rotate_session", refresh_hash="1", new_refresh_hash="2")
    assert rotated["session"] == opened["session"]
    assert registry.call("rotate_session", refresh_hash="1", new_refresh_hash="3") == {"revoked": True}

    for token in ("2", "never given"):
        with pytest.raises(errors.SessionRevoked):
            registry.call("rotate_session", refresh_hash=token, new_refresh_hash="4")


def test_a_closed_session_stays_closed(registry: Registry) -> None:
    opened = registry.call("open_session", person=registry.ids["li"], refresh_hash="1")

    registry.call("close_session", session=opened["session"])
    registry.call("close_session", session="ses_unknown")

    with pytest.raises(errors.SessionRevoked):
        registry.call("rotate_session", refresh_hash="1", new_refresh_hash="2")


def test_expired_sessions_are_deleted(registry: Registry) -> None:
    registry.call("open_session", person=registry.ids["li"], refresh_hash="old")
    registry.later(days=31)
    registry.call("open_session", person=registry.ids["li"], refresh_hash="new")

    registry.tick("forget_sessions")

    with pytest.raises(errors.SessionRevoked):
        registry.call("rotate_session", refresh_hash="old", new_refresh_hash="2")
    assert registry.call("rotate_session", refresh_hash="new", new_refresh_hash="3")["person"] == registry.ids["li"]


def test_a_wechat_account_has_no_person_until_an_invitation_binds_it(registry: Registry) -> None:
    first = registry.call("wechat_session", openid="o1", refresh_hash="1")
    assert (first["person"], first["community"]) == (None, None)
    registry.by("wang", "invite_resident", resident_id=registry.ids["li"], code="CODE")

    bound = registry.call("bind", account=first["account"], invite_code="CODE")

    assert bound == {"person": registry.ids["li"], "community": registry.ids["community"], "limited": False}
    assert registry.call("rotate_session", refresh_hash="1", new_refresh_hash="2")["person"] == registry.ids["li"]
    assert registry.call("wechat_session", openid="o1", refresh_hash="3")["person"] == registry.ids["li"]
    with pytest.raises(errors.AlreadyBound):
        registry.call("bind", account=first["account"], invite_code="CODE")


def test_only_the_newest_invitation_is_valid_once_and_for_a_week(registry: Registry) -> None:
    accounts = [registry.call("wechat_session", openid=f"o{n}", refresh_hash=f"{n}")["account"] for n in range(3)]
    for code in ("OLD", "NEW"):
        registry.by("zhou", "invite_resident", resident_id=registry.ids["li"], code=code)

    with pytest.raises(errors.InvitationInvalid):
        registry.call("bind", account=accounts[0], invite_code="OLD")
    registry.call("bind", account=accounts[0], invite_code="NEW")
    with pytest.raises(errors.InvitationInvalid):
        registry.call("bind", account=accounts[1], invite_code="NEW")
    registry.by("zhou", "invite_resident", resident_id=registry.ids["sun"], code="LATE")
    registry.later(days=7)
    with pytest.raises(errors.InvitationInvalid):
        registry.call("bind", account=accounts[2], invite_code="LATE")


def test_nobody_invites_a_person_with_a_higher_role(registry: Registry) -> None:
    registry.by("he", "appoint", person_id=registry.ids["sun"], role="working_group")

    for by, whom in (("wang", "sun"), ("zhou", "sun"), ("wang", "wang"), ("li", "sun")):
        with pytest.raises(errors.RoleMissing):
            registry.by(by, "invite_resident", resident_id=registry.ids[whom], code="X")
    registry.by("zhou", "invite_resident", resident_id=registry.ids["wang"], code="X")
    registry.by("he", "invite_resident", resident_id=registry.ids["sun"], code="Y")


def account(registry: Registry, openid: str) -> str:
    """Create a WeChat account that is bound to nobody, and return its id."""
    return str(registry.call("wechat_session", openid=openid, refresh_hash=f"of {openid}")["account"])


def test_a_phone_number_binds_the_only_person_with_that_number(registry: Registry) -> None:
    own = account(registry, "o1")

    bound = registry.call("bind_by_phone", account=own, phone="+86 13800000001")

    assert bound == {"person": registry.ids["wang"], "community": registry.ids["community"], "limited": False}
    assert registry.call("wechat_session", openid="o1", refresh_hash="2")["person"] == registry.ids["wang"]
    with pytest.raises(errors.AlreadyBound):
        registry.call("bind_by_phone", account=own, phone="13800000001")
    stranger = account(registry, "o2")
    with pytest.raises(errors.PhoneUnknown):
        registry.call("bind_by_phone", account=stranger, phone="13812345678")


def test_a_number_known_in_two_communities_needs_a_choice(registry: Registry) -> None:
    wang, first = registry.ids["wang"], registry.ids["community"]
    found_community(registry, "莲花社区", "13900000009")
    registry.person("cousin", phone="13800000001")
    own = account(registry, "o1")

    with pytest.raises(errors.CommunityAmbiguous) as refused:
        registry.call("bind_by_phone", account=own, phone="13800000001")
    assert {each["name"] for each in refused.value.facts["communities"]} == {"昌宁社区", "莲花社区"}

    chosen = {"phone": "13800000001", "community_id": first}
    assert registry.call("bind_by_phone", account=own, **chosen)["person"] == wang
    other = account(registry, "o2")
    with pytest.raises(errors.PhoneUnknown):
        registry.call("bind_by_phone", account=other, phone="13800000001", community_id="com_other")


def test_a_phone_number_binds_nobody_who_has_or_will_have_an_office(registry: Registry) -> None:
    sun = registry.person("another", phone="13877777777")
    registry.by("he", "appoint", person_id=sun, role="working_group", since="2026-12-01")

    for phone in ("13900000000", "13877777777", ADMINISTRATOR):
        with pytest.raises(errors.InvitationRequired):
            registry.call("bind_by_phone", account=account(registry, phone), phone=phone)


def test_nobody_sets_the_phone_of_a_person_with_a_higher_role(registry: Registry) -> None:
    registry.by("he", "appoint", person_id=registry.ids["sun"], role="working_group")

    with pytest.raises(errors.RoleMissing):
        registry.by("zhou", "correct_resident", resident_id=registry.ids["sun"], phone="13877777777")

    registry.by("zhou", "correct_resident", resident_id=registry.ids["sun"], name="sun wukong")
    registry.by("he", "correct_resident", resident_id=registry.ids["sun"], phone="13877777777")
