"""A new card of a household pays when a second person activates it, or nobody voids it in time (R6)."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from contracts import errors
from contracts.instants import instant
from contracts.registry import CardActivated
from services.registry.domain.cards import Card
from tests.services.registry.conftest import NOW, Registry
from tests.services.registry.test_concurrency import at_once
from tests.services.registry.test_households import CODE, NEXT, issue

LATER = NOW + timedelta(days=7)


# Rules


def a_card() -> Card:
    card, _ = Card.issue("com_1", "hou_1", CODE, b"", "$argon2id$pin", "per_officer", NOW, active_from=LATER)
    return card


def test_a_card_pays_when_its_time_has_come() -> None:
    assert [a_card().is_active(at) for at in (NOW, LATER - timedelta(seconds=1), LATER)] == [False, False, True]


@pytest.mark.parametrize(("by", "as_"), [("per_li", "member"), ("per_officer", "member"), ("per_head", "witness")])
def test_a_member_or_a_witness_lets_it_pay_at_once(by: str, as_: Any) -> None:
    card = a_card()

    event = card.activate(by, as_, NOW)

    assert card.is_active(NOW)
    assert (event.active_from, event.by, event.activated_as, event.sequence) == (NOW, by, as_, 2)


def test_who_issued_a_card_is_no_witness() -> None:
    card = a_card()
    with pytest.raises(errors.Recused):
        card.activate("per_officer", "witness", NOW)
    assert not card.is_active(NOW)


def test_a_card_that_pays_or_is_void_is_not_activated() -> None:
    paying, void = a_card(), a_card()
    void.revoke(NOW)

    with pytest.raises(errors.AlreadyDecided):
        paying.activate("per_head", "witness", LATER)
    with pytest.raises(errors.WrongState):
        void.activate("per_head", "witness", NOW)
    assert not void.is_active(LATER)


# With the store


def activate(registry: Registry, by: str, household: str = "li's", issued_at: str = instant(NOW)) -> dict[str, Any]:
    form = {"household_id": registry.ids[household], "issued_at": issued_at}
    shown: dict[str, Any] = registry.by(by, "activate_card", **form)
    return shown


def shown_to(registry: Registry, who: str) -> dict[str, Any]:
    card: dict[str, Any] = registry.by(who, "get_household", household_id=registry.ids["li's"])["card"]
    return card


@pytest.mark.parametrize("by", ["li", "zhou", "he"])
def test_a_member_or_another_officer_activates_a_card_of_the_head(registry: Registry, by: str) -> None:
    issue(registry, "wang")
    registry.new_events()
    assert shown_to(registry, by)["awaits_me"]

    shown = activate(registry, by)

    assert (shown["status"], shown["activated_by_id"], shown["awaits_me"]) == ("active", registry.ids[by], False)
    [event] = registry.new_events()
    assert isinstance(event, CardActivated)
    assert (event.by, event.activated_as) == (registry.ids[by], "member" if by == "li" else "witness")


@pytest.mark.parametrize("issuer", ["wang", "zhou", "he"])
def test_who_issued_a_card_does_not_activate_it(registry: Registry, issuer: str) -> None:
    issue(registry, issuer)
    registry.new_events()

    with pytest.raises(errors.Recused):
        activate(registry, issuer)

    assert shown_to(registry, issuer) | {"status": "waiting", "awaits_me": False} == shown_to(registry, issuer)
    assert registry.new_events() == []


def test_somebody_of_the_issuers_household_does_not_activate_a_card(registry: Registry) -> None:
    home = {"household_id": registry.ids["wang's"], "since": "2020-01-01"}
    registry.person("wife", tenure="owner", **home)
    registry.by("he", "appoint", person_id=registry.ids["wife"], role="grid_officer", scope_id=registry.ids["grid 12"])
    issue(registry, "wang")

    with pytest.raises(errors.Recused):
        activate(registry, "wife")


def test_members_who_are_children_or_wait_do_not_activate_a_card(registry: Registry) -> None:
    home = {"household_id": registry.ids["li's"], "tenure": "tenant"}
    registry.person("child", birth_year=NOW.year - 10, since="2020-01-01", **home)
    registry.person("newcomer", **home)
    issue(registry, "zhou")

    for who in ("child", "newcomer"):
        with pytest.raises(errors.Recused):
            activate(registry, who)


def test_residents_of_other_households_do_not_activate_a_card(registry: Registry) -> None:
    registry.person("neighbour", household_id=registry.ids["wang's"], tenure="tenant", since="2020-01-01")
    issue(registry, "zhou")

    with pytest.raises(errors.NotFound):
        activate(registry, "neighbour")


def test_a_card_that_a_member_orders_for_their_own_household_pays_at_once(registry: Registry) -> None:
    card = issue(registry, "wang", household="wang's")

    assert (card["status"], card["activated_by_id"]) == ("active", registry.ids["wang"])
    assert registry.new_event_names() == ["CardIssued", "CardActivated"]


def test_a_household_is_asked_about_its_new_card_until_it_answers(registry: Registry) -> None:
    def asked(who: str) -> int:
        return int(registry.by(who, "count_spending_waits")["cards_to_activate"])

    assert asked("li") == 0
    issue(registry, "zhou")
    assert [asked(who) for who in ("li", "sun", "wang", "zhou")] == [1, 1, 0, 0]
    activate(registry, "sun")
    assert asked("li") == 0


def test_a_card_that_replaces_a_lost_one_waits_and_is_not_activated_as_the_old_one(registry: Registry) -> None:
    issue(registry, "wang")
    activate(registry, "li")
    registry.at(NOW + timedelta(minutes=1))
    issue(registry, "zhou", NEXT)

    with pytest.raises(errors.WrongState):
        activate(registry, "wang", issued_at=instant(NOW))

    assert shown_to(registry, "li")["status"] == "waiting"


def test_a_card_that_a_member_refuses_is_void(registry: Registry) -> None:
    issue(registry, "zhou")
    registry.by("sun", "revoke_card", household_id=registry.ids["li's"])

    with pytest.raises(errors.NotFound):
        activate(registry, "wang")


def test_of_two_who_activate_at_once_one_does_and_a_refusal_always_voids(registry: Registry) -> None:
    issue(registry, "zhou")
    registry.new_events()
    assert at_once(lambda: activate(registry, "wang"), lambda: activate(registry, "li")) == {
        "done": 1,
        "already_decided": 1,
    }
    assert registry.new_event_names() == ["CardActivated"]

    issue(registry, "zhou", NEXT)
    at_once(
        lambda: activate(registry, "li"),
        lambda: registry.by("sun", "revoke_card", household_id=registry.ids["li's"]),
    )
    assert shown_to(registry, "li") is None


def test_the_store_refuses_a_card_that_its_issuer_activated_as_a_witness(registry: Registry) -> None:
    issue(registry, "zhou")
    change = "UPDATE cards SET activated_by = by, activated_at = issued_at, activated_as = 'witness'"

    with (
        pytest.raises(sa.exc.IntegrityError, match="cards_activated_by_another"),
        registry.engine.begin() as connection,
    ):
        connection.execute(sa.text(change))
