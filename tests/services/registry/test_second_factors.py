"""Signing in with one-time codes: who needs them, how they are enrolled, used once and removed (R4)."""

from datetime import timedelta
from typing import Any

import pyotp
import pytest

from contracts import errors
from services.registry.reencrypt import reencrypt
from services.registry.use_cases.second_factors import SecondFactorRoles
from tests.services.registry.conftest import CIPHER, NOW, Registry

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code(step: int = 0) -> str:
    """Return the code of the present time step, or of one before or after it."""
    return pyotp.TOTP(SECRET).at(NOW + timedelta(seconds=30 * step))


def sign_in(registry: Registry, who: str, refresh_hash: str, **more: Any) -> Any:
    return registry.call("open_session", person=registry.ids[who], refresh_hash=refresh_hash, **more)


def enrol(registry: Registry, who: str) -> str:
    """Enrol a person with the code of the step before, and return their session."""
    session = str(sign_in(registry, who, f"enrolling {who}")["session"])
    registry.by(who, "enrol_second_factor", secret=SECRET)
    registry.by(who, "confirm_second_factor", session=session, code=code(-1))
    return session


def test_who_has_a_role_that_needs_a_factor_may_only_enrol_one(registry: Registry) -> None:
    registry.require_second_factor("platform, committee")
    assert sign_in(registry, "he", "1")["limited"]
    assert not sign_in(registry, "zhou", "2")["limited"]
    assert registry.call("rotate_session", refresh_hash="1", new_refresh_hash="3")["limited"]

    registry.by("he", "enrol_second_factor", secret=SECRET)
    session = sign_in(registry, "he", "4")["session"]
    confirmed = registry.by("he", "confirm_second_factor", session=session, code=code())

    assert not confirmed["limited"]
    assert not registry.call("rotate_session", refresh_hash="4", new_refresh_hash="5")["limited"]
    with pytest.raises(errors.SessionRevoked):
        registry.call("rotate_session", refresh_hash="3", new_refresh_hash="6")


def test_a_refresh_looks_again_whether_a_factor_is_needed(registry: Registry) -> None:
    sign_in(registry, "zhou", "1")
    registry.require_second_factor("grid_officer")

    assert registry.call("rotate_session", refresh_hash="1", new_refresh_hash="2")["limited"]


def test_an_enrolled_person_signs_in_with_a_code_that_is_valid_once(registry: Registry) -> None:
    enrol(registry, "he")

    with pytest.raises(errors.SecondFactorRequired):
        sign_in(registry, "he", "1")
    for wrong in ("000000", code(-1), code(-3), code(3)):
        with pytest.raises(errors.SecondFactorInvalid):
            sign_in(registry, "he", "1", code=wrong)
    assert not sign_in(registry, "he", "1", code=code())["limited"]
    with pytest.raises(errors.SecondFactorInvalid):
        sign_in(registry, "he", "2", code=code())
    sign_in(registry, "he", "2", code=code(1))


def test_an_enrolment_that_was_not_confirmed_asks_for_nothing(registry: Registry) -> None:
    session = sign_in(registry, "he", "1")["session"]
    registry.by("he", "enrol_second_factor", secret="A" * 32)
    registry.by("he", "enrol_second_factor", secret=SECRET)

    sign_in(registry, "he", "2")
    with pytest.raises(errors.SecondFactorInvalid):
        registry.by("he", "confirm_second_factor", session=session, code="000000")


def test_a_confirmed_factor_is_not_replaced_and_removed_only_with_a_code(registry: Registry) -> None:
    enrol(registry, "he")
    with pytest.raises(errors.WrongState):
        registry.by("he", "enrol_second_factor", secret="A" * 32)
    with pytest.raises(errors.SecondFactorInvalid):
        registry.by("he", "remove_second_factor", code="000000")

    registry.by("he", "remove_second_factor", code=code())

    sign_in(registry, "he", "1")
    kinds = [change["kind"] for change in registry.by("he", "list_sign_in_changes")["data"]]
    assert {"second_factor_enrolled", "second_factor_removed"} <= set(kinds)


def test_a_factor_that_a_role_needs_is_not_removed(registry: Registry) -> None:
    registry.require_second_factor("committee")
    enrol(registry, "he")

    with pytest.raises(errors.WrongState):
        registry.by("he", "remove_second_factor", code=code())


def test_signing_in_by_wechat_needs_the_code_too(registry: Registry) -> None:
    account = registry.call("wechat_session", openid="o1", refresh_hash="1")["account"]
    registry.by("he", "invite_resident", resident_id=registry.ids["he"], code="OWN")
    registry.call("bind", account=account, invite_code="OWN")
    registry.by("he", "confirm_binding", binding_id=account)
    enrol(registry, "he")

    with pytest.raises(errors.SecondFactorRequired):
        registry.call("wechat_session", openid="o1", refresh_hash="2")
    assert registry.call("wechat_session", openid="o1", refresh_hash="2", code=code())["person"] == registry.ids["he"]


def test_binding_an_account_does_not_bypass_the_factor(registry: Registry) -> None:
    enrol(registry, "he")
    enrol(registry, "zhou")
    account, other = (
        registry.call("wechat_session", openid=openid, refresh_hash=hash)["account"]
        for openid, hash in (("o1", "1"), ("o2", "of zhou"))
    )
    for who, code_of in (("he", "OWN"), ("zhou", "ZHOU")):
        registry.by("he", "invite_resident", resident_id=registry.ids[who], code=code_of)

    registry.call("bind", account=account, invite_code="OWN")
    registry.by("he", "confirm_binding", binding_id=account)
    waiting = registry.call("bind", account=other, invite_code="ZHOU")
    registry.approve(waiting["proposal_id"])

    session = registry.call("rotate_session", refresh_hash="1", new_refresh_hash="2")
    assert session["limited"]
    assert not registry.by("he", "confirm_second_factor", session=session["session"], code=code())["limited"]


def test_nobody_confirms_with_the_session_or_the_factor_of_another(registry: Registry) -> None:
    session = enrol(registry, "he")

    with pytest.raises(errors.NotFound):
        registry.by("zhou", "confirm_second_factor", session=session, code=code())


def test_a_reset_removes_the_factor(registry: Registry) -> None:
    enrol(registry, "zhou")

    reset = registry.by("administrator", "reset_sign_in", resident_id=registry.ids["zhou"], reason="手机丢失")
    registry.approve(reset["proposal_id"], "he")

    sign_in(registry, "zhou", "1")


def test_an_erased_person_leaves_no_factor(registry: Registry) -> None:
    enrol(registry, "li")

    registry.by("he", "erase_resident", resident_id=registry.ids["li"])

    with registry.transaction() as tx:
        assert tx.scope_of(registry.ids["community"]).second_factors.find(registry.ids["li"]) is None


def test_secrets_are_stored_encrypted_and_encrypted_again_with_a_new_key(registry: Registry) -> None:
    enrol(registry, "he")
    with registry.transaction() as tx:
        factor = tx.scope_of(registry.ids["community"]).second_factors.find(registry.ids["he"])
        before = bytes(factor.secret_cipher)
        reencrypt(tx, CIPHER)
    with registry.transaction() as tx:
        factor = tx.scope_of(registry.ids["community"]).second_factors.find(registry.ids["he"])
        after = bytes(factor.secret_cipher)
    assert SECRET.encode() not in before
    assert before != after
    assert CIPHER.decrypt(after) == SECRET


def test_an_unknown_role_in_the_setting_is_refused() -> None:
    with pytest.raises(ValueError, match="committe"):
        SecondFactorRoles.of("committe")
    assert SecondFactorRoles.of(None) == SecondFactorRoles.of("") == SecondFactorRoles()
