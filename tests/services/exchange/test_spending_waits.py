"""The exchange lets nobody spend a household's points, or see its vouchers, before their wait is over (R6)."""

from datetime import date, timedelta

import pytest

from contracts import errors
from contracts.instants import instant
from contracts.registry import ResidentMoved, ResidentRegistered, SpendingWaitChanged
from tests.services.exchange.conftest import Exchange, person
from tests.services.exchange.factories import COMMUNITY, NOW

ENDS = NOW + timedelta(days=7)
GHOST = "per_ghost"


def join(exchange: Exchange, household: str = "hou_1", wait: str = "spw_1") -> None:
    """Let the ghost be registered in a household, as the registry announces it."""
    exchange.handle(
        ResidentRegistered(
            community=COMMUNITY,
            person=GHOST,
            household=household,
            tenure="tenant",
            since=date(2026, 1, 1),
            spending_wait=wait,
            spends_from=ENDS,
        )
    )


def change(exchange: Exchange, state: str, sequence: int = 2, **facts: object) -> None:
    """Announce what became of the ghost's wait."""
    made = {"wait": "spw_1", "cause": "registered", "person": GHOST, "household": "hou_1", "ends_at": ENDS}
    made |= {"community": COMMUNITY, "recorded_by": "per_zhou", "by": "per_li", "at": NOW}
    exchange.handle(SpendingWaitChanged(**made | {"state": state, "sequence": sequence} | facts))


def refusal(exchange: Exchange) -> errors.SpendingWaits:
    with pytest.raises(errors.SpendingWaits) as refused:
        exchange.order(exchange.reward(), by=GHOST)
    return refused.value


def test_a_new_member_neither_orders_nor_gets_a_pay_code_until_the_wait_is_over(exchange: Exchange) -> None:
    join(exchange)
    reward = exchange.reward()

    assert refusal(exchange).facts == {"state": "open", "spends_from": instant(ENDS)}
    with pytest.raises(errors.SpendingWaits):
        exchange.call("issue_paycode", actor=person(GHOST))
    assert exchange.order(reward, by="per_li")["status"] == "placed"

    exchange.at(ENDS)
    assert exchange.order(reward, by=GHOST)["status"] == "placed"
    assert exchange.call("issue_paycode", actor=person(GHOST))["paycode"]


def test_a_new_member_orders_nothing_for_other_members(exchange: Exchange) -> None:
    join(exchange)

    with pytest.raises(errors.SpendingWaits):
        exchange.order(exchange.reward(), by=GHOST, person_id="per_li")


def test_a_new_member_does_not_agree_to_what_somebody_else_ordered_for_them(exchange: Exchange) -> None:
    join(exchange)
    placed = exchange.order(exchange.reward(), by="per_wang", person_id=GHOST)
    exchange.hold(exchange.emitted[-1])

    with pytest.raises(errors.SpendingWaits):
        exchange.call("give_consent", actor=person(GHOST), order_id=placed["id"])
    refused = exchange.call("refuse_consent", actor=person(GHOST), order_id=placed["id"])

    assert refused["status"] == "cancelled"


def test_a_new_member_does_not_see_the_vouchers_of_the_household(exchange: Exchange) -> None:
    bought = exchange.confirmed(exchange.reward())
    join(exchange)

    assert exchange.call("list_orders", actor=person(GHOST))["data"] == []
    assert exchange.call("count_waiting_orders", actor=person(GHOST))["to_redeem"] == 0
    for call in ("get_order", "cancel_order"):
        with pytest.raises(errors.NotFound):
            exchange.call(call, actor=person(GHOST), order_id=bought["id"])

    change(exchange, "agreed")
    assert [order["id"] for order in exchange.call("list_orders", actor=person(GHOST))["data"]] == [bought["id"]]


@pytest.mark.parametrize("state", ["agreed", "allowed", "ended"])
def test_what_lets_a_member_spend_before_the_time(exchange: Exchange, state: str) -> None:
    join(exchange)

    change(exchange, state)

    assert exchange.order(exchange.reward(), by=GHOST)["status"] == "placed"


@pytest.mark.parametrize("state", ["refused", "denied"])
def test_what_stops_a_member_also_after_the_time(exchange: Exchange, state: str) -> None:
    join(exchange)
    change(exchange, state)
    exchange.at(ENDS + timedelta(days=100))

    assert refusal(exchange).facts["state"] == state


def test_announcements_may_come_twice_and_in_any_order(exchange: Exchange) -> None:
    change(exchange, "agreed")
    change(exchange, "open", sequence=1)
    join(exchange)
    join(exchange)

    assert exchange.order(exchange.reward(), by=GHOST)["status"] == "placed"


def test_a_wait_over_one_household_does_not_keep_a_member_from_the_points_of_another(exchange: Exchange) -> None:
    join(exchange)
    exchange.handle(
        ResidentMoved(
            community=COMMUNITY, sequence=2, person=GHOST, household="hou_2", tenure="tenant", since=date(2026, 1, 2)
        )
    )

    assert exchange.order(exchange.reward(), by=GHOST)["status"] == "placed"


def test_a_wait_over_all_that_somebody_can_spend_holds_in_every_household(exchange: Exchange) -> None:
    change(exchange, "open", sequence=1, wait="spw_2", person="per_li", household=None, ends_at=None)

    with pytest.raises(errors.SpendingWaits) as refused:
        exchange.order(exchange.reward(), by="per_li")
    assert refused.value.facts["spends_from"] is None
