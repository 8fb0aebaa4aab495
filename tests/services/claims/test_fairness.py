"""Who declared for whom (R41)."""

from typing import Any

import pytest

from contracts.errors import RoleMissing
from tests.services.claims.conftest import HOMES, ClaimsHarness, actor


def ask(service: ClaimsHarness, by: str = "lin", **ages: str) -> dict[str, Any]:
    shown: dict[str, Any] = service.call(
        "get_declaring_fairness", actor=actor(by), first="2026-11", last="2026-11", ages=ages
    )
    return shown


def test_r41_claims_are_counted_by_who_declared_them(service: ClaimsHarness) -> None:
    service.adopt_rulebook()
    for person in ("li", "sun", "zhao", "wife"):
        service.submit("wang", item="council", person_id=f"per_{person}")
    for person in ("li", "sun", "zhou", "wang", "wu"):
        if person in HOMES:
            service.submit(person, item="volunteer")

    shown = ask(service)

    counted = {each["declarer"]: each["claims"] for each in shown["by_declarer"]}
    assert shown["claims"] == 8
    assert (counted["household"], counted["grid_officer"], counted["system"]) == (0, 0, 0)
    assert (counted["self"], counted["head"]) == (None, None), "four people each"


def test_r41_whoever_is_acted_for_is_shown_by_age(service: ClaimsHarness) -> None:
    service.adopt_rulebook()
    for person in ("li", "sun", "zhao", "wife"):
        service.submit("wang", item="council", person_id=f"per_{person}")
    service.submit("wang", item="council")

    by_age = {each["group"]: each for each in ask(service)["by_age"]}

    assert by_age["unknown"] == {"group": "unknown", "people": 5, "claims": 5, "by_others": 4}
    assert by_age["70_over"] == {"group": "70_over", "people": 0, "claims": 0, "by_others": 0}


def test_withdrawn_claims_do_not_count(service: ClaimsHarness) -> None:
    service.adopt_rulebook()
    claim = service.submit("li")
    service.call("withdraw_claim", actor=actor("li"), claim_id=claim["id"])

    assert ask(service)["claims"] == 0


def test_a_resident_does_not_read_who_declared_for_whom(service: ClaimsHarness) -> None:
    with pytest.raises(RoleMissing):
        ask(service, by="li")
