"""Whatever anybody sends to any operation of the running platform, the answer is no fault and as documented.

Each example goes out once as every role, unless it is no form at all; half of them about things that are really there.
One example an operation; `make fuzz` makes many, and all that are made from the description besides.
"""

import os
import zlib
from collections.abc import Iterator
from datetime import date, timedelta
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
from deploy.demo.ordinary import evidence
from deploy.demo.visitors import Visitor, once_told, until
from deploy.local.stack import Stack
from tests.flows.village import SETTINGS, Village

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "1"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
ROLES = ("张三", "王院长", "一网格员", "组员", "组长", "支部")

schema = schemathesis.openapi.from_path("docs/openapi.json")
schema.config.phases.coverage.enabled = EXAMPLES > 1


@pytest.fixture(scope="module")
def till(village: Village) -> Visitor:
    """Of test mode, which asks for no signature: its key alone lets it in."""
    merchant = once_told(lambda: village.committee.post("/v1/merchants", {"name": "善治超市"}))
    made = village.committee.post(f"/v1/merchants/{merchant['id']}/keys", {"mode": "test"})
    return village.door.with_token(made["key"])


@pytest.fixture(scope="module")
def senders(village: Village, administrator: Visitor, till: Visitor) -> Iterator[dict[str, requests.Session]]:
    """One of each role, the committee, a till, the platform's administrator and the public."""
    visitors = {name: village[name] for name in ROLES}
    visitors |= {"社区党委": village.committee, "administrator": administrator}
    visitors |= {"till": till, "the public": village.door.public}
    sessions = {name: requests.Session() for name in visitors}
    for name, session in sessions.items():
        session.headers.update(visitors[name].headers)
    yield sessions
    for session in sessions.values():
        session.close()


@pytest.fixture(scope="module")
def known(village: Village, till: Visitor) -> dict[str, list[str]]:
    """What is there, by the name under which operations ask for it."""
    chair, committee, resident = village["组长"], village.committee, village["李四"]
    village.earn(李四=100, 张三=50)
    reward = village.reward()
    order = village.order("李四", reward)
    committee.put(f"/v1/communities/{village.id}/settings", {**SETTINGS, "objection_window_days": 5})
    publication, entry = _published(village)
    objection = once_told(lambda: resident.post("/v1/objections", {"entry_id": entry, "reason": "不对"}))
    village.judge("王院长", village.declare("李四", "council"), "endorse")
    village.declare("张三", "patrol")
    chair.put("/v1/checklist", {"criteria": [{"code": "yard", "title": "院内", "weight": 1, "max_mark": 10}]})
    inspection = chair.post("/v1/inspections", {"period": village.month})
    merchant = committee.get("/v1/merchants")["data"][0]["id"]
    suspended = {"person_id": village.people["周九"], "until": f"{date.today() + timedelta(days=30)}", "reason": "虚报"}
    office = {"person_id": village.people["周九"], "role": "branch"}
    return {
        "community_id": [village.id],
        "courtyard_id": list(village.courtyards.values()),
        "household_id": list(village.households.values()),
        "resident_id": [village.people[name] for name in ("赵六", "赵嫂", "钱七")],
        "person_id": [village.people[name] for name in ("张三", "李四", "王院长")],
        "account_id": [village.household_of("李四"), village.people["王院长"]],
        "claim_id": [each["id"] for each in chair.all("/v1/claims")],
        "review_id": [each["id"] for each in chair.all("/v1/reviews", stage="final")],
        "period": [*village.months[:3], publication["period"]],
        "publication_id": [publication["id"]],
        "entry_id": [entry],
        "objection_id": [objection["id"]],
        "evidence_id": [evidence(resident, pictures.photo(1))],
        "rulebook_id": [each["id"] for each in chair.all("/v1/rulebooks")],
        "inspection_id": [inspection["id"]],
        "reward_id": [reward],
        "order_id": [order["id"]],
        "merchant_id": [merchant],
        "shop_id": [committee.post(f"/v1/merchants/{merchant}/shops", {"name": "东门店"})["id"]],
        "suspension_id": [chair.post("/v1/suspensions", suspended)["id"]],
        "appointment_id": [committee.post("/v1/appointments", office)["id"]],
        "rebuild_id": [committee.post("/v1/ledgers/rebuilds")["id"]],
        **_honoured(village),
        **_paid(till),
    }


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_nothing_sent_by_anybody_makes_a_fault(
    case: Case, stack: Stack, senders: dict[str, requests.Session], known: dict[str, list[str]]
) -> None:
    _name_what_is_there(case, known)
    for name in sorted(senders, key=lambda name: (name == "till") is not ("/merchant/" in case.path)):
        answer = case.call(base_url=stack.gateway_url, session=senders[name])
        case.validate_response(answer, checks=CHECKS)
        if _is_no_form(answer):
            return  # from whomever


def _is_no_form(answer: Response) -> bool:
    refused_as_such = answer.status_code == 422 and answer.json()["code"] == "invalid_request"
    return refused_as_such or answer.status_code in (400, 405, 413)


def _published(village: Village) -> tuple[dict[str, Any], str]:
    """A list that may be objected to, and an entry on it."""
    claim = village.declare("李四", "council")
    village.judge("王院长", claim, "endorse")
    village.judge("组长", claim, "approve")
    publication = village.publish()
    return publication, str(village.status(claim, "published")["entry_id"])


def _honoured(village: Village) -> dict[str, list[str]]:
    """A programme, today's list of candidates and a decision on one of them."""
    programme = {"name": "文明家庭", "kind": "title", "subject_kind": "household", "criteria": {}}
    honour = village.committee.post("/v1/honours", programme)["id"]
    drawn = until("the candidates", lambda: _if_any(village["组长"].post(f"/v1/honours/{honour}/candidates")))
    subjects = [each["subject_id"] for each in drawn["candidates"]]
    granted = {"list_id": drawn["id"], "subject_id": subjects[0], "outcome": "granted", "reason": "好"}
    decision = village["组长"].post(f"/v1/honours/{honour}/decisions", granted)["id"]
    return {"honour_id": [honour], "list_id": [drawn["id"]], "subject_id": subjects, "decision_id": [decision]}


def _if_any(drawn: dict[str, Any]) -> dict[str, Any] | None:
    return drawn if drawn["candidates"] else None


def _paid(till: Visitor) -> dict[str, list[str]]:
    """A payment that is held, one that was captured, where the merchant is told, and its own books."""
    payments = []
    for number in range(2):
        sale = {"paycode": till.post("/v1/merchant/test-paycodes")["paycode"], "points": 20}
        payments.append(till.post("/v1/merchant/authorizations", sale | {"merchant_reference": f"T{number}"})["id"])
    till.post(f"/v1/merchant/authorizations/{payments[1]}/capture")
    endpoint = till.post("/v1/merchant/webhook-endpoints", {"url": "https://example.com/hook"})["id"]
    books = till.post("/v1/merchant/reconciliations", {"period": "2026-01", "lines": []})
    return {
        "payment_id": payments,
        "authorization_id": payments,
        "merchant_reference": ["T0", "T1"],
        "endpoint_id": [endpoint],
        "delivery_id": [till.post(f"/v1/merchant/webhook-endpoints/{endpoint}/test")["id"]],
        "reconciliation_id": [books["id"]],
    }


def _name_what_is_there(case: Case, known: dict[str, list[str]]) -> None:
    """Half of the examples, and which half depends on what is in them, so that a failure comes again."""
    which = zlib.crc32(repr((case.path_parameters, case.query, case.body)).encode())
    for named in (case.path_parameters, case.query, case.body) if which % 2 else ():
        for name in named if isinstance(named, dict) else ():
            if ids := known.get(name):
                named[name] = ids[which // 2 % len(ids)]
