"""Personal data can be encrypted with a new key, and is deleted everywhere by an erasure (R6, decision 0051)."""

from sqlalchemy import text

from messaging.transaction import Idempotency
from services.registry.encryption import PersonalDataCipher
from services.registry.reencrypt import reencrypt
from services.registry.store import metadata
from tests.services.registry.conftest import CIPHER, Registry

NEW = PersonalDataCipher("another key that only the tests know", "a key that only the tests know")
CODE = "7K3M9QRTXW2EH5NA4BCD"


def test_after_a_change_of_key_phones_cards_and_accounts_are_still_found_and_decrypted(registry: Registry) -> None:
    account = registry.call("wechat_session", openid="o1", refresh_hash="1")["account"]
    other = registry.call("wechat_session", openid="o2", refresh_hash="2")["account"]
    registry.by("he", "issue_card", household_id=registry.ids["li's"], code=CODE, pin_hash="$argon2id$pin")
    registry.by("he", "invite_resident", resident_id=registry.ids["sun"], code="INVITE")

    with registry.transaction() as tx:
        count = reencrypt(tx, NEW)
    registry._dependencies["cipher"] = NEW

    assert count == 4  # the administrator, he, wang, and a card
    assert registry.call("credential", phone="13900000000")["person"] == registry.ids["he"]
    assert registry.by("he", "get_resident", resident_id=registry.ids["wang"])["phone_masked"] == "138****0001"
    assert registry.by("he", "printed_card", household_id=registry.ids["li's"])["code"] == CODE
    assert registry.call("bind", account=account, invite_code="INVITE")["person"] == registry.ids["sun"]
    assert registry.call("wechat_session", openid="o1", refresh_hash="3")["person"] == registry.ids["sun"]
    assert registry.call("wechat_session", openid="o2", refresh_hash="4")["account"] == other


def test_after_reencryption_the_former_key_is_not_needed(registry: Registry) -> None:
    registry.call("wechat_session", openid="o1", refresh_hash="1")
    with registry.transaction() as tx:
        reencrypt(tx, NEW)
    registry._dependencies["cipher"] = NEW
    first = registry.call("wechat_session", openid="o1", refresh_hash="2")["account"]

    registry._dependencies["cipher"] = PersonalDataCipher("another key that only the tests know")

    assert registry.call("wechat_session", openid="o1", refresh_hash="3")["account"] == first
    assert registry.call("credential", phone="13900000000")["person"] == registry.ids["he"]
    with registry.transaction() as tx:
        assert not tx.scope(registry.as_("he")).people.with_phone(CIPHER.encrypt_phone("13900000000").index)


def test_no_row_contains_the_name_or_phone_of_an_erased_person(registry: Registry) -> None:
    once = Idempotency(caller="he", key="1", digest="1")
    form = {"name": "不复存在", "phone": "13812340099", "household_id": registry.ids["li's"], "tenure": "tenant"}
    gone = registry.call("register_resident", actor=registry.as_("he"), idempotency=once, **form)["id"]

    registry.by("he", "erase_resident", resident_id=gone)

    with registry.transaction() as tx:
        for table in metadata.sorted_tables:
            rows = str(tx.session.execute(text(f"SELECT * FROM {table.name} AS row")).all())
            assert "不复存在" not in rows, table.name
            assert "0099" not in rows, table.name
    registry.call("register_resident", actor=registry.as_("he"), idempotency=once, **form)
    assert registry.replayed
