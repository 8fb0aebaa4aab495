"""What is sealed can get a new key, and what is erased is gone from everywhere in the store (R6, decision 0051)."""

from sqlalchemy import text

from messaging.transaction import Idempotency
from services.registry.reseal import reseal
from services.registry.sealing import Seal
from services.registry.store import metadata
from tests.services.registry.conftest import SEAL, Registry

NEW = Seal("another key that only the tests know", "a key that only the tests know")
CODE = "7K3M9QRTXW2EH5NA4BCD"


def test_with_a_new_key_phones_cards_and_accounts_are_found_and_read_as_before(registry: Registry) -> None:
    account = registry.call("wechat_session", openid="o1", refresh_hash="1")["account"]
    other = registry.call("wechat_session", openid="o2", refresh_hash="2")["account"]
    registry.by("he", "issue_card", household_id=registry.ids["li's"], code=CODE, pin_hash="$argon2id$pin")
    registry.by("he", "invite_resident", resident_id=registry.ids["sun"], code="INVITE")

    with registry.transaction() as tx:
        sealed = reseal(tx, NEW)
    registry._dependencies["seal"] = NEW

    assert sealed == 4  # the administrator, he, wang, and a card
    assert registry.call("credential", phone="13900000000")["person"] == registry.ids["he"]
    assert registry.by("he", "get_resident", resident_id=registry.ids["wang"])["phone_masked"] == "138****0001"
    assert registry.by("he", "printed_card", household_id=registry.ids["li's"])["code"] == CODE
    assert registry.call("bind", account=account, invite_code="INVITE")["person"] == registry.ids["sun"]
    assert registry.call("wechat_session", openid="o1", refresh_hash="3")["person"] == registry.ids["sun"]
    assert registry.call("wechat_session", openid="o2", refresh_hash="4")["account"] == other


def test_afterwards_the_former_key_opens_nothing_and_is_not_needed(registry: Registry) -> None:
    registry.call("wechat_session", openid="o1", refresh_hash="1")
    with registry.transaction() as tx:
        reseal(tx, NEW)
    registry._dependencies["seal"] = NEW
    first = registry.call("wechat_session", openid="o1", refresh_hash="2")["account"]

    registry._dependencies["seal"] = Seal("another key that only the tests know")

    assert registry.call("wechat_session", openid="o1", refresh_hash="3")["account"] == first
    assert registry.call("credential", phone="13900000000")["person"] == registry.ids["he"]
    with registry.transaction() as tx:
        assert not tx.within(registry.as_("he")).people.with_phone(SEAL.phone("13900000000").index)


def test_of_an_erased_person_no_row_of_the_store_tells_name_or_phone(registry: Registry) -> None:
    once = Idempotency(caller="he", key="1", digest="1")
    form = {"name": "不复存在", "phone": "13812340099", "household_id": registry.ids["li's"], "tenure": "tenant"}
    gone = registry.call("register_resident", actor=registry.as_("he"), idempotency=once, **form)["id"]

    registry.by("he", "erase_resident", resident_id=gone)

    with registry.transaction() as tx:
        for table in metadata.sorted_tables:
            told = str(tx.session.execute(text(f"SELECT * FROM {table.name} AS row")).all())
            assert "不复存在" not in told, table.name
            assert "0099" not in told, table.name
    registry.call("register_resident", actor=registry.as_("he"), idempotency=once, **form)
    assert registry.replayed
