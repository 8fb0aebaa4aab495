"""Any request to any operation of the running platform gets a documented answer, never a server error.

Each example is sent with every role, or once if it is malformed. Half of the examples use ids of existing objects. The
normal run has one example per operation; `make fuzz` generates many, and every case of the coverage phase.
"""

import os
import zlib
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.core.transport import Response
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from deploy.demo import pictures
from deploy.demo.api_client import ApiClient, retry_until_known
from deploy.demo.ordinary_month import upload_evidence
from deploy.local.stack import Stack
from tests.flows.community import SETTINGS, Community
from tests.flows.samples import (
    CHECKLIST,
    HOUSEHOLD_HONOUR,
    create_delivery,
    grant_honour,
    hold_meeting,
    inbox_item,
    object_to_entry,
    open_survey,
    post_up,
    publish_activity,
    publish_course,
    publish_entry,
    send_announcement,
    share_post,
    sign_up,
    suspend,
)

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "1"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
ROLES = ("张三", "王院长", "一网格员", "组员", "组长", "支部")


@schemathesis.serializer("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
def bytes_of_a_workbook(context: object, value: object) -> bytes:
    """Send whatever was made up as the content of a workbook."""
    return value if isinstance(value, bytes) else str(value).encode(errors="surrogatepass")


schema = schemathesis.openapi.from_path("docs/openapi.json")
schema.config.phases.coverage.enabled = EXAMPLES > 1


@pytest.fixture(scope="module")
def till(community: Community) -> ApiClient:
    """A till in test mode, which authenticates by its key without a signature."""
    merchant = retry_until_known(lambda: community.committee.post("/v1/merchants", {"name": "善治超市"}))
    created = community.committee.post(f"/v1/merchants/{merchant['id']}/keys", {"mode": "test"})
    return community.api.with_token(created["key"])


@pytest.fixture(scope="module")
def sessions(community: Community, administrator: ApiClient, till: ApiClient) -> Iterator[dict[str, requests.Session]]:
    """A session for each role, the committee, a till, the platform administrator and the public."""
    clients = {name: community[name] for name in ROLES}
    clients |= {"社区党委": community.committee, "administrator": administrator}
    clients |= {"till": till, "the public": community.public}
    sessions = {name: requests.Session() for name in clients}
    for name, session in sessions.items():
        session.headers.update(clients[name].headers)
    yield sessions
    for session in sessions.values():
        session.close()


@pytest.fixture(scope="module")
def ids_by_name(community: Community, till: ApiClient) -> dict[str, list[str]]:
    """Ids of existing objects, by the name of the parameter or field that takes them."""
    chair, committee, resident = community["组长"], community.committee, community["李四"]
    community.credit_points(李四=100, 张三=50)
    reward = community.create_reward()
    order = community.place_order("李四", reward)
    committee.put(f"/v1/communities/{community.id}/settings", {**SETTINGS, "objection_window_days": 5})
    publication, entry = publish_entry(community, "李四")
    objection = object_to_entry(community, "李四", entry)
    community.decide("王院长", community.submit_claim("李四", "council"), "endorse")
    community.submit_claim("张三", "patrol")
    chair.put("/v1/checklist", CHECKLIST)
    inspection = chair.post("/v1/inspections", {"period": community.month})
    merchant = committee.get("/v1/merchants")["data"][0]["id"]
    honour = grant_honour(community, HOUSEHOLD_HONOUR)
    meeting, _, action = hold_meeting(community)
    return {
        "community_id": [community.id],
        "courtyard_id": list(community.courtyard_ids.values()),
        "household_id": list(community.household_ids.values()),
        "resident_id": [community.person_ids[name] for name in ("赵六", "赵嫂", "钱七")],
        "person_id": [community.person_ids[name] for name in ("张三", "李四", "王院长")],
        "account_id": [community.household_id_of("李四"), community.person_ids["王院长"]],
        "claim_id": [each["id"] for each in chair.all("/v1/claims")],
        "review_id": [each["id"] for each in chair.all("/v1/reviews", stage="final")],
        "period": [*community.months[:3], publication["period"]],
        "publication_id": [publication["id"]],
        "entry_id": [entry],
        "objection_id": [objection],
        "evidence_id": [upload_evidence(resident, pictures.photo(1))],
        "rulebook_id": [each["id"] for each in chair.all("/v1/rulebooks")],
        "inspection_id": [inspection["id"]],
        "activity_id": [activity := publish_activity(community, places=100)],
        "course_id": [publish_course(community)],
        "announcement_id": [announcement := send_announcement(community)],
        "posting_id": [post_up(community, announcement)],
        "item_id": [inbox_item(community, "赵六", announcement)],
        "signup_id": [sign_up(community, activity, "赵六")],
        "post_id": [share_post(community, "赵六")],
        "survey_id": [open_survey(community)],
        "meeting_id": [meeting],
        "action_id": [action],
        "reward_id": [reward],
        "order_id": [order["id"]],
        "merchant_id": [merchant],
        "shop_id": [committee.post(f"/v1/merchants/{merchant}/shops", {"name": "东门店"})["id"]],
        "suspension_id": [suspend(community, "周九")],
        "appointment_id": [community.appoint("周九", "branch")["id"]],
        "rebuild_id": [committee.post("/v1/ledgers/rebuilds")["id"]],
        "honour_id": [honour.honour_id],
        "list_id": [honour.list_id],
        "subject_id": honour.subject_ids,
        "decision_id": [honour.decision_id],
        **_merchant_ids(till),
    }


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_request_with_any_role_gets_a_documented_answer(
    case: Case[Any], stack: Stack, sessions: dict[str, requests.Session], ids_by_name: dict[str, list[str]]
) -> None:
    _use_existing_ids(case, ids_by_name)
    for name in sorted(sessions, key=lambda name: (name == "till") is not ("/merchant/" in case.path)):
        answer = case.call(base_url=stack.gateway_url, session=sessions[name])
        case.validate_response(answer, checks=CHECKS)
        if _is_malformed(answer):
            return  # for every role


def _is_malformed(answer: Response) -> bool:
    is_invalid = answer.status_code == 422 and answer.json()["code"] == "invalid_request"
    return is_invalid or answer.status_code in (400, 405, 413)


def _merchant_ids(till: ApiClient) -> dict[str, list[str]]:
    """Create a held and a captured payment, a webhook delivery and a reconciliation; return their ids."""
    payments = []
    for number in range(2):
        sale = {"paycode": till.post("/v1/merchant/test-paycodes")["paycode"], "points": 20}
        payments.append(till.post("/v1/merchant/authorizations", sale | {"merchant_reference": f"T{number}"})["id"])
    till.post(f"/v1/merchant/authorizations/{payments[1]}/capture")
    endpoint, delivery = create_delivery(till, "https://example.com/hook")
    reconciliation = till.post("/v1/merchant/reconciliations", {"period": "2026-01", "lines": []})
    return {
        "payment_id": payments,
        "authorization_id": payments,
        "merchant_reference": ["T0", "T1"],
        "endpoint_id": [endpoint],
        "delivery_id": [delivery],
        "reconciliation_id": [reconciliation["id"]],
    }


def _use_existing_ids(case: Case[Any], ids_by_name: dict[str, list[str]]) -> None:
    """Replace ids in half of the examples. The choice depends on the example alone, so that failures repeat."""
    choice = zlib.crc32(repr((case.path_parameters, case.query, case.body)).encode())
    for values in (case.path_parameters, case.query, case.body) if choice % 2 else ():
        if isinstance(values, dict):
            known = {name: ids_by_name[name] for name in values if name in ids_by_name}
            values.update({name: ids[choice // 2 % len(ids)] for name, ids in known.items()})
