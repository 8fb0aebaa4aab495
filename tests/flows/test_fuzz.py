"""Whatever anybody sends to any operation of the running platform, the answer is no fault and as documented.

Each example goes out once as every role, half of them about things that are really there. A few examples an operation;
`make fuzz` makes many.
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
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from deploy.demo import pictures
from deploy.demo.ordinary import evidence
from deploy.demo.visitors import Visitor, once_told
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
def senders(village: Village, administrator: Visitor) -> Iterator[dict[str, requests.Session]]:
    """One of each role, the committee, a till, the platform's administrator and the public."""
    visitors = {name: village[name] for name in ROLES}
    visitors |= {"社区党委": village.committee, "administrator": administrator}
    visitors |= {"till": village.shop(mode="test"), "the public": village.door.public}
    sessions = {name: requests.Session() for name in visitors}
    for name, session in sessions.items():
        session.headers.update(visitors[name].headers)
    yield sessions
    for session in sessions.values():
        session.close()


@pytest.fixture(scope="module")
def known(village: Village) -> dict[str, list[str]]:
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
        "merchant_id": [each["id"] for each in committee.all("/v1/merchants")],
    }


@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_nothing_sent_by_anybody_makes_a_fault(
    case: Case, stack: Stack, senders: dict[str, requests.Session], known: dict[str, list[str]]
) -> None:
    _name_what_is_there(case, known)
    for sender in senders.values():
        case.call_and_validate(base_url=stack.gateway_url, session=sender, checks=CHECKS)


def _published(village: Village) -> tuple[dict[str, Any], str]:
    """A list that may be objected to, and an entry on it."""
    claim = village.declare("李四", "council")
    village.judge("王院长", claim, "endorse")
    village.judge("组长", claim, "approve")
    publication = village.publish()
    return publication, str(village.status(claim, "published")["entry_id"])


def _name_what_is_there(case: Case, known: dict[str, list[str]]) -> None:
    """Half of the examples, and which half depends on what is in them, so that a failure comes again."""
    which = zlib.crc32(repr((case.path_parameters, case.query, case.body)).encode())
    for named in (case.path_parameters, case.query, case.body) if which % 2 else ():
        for name in named if isinstance(named, dict) else ():
            if ids := known.get(name):
                named[name] = ids[which // 2 % len(ids)]
