"""Who records people tries to spend a household's points as a member of it (R3, R6).

The household of 赵六 and 赵嫂 has points and a voucher; 赵六 has signed in, 赵嫂 has not. The rogue is a grid officer,
then the committee. Each way ends with a login that belongs to the household; none of them spends, or sees the voucher.
"""

import itertools
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from contracts import calendar
from deploy.demo.api_client import ApiClient, ApiError, wait_for
from tests.flows.community import PASSWORD, Community, Json, expect_refused
from tests.flows.samples import wait_before_spending

VICTIM, SILENT = "赵六", "赵嫂"
POINTS = 60
_accounts = (f"fake-of-the-rogue-{number}" for number in itertools.count())
_phones = map(str, itertools.count(17_800_000_001))


@pytest.fixture(scope="module")
def village(new_community: Callable[..., Community]) -> Community:
    """A community in which the victim's household has points, and a voucher for some of them."""
    village = new_community("守家村")
    village.credit_points(赵六=POINTS + 10)
    reward = village.create_reward(points=10)
    village.place_order(VICTIM, reward)
    wait_before_spending(village)
    return village


class Rogue:
    """A login that records people, and how it gets logins of the victim's household."""

    def __init__(self, village: Community, client: ApiClient) -> None:
        self.village, self.client = village, client
        self.household = village.household_id_of(VICTIM)

    def invited(self, person: str) -> ApiClient:
        """Sign in as a person by an invitation that the rogue gives itself."""
        invitation = self.client.post(f"/v1/residents/{person}/invitations")
        return self.village.api.sign_in_by_wechat(next(_accounts), invitation["invite_code"])

    def register_somebody(self) -> ApiClient:
        """Register somebody invented in the household."""
        form = {"name": "某人", "household_id": self.household, "tenure": "tenant"}
        return self.invited(self.client.post("/v1/residents", form)["id"])

    def move_somebody(self) -> ApiClient:
        """Register somebody in a household of their own, sign in as them, and move them into the household."""
        home = {"courtyard_id": self.village.courtyard_ids[2]}
        own = self.client.post("/v1/households", home)["id"]
        self.client.post("/v1/residents", {"name": "另一人", "household_id": own, "tenure": "owner"})
        form = {"name": "某人", "household_id": own, "tenure": "owner", "phone": next(_phones)}
        person = self.client.post("/v1/residents", form)["id"]
        session = self.village.api.sign_in_by_phone(next(_accounts), form["phone"], self.village.id)
        today = calendar.day_of(datetime.now(UTC)).isoformat()
        move = {"on": today, "to": {"household_id": self.household}, "whole_household": False}
        self.client.post(f"/v1/residents/{person}/moves", move)
        return session

    def invite_the_silent(self) -> ApiClient:
        """Sign in as a member who never signed in."""
        return self.invited(self.village.person_ids[SILENT])

    def record_a_number(self) -> ApiClient:
        """Record a number of one's own for a member who never signed in, and sign in by it."""
        phone = next(_phones)
        self.client.put(f"/v1/residents/{self._new_silent_member()}", {"phone": phone})
        return self.village.api.sign_in_by_phone(next(_accounts), phone, self.village.id)

    def set_a_password(self) -> ApiClient:
        """Give a member who never signed in a number and a password, and sign in by them."""
        phone = next(_phones)
        self.client.put(f"/v1/residents/{self._new_silent_member()}", {"phone": phone, "password": PASSWORD})
        return self.village.api.sign_in(phone, PASSWORD)

    def reset_a_member(self) -> ApiClient:
        """Reset how a member signs in, with a password that the rogue knows."""
        person, phone = self._new_silent_member(), next(_phones)
        self.client.put(f"/v1/residents/{person}", {"phone": phone})
        reset = {"reason": "手机丢失", "password": "a-password-of-the-rogue"}
        self.client.post_raw(f"/v1/residents/{person}/sign-in-reset", reset)
        return self.village.api.sign_in(phone, reset["password"])

    def record_a_number_and_reset(self) -> ApiClient:
        """Record a number of one's own for a member who can sign in, reset their sign-in, and sign in by the number."""
        person, number = self._new_bound_member(), next(_phones)
        self.client.put(f"/v1/residents/{person}", {"phone": number})
        self.client.post_raw(f"/v1/residents/{person}/sign-in-reset", {"reason": "手机丢失"})
        return self.village.api.sign_in_by_phone(next(_accounts), number, self.village.id)

    def record_a_number_and_appoint(self) -> ApiClient:
        """Record a number for a member who can sign in, unbind them by an appointment, and sign in by the number."""
        person, number = self._new_bound_member(), next(_phones)
        self.client.put(f"/v1/residents/{person}", {"phone": number})
        office = {"person_id": person, "role": "grid_officer", "scope_id": self.village.grid_ids["一网格"]}
        appointed = self.client.post("/v1/appointments", office)
        self.client.post(f"/v1/appointments/{appointed['id']}/end")
        return self.village.api.sign_in_by_phone(next(_accounts), number, self.village.id)

    def _new_bound_member(self) -> str:
        """Return a member of long standing who signs in by their own phone."""
        number = next(_phones)
        person = self._new_silent_member(phone=number)
        self.village.api.sign_in_by_phone(next(_accounts), number, self.village.id)
        return person

    def _new_silent_member(self, **more: str) -> str:
        """Return a member of long standing who never signed in: as in 0.1, without a wait."""
        wait_before_spending(self.village, days=0)
        form = {"name": "老人", "household_id": self.household, "tenure": "tenant", **more}
        person = str(self.village.committee.post("/v1/residents", form)["id"])
        wait_before_spending(self.village)
        return person


def obtained(village: Community, session: ApiClient, reward: str) -> list[Json]:
    """Return what a login of the household gets at: orders, pay codes, vouchers."""
    mine = lambda: session.get("/v1/me")["household"]  # noqa: E731
    assert wait_for("the login to belong to the household", mine)["id"] == village.household_id_of(VICTIM)
    found: list[Json] = list(session.get("/v1/orders")["data"])
    for path, form in (
        ("/v1/orders", {"reward_id": reward}),
        ("/v1/orders", {"reward_id": reward, "person_id": village.person_ids[VICTIM]}),
        ("/v1/me/paycode", {}),
    ):
        with suppress(ApiError):
            found.append(session.post(path, form))
    return found


def paid_by_card(village: Community, rogue: Rogue, reward: str) -> list[Json]:
    """Issue a card of the victim's household as a rogue, try to activate it, and return what it pays."""
    path = f"/v1/households/{rogue.household}/cards"
    lost, card = rogue.client.post(path), rogue.client.post(path)
    till = village.create_till(name=f"{rogue.household}的店{next(_phones)}")

    def pay(shown: Json, pin: str) -> str | None:
        form = {"card": shown["card_code"], "pin": pin, "points": 5, "merchant_reference": uuid.uuid4().hex}
        try:
            found.append(till.post("/v1/merchant/authorizations", form))
        except ApiError as error:
            return error.code
        return None

    found: list[Json] = []
    wait_for("the card to be known", lambda: pay(card, card["pin"]) in ("card_not_active", None))
    accomplice = rogue.register_somebody()
    for session in (rogue.client, accomplice):
        for issued_at in (lost["issued_at"], card["issued_at"]):
            with suppress(ApiError):
                found.append(session.post(f"{path}/current/activation", {"issued_at": issued_at}))
    form = {"reward_id": reward, "person_id": village.person_ids[VICTIM]}
    for session in (rogue.client, accomplice, village[village.head_of(VICTIM)]):
        with suppress(ApiError):
            found.append(session.post("/v1/orders", form | {"card": card["card_code"], "pin": card["pin"]}))
    refusals = {pay(card, card["pin"]), pay(lost, lost["pin"]), *(pay(card, "000000") for _ in range(6))}
    assert refusals == {"card_not_active", "card_invalid"}
    return found


@pytest.mark.attacks("issuing a card to spend a household's points", 2)
def test_neither_officer_nor_committee_spends_with_a_card_that_they_issued(village: Community) -> None:
    reward, before = village.create_reward(points=10), village.passbook(VICTIM)
    for client in (village["一网格员"], village.committee):
        assert paid_by_card(village, Rogue(village, client), reward) == []

    after = village.passbook(VICTIM)
    assert (after["available"], after["held"]) == (before["available"], before["held"])
    assert village[VICTIM].get(f"/v1/households/{village.household_id_of(VICTIM)}")["card"]["awaits_me"]


OF_AN_OFFICER = ("register_somebody", "move_somebody", "invite_the_silent")
OF_THE_COMMITTEE = (
    *OF_AN_OFFICER[:2],
    "record_a_number",
    "set_a_password",
    "reset_a_member",
    "record_a_number_and_reset",
    "record_a_number_and_appoint",
)


@pytest.mark.attacks("recording people to spend a household's points", len(OF_AN_OFFICER) + len(OF_THE_COMMITTEE))
def test_neither_officer_nor_committee_spends_a_household_s_points_as_a_member(village: Community) -> None:
    reward, asked_before = village.create_reward(points=10), asked_about(village)
    for rogue, ways in (
        (Rogue(village, village["一网格员"]), OF_AN_OFFICER),
        (Rogue(village, village.committee), OF_THE_COMMITTEE),
    ):
        for way in ways:
            assert obtained(village, getattr(rogue, way)(), reward) == [], way

    assert village.passbook(VICTIM)["available"] == POINTS
    assert len(asked_about(village) - asked_before) == len(OF_AN_OFFICER) + len(OF_THE_COMMITTEE)


def asked_about(village: Community) -> set[str]:
    """Return the people whom the victim is asked about."""
    waits = village[VICTIM].get("/v1/me/spending-waits", limit=100)["data"]
    return {wait["person_id"] for wait in waits if wait["asks_me"]}


@pytest.mark.attacks("moving a household away from its points", 2)
def test_neither_officer_nor_committee_leaves_a_household_s_points_to_somebody_invented(village: Community) -> None:
    household, person = village.household_id_of("张三"), village.person_ids["张三"]
    today = calendar.day_of(datetime.now(UTC)).isoformat()
    for rogue in (village["一网格员"], village.committee):
        rogue.post("/v1/residents", {"name": "某人", "household_id": household, "tenure": "tenant"})
        with expect_refused("wrong_state"):
            rogue.post(f"/v1/households/{household}/split", {"on": today, "resident_ids": [person]})
