"""Attacks on who acts as whom: invitations, phone numbers, passwords, sessions, keys and moves (R3, R4).

They go through the gateway to the running services. Where an attacker has many addresses, the gateway runs in this
process and the requests name their address themselves.
"""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from flask.testing import FlaskClient

from deploy.demo.api_client import Api, ApiClient, ApiError, wait_for
from deploy.local.stack import Stack
from gateway.app import create_app
from gateway.rpc import ConnectionPool
from gateway.security.rate_limits import limiter
from gateway.settings import Settings
from tests.flows.community import PASSWORD, Community, Json, expect_refused
from tests.flows.concurrency import run_concurrently

pytestmark = pytest.mark.attacks("attacks on who acts as whom")

_numbers = itertools.count(1)
_phones = map(str, itertools.count(17_000_000_001))
TODAY = datetime.now(UTC).date().isoformat()


@pytest.fixture(scope="module")
def village(new_community: Callable[..., Community]) -> Community:
    return new_community("身份村")


@pytest.fixture
def from_anywhere(stack: Stack, api: Api) -> Iterator[FlaskClient]:
    """A gateway with its default limits, whose clients choose their address with `environ_base`."""
    address = replace(stack.broker.address, user="gateway", password=stack.broker_password("gateway"))
    settings = Settings(
        jwt_secret=stack.settings["JWT_SECRET"],
        amqp_uri=address.amqp_uri(),
        wechat_base_url=stack.settings["WECHAT_BASE_URL"],
    )
    connections = ConnectionPool(settings.amqp_uri, size=2, deadline=settings.rpc_deadline)
    app = create_app(settings, connections)
    limiter.reset()
    yield app.test_client()
    limiter.reset()
    connections.close()


def stranger(village: Community) -> tuple[str, ApiClient, Json]:
    """Sign in a new WeChat account that is bound to nobody; return its login code, client and session."""
    code = f"fake-{village.id}-stranger-{next(_numbers)}"
    session = village.public.post("/v1/sessions", {"wechat_code": code})
    assert session["person_id"] is None
    return code, village.api.with_token(session["access_token"]), session


def invite(client: ApiClient, person: str) -> str:
    return str(client.post(f"/v1/residents/{person}/invitations")["invite_code"])


def register_staff(village: Community, role: str, grid: str | None = None) -> tuple[str, str]:
    """Register somebody with a password and appoint them, with the platform's approval; return id and phone number."""
    phone, name = next(_phones), f"职员{next(_numbers)}"
    person = village.committee.post("/v1/residents", {"name": name, "phone": phone, "password": PASSWORD})["id"]
    village.person_ids[name] = person
    village.appoint(name, role, village.grid_ids[grid] if grid else None)
    return person, phone


def sign_in(village: Community, phone: str, **more: Any) -> Json:
    session: Json = village.public.post("/v1/sessions", {"phone": phone, "password": PASSWORD, **more})
    return session


def wait_until_refused(client: ApiClient) -> None:
    """Wait until every gateway process refuses a client's access token."""

    def refused() -> bool:
        answers = [client.send("GET", "/v1/me") for _ in range(10)]
        return all(answer.status_code == 401 for answer in answers)

    wait_for("the end of the access token", refused, timeout=15)


# Invitations and bindings


def test_an_invitation_for_a_bound_person_lets_no_second_account_act_as_them(village: Community) -> None:
    victim, person = village["张三"], village.person_ids["张三"]
    code, attacker, _ = stranger(village)
    with expect_refused("binding_waits", 409):
        attacker.post("/v1/me/binding", {"invite_code": invite(village["王院长"], person)})

    with expect_refused("not_bound", 401):
        attacker.get("/v1/me")
    assert village.public.post("/v1/sessions", {"wechat_code": code})["person_id"] is None
    [waiting] = [each for each in victim.get("/v1/me/bindings")["data"] if each["state"] == "waiting"]
    assert waiting["invited_by_id"] == village.person_ids["王院长"]
    assert victim.get("/v1/me/sign-in-changes")["data"][0]["kind"] == "binding_requested"
    for other in ("李四", "王院长"):
        with expect_refused("not_found", 404):
            village[other].post(f"/v1/me/bindings/{waiting['id']}/confirm")
    assert victim.send("DELETE", f"/v1/me/bindings/{waiting['id']}").status_code == 204
    assert village.public.post("/v1/sessions", {"wechat_code": code})["person_id"] is None
    assert victim.get("/v1/me")["person"]["id"] == person


def test_a_committee_that_accepts_its_own_invitations_acts_as_no_office(village: Community) -> None:
    officer = village.committee.post("/v1/residents", {"name": "新网格员"})["id"]
    village.person_ids["新网格员"] = officer
    village.appoint("新网格员", "grid_officer", village.grid_ids["一网格"])
    for person, inviters in (
        (officer, (village.committee,)),
        (village.person_ids["杨院长"], (village.committee, village["二网格员"])),
    ):
        for inviter in inviters:
            code, attacker, _ = stranger(village)
            with pytest.raises(ApiError) as refused:
                attacker.post("/v1/me/binding", {"invite_code": invite(inviter, person)})
            assert refused.value.code == "binding_unproven"
            path = f"/v1/communities/{village.id}/proposals/{refused.value.problem['facts']['proposal_id']}"
            with expect_refused("role_missing", 403):
                inviter.post(f"{path}/approval")
            assert village.public.post("/v1/sessions", {"wechat_code": code})["person_id"] is None
            [shown] = [each for each in village["支部"].get(path.rpartition("/")[0])["data"] if each["id"] in path]
            assert shown["binding"]["check_number"] == refused.value.problem["facts"]["check_number"]
            village["支部"].post(f"{path}/refusal", {"reason": "不是本人的手机"})


def test_a_number_that_the_committee_recorded_gives_it_no_office(village: Community) -> None:
    phone, head = next(_phones), village.person_ids["陈院长"]
    village.committee.put(f"/v1/residents/{head}", {"phone": phone})
    for accepts_first in (False, True):
        code, attacker, _ = stranger(village)
        if accepts_first:
            with expect_refused("binding_unproven", 409):
                attacker.post("/v1/me/binding", {"invite_code": invite(village.committee, head)})
        with expect_refused("binding_unproven", 409):
            attacker.post("/v1/me/binding", {"phone_code": f"phone-{phone}", "community_id": village.id})
        assert village.public.post("/v1/sessions", {"wechat_code": code})["person_id"] is None


def test_an_invitation_given_before_an_appointment_binds_nobody_after_it(village: Community) -> None:
    before = invite(village["王院长"], village.person_ids["李四"])
    village.appoint("李四", "working_group")

    with expect_refused("invitation_invalid", 422):
        stranger(village)[1].post("/v1/me/binding", {"invite_code": before})


def test_an_account_that_a_head_bound_does_not_become_staff_by_an_appointment(village: Community) -> None:
    person = village.person_ids["钱七"]
    code, accomplice, _ = stranger(village)
    bound = accomplice.post("/v1/me/binding", {"invite_code": invite(village["刘院长"], person)})
    acting = village.api.with_token(bound["access_token"])
    assert acting.get("/v1/me")["person"]["id"] == person

    village.appoint("钱七", "working_group")

    wait_until_refused(acting)
    assert village.public.post("/v1/sessions", {"wechat_code": code})["person_id"] is None


def test_a_number_of_another_country_binds_nobody_here(village: Community) -> None:
    phone = next(_phones)
    person = village.committee.post("/v1/residents", {"name": "有手机的人", "phone": phone})["id"]

    for country in ("49", "1", "852", "0086"):
        with expect_refused("phone_country_unsupported", 422):
            stranger(village)[1].post("/v1/me/binding", {"phone_code": f"phone-+{country}-{phone}"})
    bound = stranger(village)[1].post("/v1/me/binding", {"phone_code": f"phone-{phone}", "community_id": village.id})
    assert bound["person_id"] == person


def test_a_phone_number_makes_nobody_platform_committee_or_staff(village: Community, stack: Stack) -> None:
    for phone in (stack.settings["PLATFORM_ADMIN_PHONE"], *(village.phones[name] for name in ("组长", "支部", "组员"))):
        with expect_refused("invitation_required", 403):
            stranger(village)[1].post("/v1/me/binding", {"phone_code": f"phone-{phone}"})
    with expect_refused("phone_unknown", 422):
        stranger(village)[1].post("/v1/me/binding", {"phone_code": "phone-13800000000"})


# Passwords, codes and keys


def _answers(client: FlaskClient, phone: str, attempts: list[tuple[str, str]], **headers: str) -> list[int]:
    """Return the status of each attempt to sign in with (address, password)."""
    return [
        client.post(
            "/v1/sessions",
            json={"phone": phone, "password": password},
            environ_base={"REMOTE_ADDR": address},
            headers=headers,
        ).status_code
        for address, password in attempts
    ]


@pytest.mark.attacks("guessed passwords", 120)
def test_passwords_of_one_account_are_not_tried_from_many_addresses(
    village: Community, from_anywhere: FlaskClient
) -> None:
    phone = village.phones["组员"]
    assert _answers(from_anywhere, phone, [("198.51.100.7", PASSWORD)]) == [201]

    guesses = [(f"203.0.113.{number}", f"guess {number}") for number in range(120)]
    assert _answers(from_anywhere, phone, guesses) == [401] * 10 + [429] * 110
    assert _answers(from_anywhere, phone, [("203.0.113.250", PASSWORD), ("198.51.100.7", PASSWORD)]) == [429, 201]


def test_one_address_does_not_try_many_accounts_or_pretend_to_be_others(from_anywhere: FlaskClient) -> None:
    attempt = [("203.0.113.1", "guess")]
    answers = [
        _answers(from_anywhere, f"139{number:08}", attempt, **{"X-Forwarded-For": f"10.0.0.{number}"})
        for number in range(25)
    ]
    assert answers == [[401]] * 20 + [[429]] * 5


@pytest.mark.attacks("invented merchant keys", 60)
def test_invented_keys_of_an_address_do_not_silence_the_till_behind_it(
    village: Community, from_anywhere: FlaskClient
) -> None:
    merchant = village.committee.post("/v1/merchants", {"name": "钥匙店"})["id"]
    key = village.committee.post(f"/v1/merchants/{merchant}/keys", {"mode": "test"})["key"]

    def ask(presented: str) -> int:
        headers = {"Authorization": f"Bearer {presented}"}
        return from_anywhere.get("/v1/merchant/shops", headers=headers).status_code

    invented = [ask(f"sz_live_{number:043}") for number in range(60)]
    assert invented[:20] == [401] * 20
    assert set(invented[20:]) == {429}
    assert [ask(key) for _ in range(5)] == [200] * 5


def test_a_second_factor_stops_a_stolen_password(village: Community) -> None:
    _, phone = register_staff(village, "branch")
    owner = village.api.with_token(sign_in(village, phone)["access_token"])
    secret = owner.post("/v1/me/second-factor")["secret"]
    totp, now = pyotp.TOTP(secret), datetime.now(UTC)
    before, present, after = (totp.at(now + timedelta(seconds=30 * step)) for step in (-1, 0, 1))
    owner.post("/v1/me/second-factor/confirm", {"code": before})

    with expect_refused("second_factor_required", 401):
        sign_in(village, phone)
    for code in (before, "000000" if "000000" not in (present, after) else "111111"):
        with expect_refused("second_factor_invalid", 401):
            sign_in(village, phone, code=code)
    assert not sign_in(village, phone, code=present)["limited"]
    with expect_refused("second_factor_invalid", 401):
        sign_in(village, phone, code=present)
    kinds = [change["kind"] for change in owner.get("/v1/me/sign-in-changes")["data"]]
    assert {"appointed", "session_opened", "second_factor_enrolled"} <= set(kinds)


def test_people_change_their_password_and_nobody_elses(village: Community) -> None:
    person, phone = register_staff(village, "branch")
    session = sign_in(village, phone)
    owner = village.api.with_token(session["access_token"])
    with expect_refused("password_wrong", 422):
        owner.put("/v1/me/password", {"old_password": "not this one", "password": "another-password"})
    with expect_refused("recused", 403):
        me = village.committee.get("/v1/me")["person"]["id"]
        village.committee.put(f"/v1/residents/{me}", {"password": "another-password"})
    with expect_refused("role_missing", 403):
        village["一网格员"].put(f"/v1/residents/{village.person_ids['张三']}", {"password": "another-password"})

    form = {"old_password": PASSWORD, "password": "another-password"}
    assert owner.send("PUT", "/v1/me/password", json=form).status_code == 204

    with expect_refused("invalid_credentials", 401):
        sign_in(village, phone)
    assert village.public.post("/v1/sessions", {"phone": phone, "password": "another-password"})["person_id"] == person
    assert owner.get("/v1/me")["person"]["id"] == person


def test_a_committee_acts_as_no_other_office(village: Community) -> None:
    for name in ("组长", "组员", "支部", "一网格员"):
        person = village.person_ids[name]
        with expect_refused("role_missing", 403):
            village.committee.put(f"/v1/residents/{person}", {"password": "another-password"})
        with expect_refused("role_missing", 403):
            form = {"reason": "x", "password": "another-password"}
            village.committee.post(f"/v1/residents/{person}/sign-in-reset", form)
        with expect_refused("binding_waits", 409):
            stranger(village)[1].post("/v1/me/binding", {"invite_code": invite(village.committee, person)})
        assert village.public.post("/v1/sessions", {"phone": village.phones[name], "password": PASSWORD})


def test_a_platform_administrator_alone_acts_as_no_office_of_a_community(village: Community) -> None:
    reset = {"reason": "手机丢失", "password": "a-password-of-the-rogue"}
    committee = village.committee.get("/v1/me")["person"]["id"]
    for person in (committee, *(village.person_ids[name] for name in ("组长", "支部", "一网格员"))):
        requested = village.administrator.post(f"/v1/residents/{person}/sign-in-reset", reset)
        assert (requested["state"], requested["takes_effect_at"]) == ("proposed", None)
        with expect_refused("role_missing", 403):
            path = f"/v1/communities/{village.id}/proposals/{requested['proposal_id']}"
            village.administrator.post(f"{path}/approval")
    for name in ("组长", "支部", "一网格员"):
        with expect_refused("invalid_credentials", 401):
            village.public.post("/v1/sessions", {"phone": village.phones[name], "password": reset["password"]})


def test_who_would_be_reset_reads_it_and_ends_it(village: Community) -> None:
    reset = {"reason": "手机丢失", "password": "another-password"}
    proposal = village.administrator.post(f"/v1/residents/{village.person_ids['支部']}/sign-in-reset", reset)
    [requested] = village["支部"].get("/v1/me/sign-in-resets")["data"]
    assert (requested["id"], requested["reason"]) == (proposal["proposal_id"], "手机丢失")
    ending = f"/v1/me/sign-in-resets/{requested['id']}"
    assert village["组长"].send("DELETE", ending).status_code == 404

    assert village["支部"].send("DELETE", ending).status_code == 204

    assert village["支部"].get("/v1/me/sign-in-resets")["data"] == []
    with expect_refused("already_decided", 409):
        village.committee.post(f"/v1/communities/{village.id}/proposals/{requested['id']}/approval")


# Sessions


def test_a_password_reset_ends_the_thiefs_session(village: Community) -> None:
    person, phone = register_staff(village, "branch")
    stolen = sign_in(village, phone)
    thief = village.api.with_token(stolen["access_token"])
    assert thief.get("/v1/me")["person"]["id"] == person

    reset = {"reason": "密码泄露", "password": "another-password"}
    requested = village.administrator.post(f"/v1/residents/{person}/sign-in-reset", reset)
    assert thief.get("/v1/me")["person"]["id"] == person
    village.committee.post(f"/v1/communities/{village.id}/proposals/{requested['proposal_id']}/approval")

    with expect_refused("session_revoked", 401):
        village.public.post("/v1/sessions/refresh", {"refresh_token": stolen["refresh_token"]})
    wait_until_refused(thief)


def test_two_refreshes_at_once_never_lose_an_honest_session(village: Community) -> None:
    session = sign_in(village, village.phones["支部"])

    def refresh() -> Json:
        made: Json = village.public.post("/v1/sessions/refresh", {"refresh_token": session["refresh_token"]})
        return made

    for _ in range(10):
        outcomes = run_concurrently(refresh, refresh)
        pairs = [each for each in outcomes if not isinstance(each, ApiError)]
        assert len(pairs) == 2, outcomes
        assert pairs[0]["refresh_token"] == pairs[1]["refresh_token"]
        session = pairs[0]
    assert village.api.with_token(session["access_token"]).get("/v1/me")


def test_people_see_and_end_their_own_sessions_only(village: Community) -> None:
    _, phone = register_staff(village, "branch")
    first, second = sign_in(village, phone), sign_in(village, phone)
    owner = village.api.with_token(second["access_token"])
    listed = owner.get("/v1/me/sessions")["data"]
    assert [each["current"] for each in listed] == [True, False]
    for other in ("王院长", "组长"):
        with expect_refused("not_found", 404):
            answer = village[other].send("DELETE", f"/v1/me/sessions/{listed[1]['id']}")
            raise ApiError(answer.status_code, answer.json())

    assert owner.send("DELETE", f"/v1/me/sessions/{listed[1]['id']}").status_code == 204

    wait_until_refused(village.api.with_token(first["access_token"]))
    assert owner.get("/v1/me")


# Moves


def test_an_officer_moves_neither_themselves_nor_people_into_a_grid_of_others(village: Community) -> None:
    person, phone = register_staff(village, "grid_officer", grid="一网格")
    officer = village.api.with_token(sign_in(village, phone)["access_token"])
    own_grid, elsewhere = village.household_ids["1-2"], village.household_ids["3-2"]
    attempts: list[tuple[str, Json, str, int]] = [
        (person, {"household_id": own_grid}, "role_missing", 403),
        (person, {"household_id": elsewhere}, "role_missing", 403),
        (person, {"courtyard_id": village.courtyard_ids[1]}, "role_missing", 403),
        (village.person_ids["张三"], {"household_id": elsewhere}, "not_found", 404),
        (village.person_ids["张三"], {"courtyard_id": village.courtyard_ids[3]}, "role_missing", 403),
        (village.person_ids["孙八"], {"household_id": own_grid}, "not_found", 404),
    ]
    for mover, to, code, status in attempts:
        with pytest.raises(ApiError) as refused:
            officer.post(f"/v1/residents/{mover}/moves", {"on": TODAY, "to": to, "tenure": "tenant"})
        assert (refused.value.code, refused.value.status) in {(code, status), ("not_found", 404)}, (mover, to)
    me = village.committee.get("/v1/me")["person"]["id"]
    with expect_refused("recused", 403):
        form = {"on": TODAY, "to": {"household_id": own_grid}, "tenure": "tenant"}
        village.committee.post(f"/v1/residents/{me}/moves", form)
