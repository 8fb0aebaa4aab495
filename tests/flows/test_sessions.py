"""Signing in and staying in over HTTP: passwords, invitations, refresh tokens that are good once (R4, R6)."""

from deploy.demo.visitors import Visitor
from tests.flows.at_once import at_once, refusals
from tests.flows.village import PASSWORD, Answer, Village, refused


def test_a_wrong_password_and_an_unknown_phone_get_the_same_answer(village: Village) -> None:
    public = village.door.public
    for form in (
        {"phone": village.phones["组长"], "password": "not this one"},
        {"phone": "13900000000", "password": PASSWORD},
    ):
        with refused("invalid_credentials", 401):
            public.post("/v1/sessions", form)


def test_a_refresh_token_is_good_once_and_its_second_use_ends_the_session(village: Village) -> None:
    first = _sign_in(village)
    second = _refresh(village, first)
    third = _refresh(village, second)
    assert len({each["refresh_token"] for each in (first, second, third)}) == 3
    assert _me(village, third)["person"]["name"] == "组长"
    with refused("session_revoked", 401):
        _refresh(village, first)  # a thief has it
    with refused("session_revoked", 401):
        _refresh(village, third)  # so the whole family is void
    _sign_in(village)


def test_one_refresh_token_used_at_once_gives_at_most_one_session(village: Village) -> None:
    signed_in = _sign_in(village)
    outcomes = at_once(*[lambda: _refresh(village, signed_in)] * 5)
    assert refusals(outcomes) == ["session_revoked"] * 4


def test_who_signs_out_cannot_refresh(village: Village) -> None:
    signed_in = _sign_in(village)
    gone = village.door.with_token(signed_in["access_token"]).send("DELETE", "/v1/sessions/current")
    assert gone.status_code == 204
    with refused("session_revoked", 401):
        _refresh(village, signed_in)


def test_r4_an_invitation_binds_one_wechat_account_once(village: Village) -> None:
    public, person = village.door.public, village.people["钱七"]
    invitation = village["刘院长"].post(f"/v1/residents/{person}/invitations")
    with refused("role_missing", 403):
        village["李四"].post(f"/v1/residents/{village.people['李四']}/invitations")

    stranger = public.post("/v1/sessions", {"wechat_code": f"fake-{person}-phone"})
    assert stranger["person_id"] is None
    phone = village.door.with_token(stranger["access_token"])
    with refused("not_bound", 401):
        phone.get("/v1/me")
    with refused("invitation_invalid", 422):
        phone.post("/v1/me/binding", {"invite_code": "WRONGCODE2"})
    bound = phone.post("/v1/me/binding", {"invite_code": invitation["invite_code"]})
    assert _me(village, bound)["person"]["name"] == "钱七"
    assert public.post("/v1/sessions", {"wechat_code": f"fake-{person}-phone"})["person_id"] == person

    other = public.post("/v1/sessions", {"wechat_code": f"fake-{person}-other"})
    with refused("invitation_invalid", 422):
        village.door.with_token(other["access_token"]).post(
            "/v1/me/binding", {"invite_code": invitation["invite_code"]}
        )


def test_a_later_invitation_voids_the_earlier(village: Village) -> None:
    path = f"/v1/residents/{village.people['赵嫂']}/invitations"
    earlier, later = (village.committee.post(path)["invite_code"] for _ in range(2))
    stranger = village.door.public.post("/v1/sessions", {"wechat_code": f"fake-{village.people['赵嫂']}"})
    phone = village.door.with_token(stranger["access_token"])
    with refused("invitation_invalid", 422):
        phone.post("/v1/me/binding", {"invite_code": earlier})
    phone.post("/v1/me/binding", {"invite_code": later})


def test_a_login_code_that_wechat_does_not_know_is_refused(village: Village) -> None:
    for code in ("used-once", "made up"):
        with refused("invalid_credentials", 401):
            village.door.public.post("/v1/sessions", {"wechat_code": code})


def _sign_in(village: Village) -> Answer:
    session: Answer = village.door.public.post("/v1/sessions", {"phone": village.phones["组长"], "password": PASSWORD})
    return session


def _refresh(village: Village, session: Answer) -> Answer:
    refreshed: Answer = village.door.public.post("/v1/sessions/refresh", {"refresh_token": session["refresh_token"]})
    return refreshed


def _me(village: Village, session: Answer) -> Answer:
    visitor: Visitor = village.door.with_token(session["access_token"])
    me: Answer = visitor.get("/v1/me")
    return me
