"""Who gets through each operation: a line an operation, with all who do; everybody else is turned away (R1, R4).

To get through is to get anything but 401, 403 and 404: what the domain then says of a form made up here is not the
question. 张三 lives in courtyard 1, in the first grid: where a line names a household, a resident, a claim, a review, a
passbook, an order, it is his. A new operation needs a line.
"""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import httpx
import pytest

from deploy.demo import pictures
from deploy.demo.visitors import Visitor, once_told
from tests.flows.village import RULES, Village

Form = dict[str, Any]

OWNER, NEIGHBOUR = frozenset({"owner"}), frozenset({"neighbour"})
HEAD, OFFICER, OTHER_OFFICER = frozenset({"head"}), frozenset({"officer"}), frozenset({"other_officer"})
CHAIR, BRANCH, COMMITTEE = frozenset({"chair"}), frozenset({"branch"}), frozenset({"committee"})
GROUP = CHAIR | {"member"}
OFFICES = GROUP | BRANCH | COMMITTEE
RESIDENTS = OWNER | NEIGHBOUR | HEAD | {"other_head"}
COMMUNITY = RESIDENTS | OFFICER | OTHER_OFFICER | OFFICES
PLATFORM, STRANGER = frozenset({"platform"}), frozenset({"stranger"})
PERSONS = COMMUNITY | PLATFORM | STRANGER
TILL, TEST_TILL = frozenset({"till"}), frozenset({"test_till"})
PUBLIC = frozenset({"public"})
EVERYBODY = PERSONS | TILL | TEST_TILL | PUBLIC
"""`stranger` holds every office of another community: he gets through where he can only meet his own."""

ANSWERABLE = HEAD | OFFICER | COMMITTEE
RUNNING = OFFICER | COMMITTEE
SEEING = OWNER | HEAD | OFFICER | OFFICES
NOT_THERE: frozenset[str] = frozenset()
"""The village has none of those; who may, is for the service's own tests."""
JUDGING = OWNER | HEAD | OFFICER | GROUP | BRANCH

OPERATIONS: dict[str, frozenset[str]] = {
    # signing in
    "POST /v1/sessions": EVERYBODY,
    "POST /v1/sessions/refresh": EVERYBODY,
    "GET /v1/me": PERSONS,
    "POST /v1/me/binding": PERSONS,
    "POST /v1/me/paycode": PERSONS,
    # communities, places, people
    "GET /v1/communities": PERSONS,
    "POST /v1/communities": PLATFORM,
    "GET /v1/communities/{community_id}/settings": COMMITTEE,
    "GET /v1/courtyards": PERSONS,
    "POST /v1/courtyards": COMMITTEE | STRANGER,
    "GET /v1/courtyards/{courtyard_id}": COMMUNITY,
    "POST /v1/courtyards/{courtyard_id}/dissolve": COMMITTEE,
    "GET /v1/households": PERSONS,
    "POST /v1/households": RUNNING,
    "GET /v1/households/{household_id}": SEEING,
    "POST /v1/households/{household_id}/split": RUNNING,
    "POST /v1/households/{household_id}/merge": RUNNING,
    "POST /v1/households/{household_id}/cards": ANSWERABLE,
    "GET /v1/households/{household_id}/card.pdf": ANSWERABLE,
    "DELETE /v1/households/{household_id}/cards/current": OWNER | ANSWERABLE,
    "GET /v1/residents": PERSONS,
    "POST /v1/residents": COMMITTEE | STRANGER,
    "POST /v1/residents (into a household)": RUNNING,
    "GET /v1/residents/{resident_id}": SEEING,
    "PUT /v1/residents/{resident_id}": RUNNING,
    "POST /v1/residents/{resident_id}/moves": RUNNING,
    "POST /v1/residents/{resident_id}/invitations": ANSWERABLE,
    "GET /v1/appointments": PERSONS,
    "POST /v1/appointments": COMMITTEE | PLATFORM,
    "GET /v1/rosters/template": PERSONS,
    "POST /v1/rosters": COMMITTEE | STRANGER,
    "GET /v1/rosters/{roster_id}": COMMITTEE,
    # declaring
    "GET /v1/rulebooks": PERSONS,
    "GET /v1/rulebooks/current": COMMUNITY | STRANGER,
    "GET /v1/rulebooks/{rulebook_id}": COMMUNITY,
    "POST /v1/rulebooks": GROUP | COMMITTEE | STRANGER,
    "POST /v1/rulebooks/{rulebook_id}/adopt": GROUP | COMMITTEE,
    "GET /v1/suspensions": PERSONS,
    "POST /v1/evidence": PERSONS,
    "GET /v1/evidence/{evidence_id}": JUDGING,
    "POST /v1/evidence/{evidence_id}/link": JUDGING,
    "GET /v1/evidence/links/{token}": EVERYBODY,
    "POST /v1/rulebooks/{draft_id}/discard": GROUP | COMMITTEE,
    "GET /v1/acts": GROUP | COMMITTEE | STRANGER,
    "POST /v1/acts": GROUP | COMMITTEE | STRANGER,
    "GET /v1/records/courtyards/{courtyard_id}": HEAD | OFFICER | OFFICES,
    "GET /v1/records/community": OFFICES | STRANGER,
    "GET /v1/claims": PERSONS,
    "POST /v1/claims": PERSONS,
    "POST /v1/claims (for another)": OWNER | HEAD | OFFICER,
    "GET /v1/claims/{claim_id}": SEEING,
    "PUT /v1/claims/{claim_id}": OWNER,
    # judging
    "GET /v1/reviews": PERSONS,
    "GET /v1/reviews/{review_id}": JUDGING,
    "POST /v1/reviews/{review_id}/decision": HEAD,
    "POST /v1/reviews/decisions": PERSONS,
    "GET /v1/periods": PERSONS,
    "GET /v1/periods/{period}": PERSONS,
    "POST /v1/periods/{period}/publish": GROUP | STRANGER,
    "POST /v1/periods/{period}/settle": GROUP | STRANGER | PLATFORM,  # where nothing is published nobody is asked
    "GET /v1/publications": EVERYBODY,
    "GET /v1/publications/{publication_id}": EVERYBODY,
    "GET /v1/objections": PERSONS,
    "POST /v1/objections": RESIDENTS,
    "POST /v1/objections/{objection_id}/ruling": BRANCH,
    "POST /v1/corrections": BRANCH,
    "POST /v1/claims/{claim_id}/withdraw": OWNER,
    # inspecting
    "GET /v1/checklist": COMMUNITY,  # the stranger's has none yet
    "PUT /v1/checklist": GROUP | COMMITTEE | STRANGER,
    "GET /v1/checklists": PERSONS,
    "GET /v1/inspections": PERSONS,
    "POST /v1/inspections": GROUP | COMMITTEE | STRANGER,
    "GET /v1/inspections/{inspection_id}": GROUP | OFFICER | OTHER_OFFICER | COMMITTEE,
    "GET /v1/inspections/{inspection_id}/courtyards/{courtyard_id}": NOT_THERE,
    "PUT /v1/inspections/{inspection_id}/courtyards/{courtyard_id}": GROUP | OFFICER | OTHER_OFFICER | COMMITTEE,
    "PUT /v1/inspections/{inspection_id}/assignments": GROUP | COMMITTEE,
    "PUT /v1/inspections/{inspection_id}/courtyards/{courtyard_id}/rectification": GROUP
    | OFFICER
    | OTHER_OFFICER
    | COMMITTEE,
    "PUT /v1/inspections/{inspection_id}/courtyards/{courtyard_id}/reinspection": NOT_THERE,
    "GET /v1/inspections/{inspection_id}/courtyards/{courtyard_id}/photos/{evidence_id}": NOT_THERE,
    "POST /v1/inspections/{inspection_id}/courtyards/{courtyard_id}/photos/{evidence_id}/link": NOT_THERE,
    "GET /v1/courtyards/{courtyard_id}/inspections": COMMUNITY,
    "GET /v1/rankings": EVERYBODY,
    "POST /v1/inspections/{inspection_id}/close": GROUP | COMMITTEE,
    "GET /v1/inspections/{inspection_id}/ranking": EVERYBODY,
    # counting
    "GET /v1/boards/{kind}": EVERYBODY,
    "GET /v1/passbooks/{account_id}": SEEING,
    "GET /v1/passbooks/{account_id}/entries": SEEING,
    "GET /v1/passbooks/{account_id}/entries/{entry_id}": SEEING,
    "GET /v1/passbooks/{account_id}/statements": SEEING,
    "GET /v1/passbooks/{account_id}/statements/{period}": SEEING,
    "GET /v1/ledgers/courtyards/{courtyard_id}": HEAD | OFFICER | OFFICES,
    "GET /v1/ledgers/community": OFFICES | STRANGER,
    "GET /v1/ledgers/rebuilds": COMMITTEE | STRANGER,
    "POST /v1/ledgers/rebuilds": COMMITTEE | STRANGER,
    "GET /v1/ledgers/rebuilds/{rebuild_id}": COMMITTEE,
    "GET /v1/ledger/blocks": EVERYBODY,
    "GET /v1/ledger/blocks/{number}": EVERYBODY,
    "GET /v1/ledger/entries/{entry_id}/proof": EVERYBODY,
    "GET /v1/budget": OFFICES | STRANGER,
    # redeeming
    "GET /v1/rewards": PERSONS,
    "POST /v1/rewards": GROUP | COMMITTEE | STRANGER,
    "GET /v1/rewards/{reward_id}": COMMUNITY,
    "PUT /v1/rewards/{reward_id}": GROUP | COMMITTEE,
    "POST /v1/rewards/{reward_id}/codes": GROUP | COMMITTEE,
    "POST /v1/rewards/{reward_id}/picture": GROUP | COMMITTEE,
    "GET /v1/pictures/{community_id}/{sha256}.jpg": EVERYBODY,
    "GET /v1/orders": PERSONS,
    "POST /v1/orders": COMMUNITY,
    "POST /v1/orders (for another)": OWNER | HEAD | OFFICER,
    "GET /v1/orders/{order_id}": OWNER,
    "GET /v1/orders/{order_id}/voucher.{form}": OWNER,
    "GET /v1/payments": PERSONS,
    "GET /v1/payments (of another)": SEEING,
    "GET /v1/payments/{payment_id}": SEEING,
    "POST /v1/benefit-redemptions": GROUP | OFFICER | OTHER_OFFICER | COMMITTEE | STRANGER,
    # honouring
    "GET /v1/honours": PERSONS,
    "POST /v1/honours": GROUP | COMMITTEE | STRANGER,
    "GET /v1/honours/{honour_id}": COMMUNITY,
    "GET /v1/honours/{honour_id}/candidates": OFFICES,
    "POST /v1/honours/{honour_id}/candidates": GROUP,
    "GET /v1/honours/{honour_id}/candidates/{list_id}": OFFICES,
    "GET /v1/honours/{honour_id}/decisions": COMMUNITY,
    "POST /v1/honours/{honour_id}/decisions": GROUP,
    "GET /v1/honours/{honour_id}/decisions/{decision_id}/certificate.pdf": OWNER | OFFICES,
    "POST /v1/honours/{honour_id}/decisions/{decision_id}/revoke": GROUP,
    "GET /v1/me/honours": PERSONS,
    "POST /v1/me/priority-code": PERSONS,
    "GET /v1/me/priority-checks": PERSONS,
    "POST /v1/merchant/priority-checks": frozenset(),  # only a key with that scope
    # merchants
    "GET /v1/merchants": PERSONS,
    "POST /v1/merchants": COMMITTEE | STRANGER,
    "GET /v1/merchants/{merchant_id}": COMMUNITY,
    "PUT /v1/merchants/{merchant_id}": COMMITTEE,
    "GET /v1/merchants/{merchant_id}/shops": COMMUNITY,
    "POST /v1/merchants/{merchant_id}/shops": COMMITTEE,
    "PUT /v1/merchants/{merchant_id}/shops/{shop_id}": COMMITTEE,
    "GET /v1/merchants/{merchant_id}/keys": COMMITTEE,
    "POST /v1/merchants/{merchant_id}/keys": COMMITTEE,
    "POST /v1/merchant/voucher-verifications": TILL | TEST_TILL,
    "POST /v1/merchant/voucher-redemptions": TILL | TEST_TILL,
    "POST /v1/merchant/authorizations": TILL | TEST_TILL,
    "GET /v1/merchant/authorizations/{payment_id}": TILL,
    "POST /v1/merchant/authorizations/{payment_id}/capture": TILL,
    "POST /v1/merchant/authorizations/{payment_id}/void": TILL,
    "POST /v1/merchant/refunds": TILL,
    "GET /v1/merchant/transactions": TILL | TEST_TILL,
    "GET /v1/merchant/settlements": TILL | TEST_TILL,
    "GET /v1/merchant/settlements/{period}": TILL | TEST_TILL,
    "GET /v1/merchant/shops": TILL | TEST_TILL,
    "POST /v1/merchant/reconciliations": TILL | TEST_TILL,
    "GET /v1/merchant/reconciliations": TILL | TEST_TILL,
    "GET /v1/merchant/reconciliations/{reconciliation_id}": TILL,
    "POST /v1/merchant/test-vouchers": TEST_TILL,
    "POST /v1/merchant/test-paycodes": TEST_TILL,
    "GET /v1/merchant/webhook-endpoints": TILL | TEST_TILL,
    "POST /v1/merchant/webhook-endpoints": TILL | TEST_TILL,
    "POST /v1/merchant/webhook-endpoints/{endpoint_id}/rotate-secret": TILL,
    "POST /v1/merchant/webhook-endpoints/{endpoint_id}/test": TILL,
    "GET /v1/merchant/deliveries": TILL | TEST_TILL,
    "POST /v1/merchant/deliveries/{delivery_id}/replay": TILL,
    # what ends something: after all else
    "POST /v1/orders/{order_id}/cancel": OWNER,
    "POST /v1/suspensions": GROUP,
    "POST /v1/suspensions/{suspension_id}/lift": GROUP,
    "PUT /v1/communities/{community_id}/settings": COMMITTEE,
    "POST /v1/appointments/{appointment_id}/end": COMMITTEE,
    "DELETE /v1/merchants/{merchant_id}/keys/{key_id}": COMMITTEE,
    "DELETE /v1/merchant/webhook-endpoints/{endpoint_id}": TILL,
    "DELETE /v1/residents/{resident_id}": COMMITTEE,
    "DELETE /v1/sessions/current": PERSONS,
}

FORMS: dict[str, Form] = {
    "POST /v1/communities": {
        "name": "某社区",
        "committee": {"name": "某", "phone": "{new_phone}", "password": "12345678"},
    },
    "POST /v1/residents (into a household)": {"household_id": "{household}", "tenure": "tenant"},
    "POST /v1/claims (for another)": {"person_id": "{resident}", "item": "council", "happened_at": "{lately}"},
    "POST /v1/orders (for another)": {"person_id": "{resident}"},
    "POST /v1/merchant/authorizations": {"paycode": "000000000000000000", "merchant_reference": "T9"},
    "POST /v1/merchant/refunds": {"authorization_id": "{payment}", "merchant_reference": "R9"},
    "POST /v1/households/{household_id}/merge": {"into_household_id": "{neighbour_household}", "on": "2000-01-01"},
    "POST /v1/households/{household_id}/split": {"resident_ids": ["{resident}"]},
    "POST /v1/residents/{resident_id}/moves": {"to": {"left_community": True}, "on": "2000-01-01"},
    "POST /v1/rewards/{reward_id}/codes": {"codes": ["ABCD-1234"]},
    "POST /v1/me/binding": {"invite_code": "ABCDEFGHJK"},
    "POST /v1/acts": {"item": "council", "person_ids": ["{resident}"], "happened_at": "{lately}"},
    "POST /v1/honours": {"name": "平安家庭", "criteria": {}},
    "POST /v1/honours/{honour_id}/decisions": {"outcome": "declined", "subject_id": "{household}"},
    "POST /v1/merchant/priority-checks": {"code": "000000000000000000"},
    "POST /v1/merchant/webhook-endpoints": {"url": "https://example.com/another"},
    "POST /v1/sessions": {"wechat_code": "fake-somebody"},
    "PUT /v1/checklist": {"criteria": [{"code": "yard", "title": "院内", "weight": 1, "max_mark": 10}]},
    "PUT /v1/rewards/{reward_id}": {"kind": "goods", "name": "大米", "points": 10, "stock": 10},
    "POST /v1/rewards": {"kind": "goods", "name": "香皂", "points": 5, "stock": 10},
}
"""Where a form made from the description alone would be refused before anybody asks who sends it."""
QUERIES: dict[str, Form] = {"GET /v1/payments (of another)": {"account_id": "{household}"}}
FIRST = {"DELETE /v1/households/{household_id}/cards/current": "POST /v1/households/{household_id}/cards"}
"""What the committee does before each caller asks, since the first who gets through takes it away."""


@dataclass
class World:
    """Everybody who asks, and the ids of what they ask about."""

    callers: dict[str, Visitor]
    ids: dict[str, str]


def of(village: Village, stranger: Visitor, administrator: Visitor) -> World:
    """A village with a claim, an order, a review and a payment of 张三's."""
    callers = {
        "owner": village["张三"],
        "neighbour": village["李四"],
        "head": village["王院长"],
        "other_head": village["陈院长"],
        "officer": village["一网格员"],
        "other_officer": village["二网格员"],
        "member": village["组员"],
        "chair": village["组长"],
        "branch": village["支部"],
        "committee": village.committee,
        "platform": administrator,
        "stranger": stranger,
        "till": village.shop(),
        "test_till": village.shop("另一家", mode="test"),
        "public": village.door.public,
    }
    ids = {"community": village.id, "period": village.month, "form": "svg", "new_phone": "15988888888"}
    ids["lately"] = f"{village.months[1]}-15T01:00:00Z"
    return World(callers, ids | _places(village))


def _places(village: Village) -> dict[str, str]:
    return {
        "courtyard": village.courtyards[1],
        "household": village.households["1-2"],
        "account": village.households["1-2"],
        "resident": village.people["张三"],
        "person": village.people["张三"],
        "neighbour_household": village.households["1-3"],
    }


def what_happened(village: Village, till: Visitor) -> dict[str, str]:
    """Things of 张三's and of the community; their ids."""
    village.earn(张三=100)
    settled = village.door.public.get("/v1/publications", community_id=village.id)["data"][0]
    claim = village.declare("张三", "clean_up", photo=pictures.photo(11))
    rice = village.reward(points=10)
    chair, committee = village["组长"], village.committee
    chair.put("/v1/checklist", {"criteria": [{"code": "yard", "title": "院内", "weight": 1, "max_mark": 10}]})
    code = village["张三"].post("/v1/me/paycode")["paycode"]
    payment = till.post("/v1/merchant/authorizations", {"paycode": code, "points": 5, "merchant_reference": "T1"})
    merchant = committee.get("/v1/merchants")["data"][0]["id"]
    book = village.households["1-2"]
    committee.post(f"/v1/households/{book}/cards")
    office = {"person_id": village.people["周九"], "role": "branch"}
    suspended = {"person_id": village.people["周九"], "until": f"{date.today() + timedelta(days=30)}", "reason": "虚报"}
    bad = "\n".join(["院落号", *("?" for _ in range(2_001))]).encode()
    return {
        "roster": committee.upload("/v1/rosters", "roster.csv", bad, "text/csv", dry_run="true")["id"],
        "appointment": committee.post("/v1/appointments", office)["id"],
        "claim": claim["id"],
        "evidence": claim["evidence_ids"][0],
        "rulebook": chair.get("/v1/rulebooks/current")["id"],
        "review": village.review("王院长", claim)["id"],
        "publication": settled["id"],
        "entry": village.door.public.get(f"/v1/publications/{settled['id']}")["data"][0]["id"],
        "inspection": chair.post("/v1/inspections", {"period": village.month})["id"],
        "reward": rice,
        "order": village.order("张三", rice)["id"],
        "draft": chair.post("/v1/rulebooks", {"items": RULES})["id"],
        **_honoured(village),
        **_hooked(till),
        "merchant": merchant,
        "key": committee.post(f"/v1/merchants/{merchant}/keys", {"mode": "test"})["id"],
        "shop": committee.post(f"/v1/merchants/{merchant}/shops", {"name": "东门店"})["id"],
        "reconciliation": till.post("/v1/merchant/reconciliations", {"period": village.month, "lines": []})["id"],
        "suspension": chair.post("/v1/suspensions", suspended)["id"],
        "rebuild": committee.post("/v1/ledgers/rebuilds")["id"],
        "ledger_entry": committee.get(f"/v1/passbooks/{book}/entries")["data"][0]["id"],
        "payment": payment["id"],
    }


def _honoured(village: Village) -> dict[str, str]:
    programme = {"name": "文明家庭", "kind": "title", "subject_kind": "household", "criteria": {}}
    honour = village.committee.post("/v1/honours", programme)["id"]
    drawn = village["组长"].post(f"/v1/honours/{honour}/candidates")["id"]
    granted = {"list_id": drawn, "subject_id": village.households["1-2"], "outcome": "granted", "reason": "好"}
    decision = village["组长"].post(f"/v1/honours/{honour}/decisions", granted)["id"]
    return {"honour": honour, "list": drawn, "decision": decision, "subject": village.households["1-2"]}


def _hooked(till: Visitor) -> dict[str, str]:
    endpoint = till.post("/v1/merchant/webhook-endpoints", {"url": "https://example.com/hook"})["id"]
    return {"endpoint": endpoint, "delivery": till.post(f"/v1/merchant/webhook-endpoints/{endpoint}/test")["id"]}


def doubted(village: Village) -> dict[str, str]:
    """An entry of 张三's that may still be objected to, and an objection to it."""
    claim = village.declare("张三", "council")
    village.judge("王院长", claim, "endorse")
    village.judge("组长", claim, "approve")
    publication = village.publish()["id"]
    [entry] = village.door.public.get(f"/v1/publications/{publication}")["data"]
    objection = village["周九"].post("/v1/objections", {"entry_id": entry["id"], "reason": "不对"})
    return {"entry": entry["id"], "objection": objection["id"]}


class Described:
    """The API's description, and for each operation a form that it takes."""

    def __init__(self, document: Form, ids: dict[str, str]) -> None:
        self._document, self._ids = document, ids
        self.operations = {
            f"{method.upper()} {path}": operation
            for path, methods in document["paths"].items()
            for method, operation in methods.items()
            if method in ("get", "post", "put", "delete")
        }

    def request(self, name: str) -> dict[str, Any]:
        """What to send: `method`, `path`, `params`, and the form as `json` or `files`."""
        operation = self.operations[_operation(name)]
        method, path = name.split(" ")[:2]
        asked: dict[str, Any] = {"method": method, "path": re.sub(r"\{(\w+)\}", self._of_path, path)}
        required = {p["name"]: self._value(p["name"], p["schema"]) for p in self._required(operation)}
        asked["params"] = required | self._filled(QUERIES.get(name, {}))
        content = operation.get("requestBody", {}).get("content", {})
        if schema := content.get("application/json", {}).get("schema"):
            asked["json"] = self._value("", schema) | self._filled(FORMS.get(name, {}))
        elif content:
            asked["files"] = {"file": ("file", b"?" if "rosters" in path else pictures.photo(3))}
        return asked

    def _filled(self, form: Any) -> Any:
        if isinstance(form, dict):
            return {name: self._filled(value) for name, value in form.items()}
        if isinstance(form, list):
            return [self._filled(value) for value in form]
        return form.format_map(self._ids) if isinstance(form, str) else form

    def _required(self, operation: Form) -> list[Form]:
        found = [self._resolved(p) for p in operation.get("parameters", [])]
        return [p for p in found if p["in"] == "query" and p.get("required")]

    def _of_path(self, found: re.Match[str]) -> str:
        ledgers = found[1] == "entry_id" and "passbooks" in found.string
        return self._ids.get("ledger_entry" if ledgers else found[1].removesuffix("_id"), found[1])

    def _resolved(self, schema: Form) -> Form:
        while "$ref" in schema:
            schema = self._document["components"][schema["$ref"].split("/")[2]][schema["$ref"].split("/")[3]]
        return schema

    def _value(self, name: str, schema: Form) -> Any:
        schema = self._resolved(schema)
        for choice in schema.get("anyOf", schema.get("allOf", ())):
            return self._value(name, choice)
        kind = schema.get("type", "object")
        kind = kind[0] if isinstance(kind, list) else kind
        if "enum" in schema:
            return schema["enum"][0]
        if kind == "object":
            return {each: self._value(each, schema["properties"][each]) for each in schema.get("required", [])}
        if kind == "array":
            return [self._value(name.removesuffix("s"), schema["items"])] if schema.get("minItems") else []
        if kind in ("integer", "number"):
            return schema.get("minimum", 1)
        if kind == "boolean":
            return False
        if name.endswith("_id"):
            return self._ids.get(name.removesuffix("_id"), name)
        formats = {"date": "2026-01-05", "date-time": "2026-01-05T01:00:00Z", "period": "2026-01"}
        return formats.get(schema.get("format", "")) or schema.get("example", "某")


@pytest.fixture(scope="module")
def worlds(new_village: Callable[..., Village], administrator: Visitor) -> dict[bool, tuple[World, Described]]:
    """The village; and, under True, another one whose list may still be objected to."""
    ours, in_doubt, theirs = new_village("问村"), new_village("疑村", objection_window_days=1), new_village("邻村")
    for role in ("working_group", "branch", "committee"):
        theirs.committee.post("/v1/appointments", {"person_id": theirs.people["张三"], "role": role})
    peaceful, doubtful = (of(village, theirs["张三"], administrator) for village in (ours, in_doubt))
    peaceful.ids |= what_happened(ours, peaceful.callers["till"])
    doubtful.ids |= doubted(in_doubt)
    document = ours.door.public.get("/openapi.json")
    _told(peaceful)
    return {world is doubtful: (world, Described(document, world.ids)) for world in (peaceful, doubtful)}


def _told(world: World) -> None:
    """Wait until every service has heard of the stranger's offices."""
    for path in ("/v1/inspections", "/v1/ledgers/community", "/v1/budget"):
        once_told(lambda path=path: world.callers["stranger"].get(path))


@pytest.mark.parametrize("name", OPERATIONS)
def test_whoever_may_gets_through_and_everybody_else_is_turned_away(
    worlds: dict[bool, tuple[World, Described]], name: str
) -> None:
    world, described = worlds["objections" in name or "corrections" in name]
    operation = described.operations[_operation(name)]
    if OPERATIONS[name] == EVERYBODY:
        assert not operation.get("security"), "open to everybody, but described as for some"
        return
    assert operation.get("security"), "for some, but described as open to everybody"

    def is_let_in(who: str) -> bool:
        if name in FIRST and who in OPERATIONS[name]:
            world.callers["committee"].send(**described.request(FIRST[name]))
        headers = {"Idempotency-Key": f"{who} {name}"}
        return not _turned_away(world.callers[who].send(headers=headers, **described.request(name)))

    others = sorted(world.callers.keys() - OPERATIONS[name])
    with ThreadPoolExecutor(5) as pool:  # first those to be turned away: they change nothing
        intruders = {who for who, let_in in zip(others, pool.map(is_let_in, others), strict=True) if let_in}
    let_in = {who for who in world.callers if who in OPERATIONS[name] and is_let_in(who)}
    assert intruders | let_in == OPERATIONS[name]


def test_every_operation_has_a_line_above(worlds: dict[bool, tuple[World, Described]]) -> None:
    _, described = worlds[False]

    assert {_operation(name) for name in OPERATIONS} == described.operations.keys()


def test_nobody_from_elsewhere_gets_through_to_what_is_named_by_its_id() -> None:
    named = {name for name in OPERATIONS if "_id}" in name and OPERATIONS[name] != EVERYBODY}

    assert not [name for name in named if OPERATIONS[name] & (STRANGER | PLATFORM | PUBLIC)]


def _turned_away(answer: httpx.Response) -> bool:
    """Not let in, or told that there is nothing of the kind; an unknown voucher is another matter."""
    refused = answer.status_code in (401, 403) and answer.json()["code"] != "wrong_merchant"
    return refused or (answer.status_code == 404 and answer.json()["code"] == "not_found")


def _operation(name: str) -> str:
    """`POST /v1/claims (for another)` is the operation `POST /v1/claims`; a draft is a rulebook."""
    return name.partition(" (")[0].replace("{draft_id}", "{rulebook_id}")
