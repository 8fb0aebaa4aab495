"""New rewards, other names and much lower prices wait for another person; refills and small changes do not (R25)."""

from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from contracts import errors, registry
from contracts.exchange import RewardDecided
from tests.services.exchange.conftest import SINCE, Exchange, person
from tests.services.exchange.factories import COMMUNITY, rice

TERMS: dict[str, Any] = {"kind": "goods", "name": "大米", "description": "", "points": 50, "stock": 10, "listed": True}
TERMS |= {"starts_on": None, "ends_on": None, "limit_per_household": None, "limit_per_person": None}
TERMS |= {"merchant_ids": [], "gives": "voucher"}


@pytest.mark.parametrize(
    ("changed", "needed"),
    [
        ({"points": 40}, False),
        ({"points": 39}, True),
        ({"points": 500}, False),
        ({"name": "自行车"}, True),
        ({"kind": "priority"}, True),
        ({"description": "每袋 50 公斤"}, True),
        ({"listed": False}, False),
    ],
)
def test_something_else_or_a_price_more_than_a_fifth_lower_needs_a_second_person(
    changed: dict[str, Any], needed: bool
) -> None:
    reward = rice(points=50)

    assert reward.needs_second_person({"kind": reward.kind, "name": reward.name, "points": 50} | changed) is needed


def test_small_steps_do_not_add_up_to_a_large_one() -> None:
    reward = rice(points=50)
    reward.revise(stock=10, kind="goods", name=reward.name, points=40)

    assert reward.needs_second_person({"kind": "goods", "name": reward.name, "points": 39})


@pytest.fixture
def exchange(exchange: Exchange) -> Exchange:
    """The small community after its set-up: Chen and Qian are of the working group, He of the branch."""
    roles = {"per_chen": "working_group_chair", "per_qian": "working_group", "per_he": "branch"}
    of = {"community": COMMUNITY, "scope": COMMUNITY, "since": SINCE}
    exchange.handle(
        *(registry.Appointed(**of, appointment=f"apt_{who}", person=who, role=role) for who, role in roles.items())
    )
    return exchange


def offer(exchange: Exchange, **terms: Any) -> dict[str, Any]:
    return exchange.call("offer_reward", actor=person("per_chen"), **(TERMS | terms))


def decide(exchange: Exchange, who: str, proposal: str, verb: str = "approve", **more: Any) -> dict[str, Any]:
    return exchange.call(f"{verb}_reward_proposal", actor=person(who), proposal_id=proposal, **more)


def on_offer(exchange: Exchange) -> dict[str, int]:
    return {row["name"]: row["points"] for row in exchange.call("list_rewards", actor=person("per_li"))["data"]}


@pytest.fixture
def offered(exchange: Exchange) -> dict[str, Any]:
    """A reward that two people agreed on."""
    reward = offer(exchange)
    decide(exchange, "per_qian", reward["proposal_id"])
    exchange.emitted.clear()
    return reward


def revise(exchange: Exchange, reward: dict[str, Any], who: str = "per_chen", **terms: Any) -> dict[str, Any]:
    return exchange.call("revise_reward", actor=person(who), reward_id=reward["id"], **(TERMS | terms))


def test_a_new_reward_is_on_offer_when_somebody_else_approved_it(exchange: Exchange) -> None:
    reward = offer(exchange)
    assert (reward["approved"], on_offer(exchange)) == (False, {})
    with pytest.raises(errors.RewardUnavailable):
        exchange.order(reward["id"])
    with pytest.raises(errors.Recused):
        decide(exchange, "per_chen", reward["proposal_id"])
    with pytest.raises(errors.RoleMissing):
        decide(exchange, "per_he", reward["proposal_id"])

    decide(exchange, "per_qian", reward["proposal_id"])

    assert on_offer(exchange) == {"大米": 50}
    steps = [(event.step, event.by) for event in exchange.emitted if isinstance(event, RewardDecided)]
    assert steps == [("proposed", "per_chen"), ("approved", "per_qian")]


def test_a_much_lower_price_waits_while_the_stock_changes_at_once(exchange: Exchange, offered: dict[str, Any]) -> None:
    answer = revise(exchange, offered, points=10, stock=30)
    assert (answer["points"], answer["stock"], on_offer(exchange)) == (50, 30, {"大米": 50})
    order = exchange.order(offered["id"])

    [waiting] = exchange.call("list_reward_proposals", actor=person("per_qian"), state="open")["data"]
    assert (waiting["id"], waiting["points_before"], waiting["changes"]) == (
        answer["proposal_id"],
        50,
        {"points": 10},
    )
    decide(exchange, "per_qian", answer["proposal_id"])

    assert (on_offer(exchange), order["points"]) == ({"大米": 10}, 50)
    with pytest.raises(errors.AlreadyDecided):
        decide(exchange, "per_qian", answer["proposal_id"])


def test_a_refused_proposal_leaves_the_reward_as_it_is(exchange: Exchange, offered: dict[str, Any]) -> None:
    proposal = revise(exchange, offered, name="自行车")["proposal_id"]

    refused = decide(exchange, "per_qian", proposal, "refuse", reason="这不是大米")

    assert (refused["state"], refused["decision_reason"], on_offer(exchange)) == ("refused", "这不是大米", {"大米": 50})
    assert exchange.call("get_reward", actor=person("per_li"), reward_id=offered["id"])["proposal_id"] is None


def test_a_later_proposal_replaces_the_one_before(exchange: Exchange, offered: dict[str, Any]) -> None:
    first, second = (revise(exchange, offered, points=points)["proposal_id"] for points in (10, 20))

    with pytest.raises(errors.AlreadyDecided):
        decide(exchange, "per_qian", first)
    decide(exchange, "per_qian", second)
    assert on_offer(exchange) == {"大米": 20}


def test_what_is_not_approved_yet_is_proposed_anew_by_whoever_changes_it(exchange: Exchange) -> None:
    reward = offer(exchange)
    changed = revise(exchange, reward, "per_qian", points=5)

    with pytest.raises(errors.AlreadyDecided):
        decide(exchange, "per_qian", reward["proposal_id"])
    with pytest.raises(errors.Recused):
        decide(exchange, "per_qian", changed["proposal_id"])
    decide(exchange, "per_chen", changed["proposal_id"])
    assert on_offer(exchange) == {"大米": 5}


def test_a_small_change_of_price_is_made_at_once_and_recorded(exchange: Exchange, offered: dict[str, Any]) -> None:
    assert revise(exchange, offered, points=45)["proposal_id"] is None

    [changed] = [event for event in exchange.emitted if isinstance(event, RewardDecided)]
    assert (changed.step, changed.points_before, changed.points, changed.by) == ("changed", 50, 45, "per_chen")


def test_the_store_refuses_a_price_that_nobody_else_approved(exchange: Exchange, offered: dict[str, Any]) -> None:
    for change in ("points = 10", "points = 10, approved_points = 10", "name = 'x', approved_points = NULL"):
        with pytest.raises(IntegrityError), exchange.transaction() as tx:
            tx.session.execute(text(f"UPDATE rewards SET {change}"))
    revise(exchange, offered, points=10)
    with pytest.raises(IntegrityError), exchange.transaction() as tx:
        tx.session.execute(text("UPDATE reward_proposals SET state = 'approved', decided_by = proposed_by"))
