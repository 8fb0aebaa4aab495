"""Sessions over HTTP: passwords, invitations, refresh tokens (R4, R6)."""

from deploy.demo.api_client import ApiClient, wait_for
from tests.flows.community import PASSWORD, Community, Json, expect_refused
from tests.flows.concurrency import run_concurrently


def test_a_wrong_password_and_an_unknown_phone_get_the_same_answer(community: Community) -> None:
    public = community.public
    for form in (
        {"phone": community.phones["组长"], "password": "not this one"},
        {"phone": "13900000000", "password": PASSWORD},
    ):
        with expect_refused("invalid_credentials", 401):
            public.post("/v1/sessions", form)


def test_a_refresh_token_is_valid_once_and_its_second_use_revokes_the_session(community: Community) -> None:
    first = _sign_in(community)
    second = _refresh(community, first)
    third = _refresh(community, second)
    assert len({each["refresh_token"] for each in (first, second, third)}) == 3
    assert _me(community, third)["person"]["name"] == "组长"
    with expect_refused("session_revoked", 401):
        _refresh(community, first)  # reuse of a stolen token
    with expect_refused("session_revoked", 401):
        _refresh(community, third)  # revokes the whole session
    _sign_in(community)


def test_concurrent_refreshes_with_one_token_get_the_same_pair(community: Community) -> None:
    signed_in = _sign_in(community)
    outcomes = run_concurrently(*[lambda: _refresh(community, signed_in)] * 5)
    pairs = [each for each in outcomes if isinstance(each, dict)]
    assert len(pairs) == 5
    assert len({(each["access_token"], each["refresh_token"]) for each in pairs}) == 1
    _refresh(community, pairs[0])


def test_a_signed_out_session_is_refused_within_seconds(community: Community) -> None:
    signed_in = _sign_in(community)
    answer = community.api.with_token(signed_in["access_token"]).send("DELETE", "/v1/sessions/current")
    assert answer.status_code == 204
    with expect_refused("session_revoked", 401):
        _refresh(community, signed_in)
    wait_for_refusal(community.api.with_token(signed_in["access_token"]))


def test_r4_an_invitation_binds_one_wechat_account_once(community: Community) -> None:
    public, person = community.public, community.person_ids["钱七"]
    invitation = community["刘院长"].post(f"/v1/residents/{person}/invitations")
    with expect_refused("role_missing", 403):
        community["李四"].post(f"/v1/residents/{community.person_ids['李四']}/invitations")

    stranger = public.post("/v1/sessions", {"wechat_code": f"fake-{person}-phone"})
    assert stranger["person_id"] is None
    phone = community.api.with_token(stranger["access_token"])
    with expect_refused("not_bound", 401):
        phone.get("/v1/me")
    with expect_refused("invitation_invalid", 422):
        phone.post("/v1/me/binding", {"invite_code": "WRONGCODE2"})
    bound = phone.post("/v1/me/binding", {"invite_code": invitation["invite_code"]})
    assert _me(community, bound)["person"]["name"] == "钱七"
    assert public.post("/v1/sessions", {"wechat_code": f"fake-{person}-phone"})["person_id"] == person

    other = public.post("/v1/sessions", {"wechat_code": f"fake-{person}-other"})
    with expect_refused("invitation_invalid", 422):
        community.api.with_token(other["access_token"]).post(
            "/v1/me/binding", {"invite_code": invitation["invite_code"]}
        )


def test_a_later_invitation_revokes_the_earlier(community: Community) -> None:
    path = f"/v1/residents/{community.person_ids['赵嫂']}/invitations"
    earlier, later = (community.committee.post(path)["invite_code"] for _ in range(2))
    stranger = community.public.post("/v1/sessions", {"wechat_code": f"fake-{community.person_ids['赵嫂']}"})
    phone = community.api.with_token(stranger["access_token"])
    with expect_refused("invitation_invalid", 422):
        phone.post("/v1/me/binding", {"invite_code": earlier})
    phone.post("/v1/me/binding", {"invite_code": later})


def test_an_unknown_wechat_login_code_is_refused(community: Community) -> None:
    for code in ("used-once", "made up"):
        with expect_refused("invalid_credentials", 401):
            community.public.post("/v1/sessions", {"wechat_code": code})


def wait_for_refusal(client: ApiClient) -> None:
    """Wait until every gateway process refuses a client's access token, which is long before it expires."""

    def refused() -> bool:
        answers = [client.send("GET", "/v1/me") for _ in range(10)]
        return all(answer.status_code == 401 and answer.json()["code"] == "session_revoked" for answer in answers)

    wait_for("the end of the access token", refused)


def _sign_in(community: Community) -> Json:
    session: Json = community.public.post("/v1/sessions", {"phone": community.phones["组长"], "password": PASSWORD})
    return session


def _refresh(community: Community, session: Json) -> Json:
    refreshed: Json = community.public.post("/v1/sessions/refresh", {"refresh_token": session["refresh_token"]})
    return refreshed


def _me(community: Community, session: Json) -> Json:
    me: Json = community.api.with_token(session["access_token"]).get("/v1/me")
    return me
