"""Each operation of the API is allowed to the callers in the permission table, and denied to all others (R1, R4).

Allowed means any answer but 401, 403 and 404: whether the domain then accepts the generated form is not tested.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

import httpx
import pytest

from deploy.demo import pictures
from deploy.demo.api_client import ApiClient, retry_until_known
from tests.flows.community import RULEBOOK_ITEMS, Community, Json
from tests.flows.permission_table import (
    ALLOWED_CALLERS,
    FORMS,
    OUTSIDER,
    PLATFORM,
    PREPARATIONS,
    PUBLIC,
    PUBLIC_ACCESS,
    QUERIES,
)
from tests.flows.request_forms import OperationForms, fill_in
from tests.flows.samples import (
    ALL_OFFICES,
    CHECKLIST,
    HOUSEHOLD_HONOUR,
    answered_survey,
    appoint,
    create_delivery,
    create_redemption_and_refund,
    grant_honour,
    hold_meeting,
    inbox_item,
    object_to_entry,
    post_up,
    propose_correction,
    propose_reward,
    propose_settings,
    publish_activity,
    publish_course,
    publish_entry,
    send_announcement,
    share_post,
    sign_up,
    suspend,
    upload_invalid_roster,
)


@dataclass
class Scenario:
    """The callers, the ids of the objects of one community, and the forms that name them."""

    clients: dict[str, ApiClient]
    ids: dict[str, str]
    forms: OperationForms

    def request(self, name: str) -> Json:
        """Return the arguments of `ApiClient.send` for a line of the permission table."""
        operation = self.forms.operations[_operation(name)]
        method, path = name.split(" ")[:2]
        request: Json = {"method": method, "path": self.forms.path(path)}
        request["params"] = self.forms.query(operation) | fill_in(QUERIES.get(name, {}), self.ids)
        content = operation.get("requestBody", {}).get("content", {})
        if schema := content.get("application/json", {}).get("schema"):
            request["json"] = self.forms.value("", schema) | fill_in(FORMS.get(name, {}), self.ids)
        elif content:
            request["files"] = {"file": ("file", b"?" if "rosters" in path else pictures.photo(3))}
        return request


@pytest.fixture(scope="module")
def outsider(new_community: Callable[..., Community]) -> ApiClient:
    """A person with roles in another community."""
    theirs = new_community("邻村", office_exceptions=ALL_OFFICES)
    appoint(theirs, "张三", "working_group", "branch", "committee")
    return theirs["张三"]


@pytest.fixture(scope="module")
def settled(new_community: Callable[..., Community], outsider: ApiClient, administrator: ApiClient) -> Scenario:
    """A community with all kinds of objects of 张三."""
    community = new_community("问村")
    clients = _clients(community, outsider, administrator)
    ids = _known_ids(community) | _create_objects(community, clients["till"])
    for path in ("/v1/inspections", "/v1/ledgers/community", "/v1/budget", "/v1/activities", "/v1/announcements"):
        retry_until_known(partial(outsider.get, path))
    return Scenario(clients, ids, OperationForms(community.public.get("/openapi.json"), ids))


@pytest.fixture(scope="module")
def in_objection(new_community: Callable[..., Community], outsider: ApiClient, administrator: ApiClient) -> Scenario:
    """A community whose list is open to objections, with an entry of 张三 and an objection to it."""
    community = new_community("疑村", objection_window_days=1)
    clients = _clients(community, outsider, administrator)
    _, entry = publish_entry(community, "张三")
    ids = _known_ids(community) | {"entry": entry, "objection": object_to_entry(community, "周九", entry)}
    return Scenario(clients, ids, OperationForms(community.public.get("/openapi.json"), ids))


def _clients(community: Community, outsider: ApiClient, administrator: ApiClient) -> dict[str, ApiClient]:
    till = community.create_till()
    merchant = _merchant_of_till(community)
    community.appoint("钱七", "merchant_operator", merchant)
    operator = community["钱七"]
    retry_until_known(lambda: operator.get(f"/v1/merchants/{merchant}/live/settlements"))
    return {
        "owner": community["张三"],
        "neighbour": community["李四"],
        "head": community["王院长"],
        "other_head": community["陈院长"],
        "officer": community["一网格员"],
        "other_officer": community["二网格员"],
        "member": community["组员"],
        "chair": community["组长"],
        "branch": community["支部"],
        "committee": community.committee,
        "platform": administrator,
        "outsider": outsider,
        "till": till,
        "operator": operator,
        "test_till": community.create_till("另一家", mode="test"),
        "public": community.public,
    }


def _merchant_of_till(community: Community) -> str:
    """Return the id of the first merchant, whose key the client `till` has."""
    return str(community.committee.get("/v1/merchants")["data"][-1]["id"])


def _known_ids(community: Community) -> dict[str, str]:
    return {
        "community": community.id,
        "courtyard": community.courtyard_ids[1],
        "household": community.household_ids["1-2"],
        "respondent": community.household_ids["1-2"],
        "neighbour_household": community.household_ids["1-3"],
        "account": community.household_ids["1-2"],
        "resident": community.person_ids["张三"],
        "person": community.person_ids["张三"],
        "other": community.person_ids["赵嫂"],
        "period": community.month,
        "recent": f"{community.months[1]}-15T01:00:00Z",
        "form": "svg",
        "mode": "live",
        "purpose": "photos",
        "new_phone": "15988888888",
    }


def _create_objects(community: Community, till: ApiClient) -> dict[str, str]:
    """Create objects of 张三 and of the community, and return their ids."""
    community.credit_points(张三=100)
    settled = community.public.get("/v1/publications", community_id=community.id)["data"][0]
    entry = community.public.get(f"/v1/publications/{settled['id']}")["data"][0]["id"]
    claim = community.submit_claim("张三", "clean_up", photo=pictures.photo(11))
    rice = community.create_reward(points=10)
    chair, committee = community["组长"], community.committee
    chair.put("/v1/checklist", CHECKLIST)
    code = community["张三"].post("/v1/me/paycode")["paycode"]
    payment = till.post("/v1/merchant/authorizations", {"paycode": code, "points": 5, "merchant_reference": "T1"})
    redemption, refund = create_redemption_and_refund(community, till, "张三", rice)
    merchant = _merchant_of_till(community)
    household = community.household_ids["1-2"]
    committee.post(f"/v1/households/{household}/cards")
    honour = grant_honour(community, HOUSEHOLD_HONOUR, household)
    endpoint, delivery = create_delivery(till, "https://example.com/hook")
    activity = publish_activity(community)
    meeting, meeting_decision, action = hold_meeting(community)
    announcement = send_announcement(community)
    return {
        "announcement": announcement,
        "posting": post_up(community, announcement),
        "item": inbox_item(community, "张三", send_announcement(community)),
        "activity": activity,
        "course": publish_course(community),
        "signup": sign_up(community, activity, "张三"),
        "post": share_post(community, "张三"),
        "survey": answered_survey(community, "张三"),
        "meeting": meeting,
        "meeting_decision": meeting_decision,
        "action": action,
        "roster": upload_invalid_roster(community),
        "appointment": community.appoint("周九", "branch")["id"],
        "proposal": propose_settings(community),
        "reward_proposal": propose_reward(community),
        "correction": propose_correction(community, entry),
        "claim": claim["id"],
        "evidence": claim["evidence_ids"][0],
        "rulebook": chair.get("/v1/rulebooks/current")["id"],
        "review": community.wait_for_review("王院长", claim)["id"],
        "publication": settled["id"],
        "entry": entry,
        "inspection": chair.post("/v1/inspections", {"period": community.month})["id"],
        "reward": rice,
        "order": community.place_order("张三", rice)["id"],
        "draft": chair.post("/v1/rulebooks", {"items": RULEBOOK_ITEMS})["id"],
        "honour": honour.honour_id,
        "list": honour.list_id,
        "decision": honour.decision_id,
        "subject": household,
        "endpoint": endpoint,
        "delivery": delivery,
        "merchant": merchant,
        "key": committee.post(f"/v1/merchants/{merchant}/keys", {"mode": "test"})["id"],
        "shop": committee.post(f"/v1/merchants/{merchant}/shops", {"name": "东门店"})["id"],
        "reconciliation": till.post("/v1/merchant/reconciliations", {"period": community.month, "lines": []})["id"],
        "suspension": suspend(community, "周九"),
        "rebuild": committee.post("/v1/ledgers/rebuilds")["id"],
        "transfer": committee.get(f"/v1/passbooks/{household}/entries")["data"][0]["id"],
        "payment": payment["id"],
        "redemption": redemption,
        "refund": refund,
    }


@pytest.mark.attacks("operations as every role", len(PUBLIC_ACCESS))
@pytest.mark.parametrize("name", ALLOWED_CALLERS)
def test_r4_an_operation_is_allowed_to_the_callers_in_the_table_and_to_nobody_else(
    settled: Scenario, in_objection: Scenario, name: str
) -> None:
    scenario = in_objection if "objections" in name or name == "POST /v1/corrections" else settled
    allowed = ALLOWED_CALLERS[name]
    operation = scenario.forms.operations[_operation(name)]
    if allowed == PUBLIC_ACCESS:
        assert not operation.get("security"), "allowed to everybody, but documented with authentication"
        return
    assert operation.get("security"), "documented without authentication, but not allowed to everybody"

    def is_allowed(caller: str) -> bool:
        if name in PREPARATIONS and caller in allowed:
            scenario.clients["committee"].send(**scenario.request(PREPARATIONS[name]))
        headers = {"Idempotency-Key": f"{caller} {name}"}
        return not _is_denied(scenario.clients[caller].send(headers=headers, **scenario.request(name)))

    others = sorted(scenario.clients.keys() - allowed)
    with ThreadPoolExecutor(5) as pool:  # the others first, and concurrently: they change nothing
        wrongly_allowed = {
            caller for caller, passed in zip(others, pool.map(is_allowed, others), strict=True) if passed
        }
    rightly_allowed = {caller for caller in scenario.clients if caller in allowed and is_allowed(caller)}
    assert wrongly_allowed | rightly_allowed == allowed


def test_the_table_contains_every_operation(settled: Scenario) -> None:
    assert {_operation(name) for name in ALLOWED_CALLERS} == settled.forms.operations.keys()


def test_no_operation_on_an_id_is_allowed_to_callers_from_outside_the_community() -> None:
    on_ids = {name for name, callers in ALLOWED_CALLERS.items() if "_id}" in name and callers != PUBLIC_ACCESS}
    outside = {name for name in on_ids if ALLOWED_CALLERS[name] & (OUTSIDER | PLATFORM | PUBLIC)}

    assert outside == {name for name in on_ids if "/proposals" in name}, "the platform approves for a lost branch"
    assert not [name for name in outside if ALLOWED_CALLERS[name] & (OUTSIDER | PUBLIC)]


def _is_denied(answer: httpx.Response) -> bool:
    """Return whether the caller was refused for lack of permission; `wrong_merchant` is about the voucher."""
    is_refused = answer.status_code in (401, 403) and answer.json()["code"] != "wrong_merchant"
    return is_refused or (answer.status_code == 404 and answer.json()["code"] == "not_found")


def _operation(name: str) -> str:
    """Return the operation of a line of the table: `POST /v1/claims (for another)` is a case of `POST /v1/claims`."""
    operation = name.partition(" (")[0]
    return operation.replace("{draft_id}", "{rulebook_id}").replace("{other_id}", "{resident_id}")
