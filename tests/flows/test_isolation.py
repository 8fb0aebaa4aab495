"""Communities never see each other: whatever somebody of another one asks for by id is not there (R1)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from deploy.demo import pictures
from deploy.demo.visitors import Visitor, once_told, until
from tests.flows.village import Answer, Village

SOME_DAY = "2026-01-05"


@dataclass
class Neighbours:
    """A village where much has happened, and a stranger with every office in another one."""

    ids: dict[str, str]
    strangers: dict[str, Visitor]


@pytest.fixture(scope="module")
def neighbours(new_village: Callable[..., Village]) -> Neighbours:
    ours, theirs = new_village("本村"), new_village("邻村")
    ids = _what_happened(ours) | _what_is_doubted(new_village("另一村", objection_window_days=1))
    for role in ("working_group", "branch", "committee"):
        theirs.committee.post("/v1/appointments", {"person_id": theirs.people["张三"], "role": role})
    officer = {"person_id": theirs.people["张三"], "role": "grid_officer", "scope_id": theirs.grids["一网格"]}
    theirs.committee.post("/v1/appointments", officer)
    strangers = {"person": theirs["张三"], "till": theirs.shop()}
    for path in ("/v1/claims", "/v1/reviews", "/v1/inspections", "/v1/ledgers/community", "/v1/merchants"):
        once_told(lambda path=path: strangers["person"].get(path, **_QUERY.get(path, {})))
    return Neighbours(ids, strangers)


def _what_happened(village: Village) -> dict[str, str]:
    village.earn(孙八=100)
    claim = village.declare("张三", "clean_up", photo=pictures.photo(5))
    review = village.review("王院长", claim)
    [publication] = village.door.public.get("/v1/publications", community_id=village.id)["data"]
    [entry] = village.door.public.get(f"/v1/publications/{publication['id']}")["data"]
    till, rice = village.shop(), village.reward(points=10)
    order = village.order("孙八", rice)
    chair = village["组长"]
    chair.put("/v1/checklist", {"criteria": [{"code": "yard", "title": "院内", "weight": 1, "max_mark": 10}]})
    inspection = chair.post("/v1/inspections", {"period": village.month})
    appointment = village.committee.get("/v1/appointments", person_id=village.people["组长"])["data"][0]
    code = village["孙八"].post("/v1/me/paycode")["paycode"]
    payment = till.post("/v1/merchant/authorizations", {"paycode": code, "points": 5, "merchant_reference": "T1"})
    merchant = village.committee.get("/v1/merchants")["data"][0]["id"]
    suspended = {"person_id": village.people["李四"], "until": f"{date.today() + timedelta(days=30)}", "reason": "虚报"}
    endpoint = till.post("/v1/merchant/webhook-endpoints", {"url": "http://127.0.0.1:9/nobody"})["id"]
    delivery = till.post(f"/v1/merchant/webhook-endpoints/{endpoint}/test")["id"]
    return _an_honour(village) | {
        "community": village.id,
        "courtyard": village.courtyards[1],
        "household": village.households["1-2"],
        "resident": village.people["张三"],
        "appointment": appointment["id"],
        "roster": _long_roster(village),
        "claim": claim["id"],
        "evidence": claim["evidence_ids"][0],
        "rulebook": chair.get("/v1/rulebooks/current")["id"],
        "review": review["id"],
        "entry": entry["id"],
        "inspection": inspection["id"],
        "line": chair.get(f"/v1/passbooks/{village.households['3-2']}/entries")["data"][0]["id"],
        "month": village.month,
        "reward": rice,
        "order": order["id"],
        "voucher": order["voucher"]["code"],
        "merchant": merchant,
        "key": village.committee.get(f"/v1/merchants/{merchant}/keys")["data"][0]["id"],
        "payment": payment["id"],
        "endpoint": endpoint,
        "delivery": delivery,
        "shop": village.committee.post(f"/v1/merchants/{merchant}/shops", {"name": "东门店"})["id"],
        "reconciliation": till.post("/v1/merchant/reconciliations", {"period": village.month, "lines": []})["id"],
        "suspension": chair.post("/v1/suspensions", suspended)["id"],
        "rebuild": village.committee.post("/v1/ledgers/rebuilds")["id"],
    }


def _an_honour(village: Village) -> dict[str, str]:
    chair = village["组长"]
    honour = chair.post("/v1/honours", _HONOUR)["id"]

    def drawn() -> Answer:
        return chair.post(f"/v1/honours/{honour}/candidates")

    candidates = until("a candidate", lambda: (made := drawn())["candidates"] and made)
    named = {"list_id": candidates["id"], "subject_id": candidates["candidates"][0]["subject_id"]}
    form = {**named, "outcome": "granted", "reason": "乐于助人"}
    decision = chair.post(f"/v1/honours/{honour}/decisions", form)["id"]
    return {"honour": honour, "candidates": candidates["id"], "decision": decision}


def _long_roster(village: Village) -> str:
    lines = "\n".join(["院落号", *("?" for _ in range(2_001))]).encode()
    return str(village.committee.upload("/v1/rosters", "roster.csv", lines, "text/csv", dry_run="true")["id"])


def _what_is_doubted(village: Village) -> dict[str, str]:
    claim = village.declare("张三", "council")
    village.judge("王院长", claim, "endorse")
    village.judge("组长", claim, "approve")
    publication = village.publish()["id"]
    [entry] = village.door.public.get(f"/v1/publications/{publication}")["data"]
    return {"objection": village["周九"].post("/v1/objections", {"entry_id": entry["id"], "reason": "不对"})["id"]}


_MOVE = {"on": SOME_DAY, "to": {"left_community": True}}
_DEED = {"item": "council", "happened_at": f"{SOME_DAY}T09:00:00Z", "place": "巷口", "cause": "测试"}
_REWARD = {"kind": "goods", "name": "米", "points": 1, "stock": 1}
_HONOUR = {"name": "热心居民", "kind": "title", "subject_kind": "person", "criteria": {"least_points": 1}}
_DECISION = {"list_id": "{candidates}", "subject_id": "{resident}", "outcome": "granted", "reason": "好"}
_OFFICE = {"person_id": "{resident}", "role": "branch"}
_OURS = [
    ("GET", "/v1/communities/{community}/settings", None),
    ("PUT", "/v1/communities/{community}/settings", {"deductions": True}),
    ("GET", "/v1/courtyards/{courtyard}", None),
    ("POST", "/v1/courtyards/{courtyard}/dissolve", {}),
    ("POST", "/v1/households", {"courtyard_id": "{courtyard}"}),
    ("GET", "/v1/households/{household}", None),
    ("POST", "/v1/households/{household}/split", {"on": SOME_DAY, "resident_ids": ["{resident}"]}),
    ("POST", "/v1/households/{household}/merge", {"on": SOME_DAY, "into_household_id": "{household}"}),
    ("POST", "/v1/households/{household}/cards", {}),
    ("DELETE", "/v1/households/{household}/cards/current", None),
    ("GET", "/v1/households/{household}/card.pdf", None),
    ("GET", "/v1/rosters/{roster}", None),
    ("POST", "/v1/residents", {"name": "某人", "household_id": "{household}", "tenure": "tenant"}),
    ("GET", "/v1/residents/{resident}", None),
    ("PUT", "/v1/residents/{resident}", {"name": "某人"}),
    ("DELETE", "/v1/residents/{resident}", None),
    ("POST", "/v1/residents/{resident}/moves", _MOVE),
    ("POST", "/v1/residents/{resident}/invitations", {}),
    ("POST", "/v1/appointments", _OFFICE),
    ("POST", "/v1/appointments/{appointment}/end", {}),
    ("GET", "/v1/rulebooks/{rulebook}", None),
    ("POST", "/v1/rulebooks/{rulebook}/adopt", {"effective_from": "2999-01-01"}),
    ("POST", "/v1/rulebooks/{rulebook}/discard", {}),
    ("GET", "/v1/records/courtyards/{courtyard}", None),
    ("GET", "/v1/evidence/{evidence}", None),
    ("POST", "/v1/evidence/{evidence}/link", {}),
    ("POST", "/v1/claims", {**_DEED, "person_id": "{resident}"}),
    ("GET", "/v1/claims/{claim}", None),
    ("PUT", "/v1/claims/{claim}", _DEED),
    ("POST", "/v1/claims/{claim}/withdraw", {}),
    ("POST", "/v1/suspensions/{suspension}/lift", {"reason": "误"}),
    ("GET", "/v1/reviews/{review}", None),
    ("POST", "/v1/reviews/{review}/decision", {"decision": "endorse"}),
    ("POST", "/v1/objections", {"entry_id": "{entry}", "reason": "不对"}),
    ("POST", "/v1/objections/{objection}/ruling", {"outcome": "dismissed", "reason": "对"}),
    ("POST", "/v1/corrections", {"entry_id": "{entry}", "points": 0, "reason": "不对"}),
    ("GET", "/v1/inspections/{inspection}", None),
    ("GET", "/v1/inspections/{inspection}/courtyards/{courtyard}", None),
    ("PUT", "/v1/inspections/{inspection}/courtyards/{courtyard}", {"version": 1, "marks": {"yard": 1}}),
    ("PUT", "/v1/inspections/{inspection}/assignments", {"assignments": []}),
    (
        "PUT",
        "/v1/inspections/{inspection}/courtyards/{courtyard}/rectification",
        {"reason": "杂物", "due": "2099-01-01"},
    ),
    (
        "PUT",
        "/v1/inspections/{inspection}/courtyards/{courtyard}/reinspection",
        {"version": 1, "marks": {"yard": 1}, "passed": True},
    ),
    ("GET", "/v1/inspections/{inspection}/courtyards/{courtyard}/photos/{evidence}", None),
    ("POST", "/v1/inspections/{inspection}/courtyards/{courtyard}/photos/{evidence}/link", {}),
    ("POST", "/v1/inspections/{inspection}/close", {}),
    ("GET", "/v1/courtyards/{courtyard}/inspections", None),
    ("GET", "/v1/passbooks/{household}", None),
    ("GET", "/v1/passbooks/{household}/entries", None),
    ("GET", "/v1/passbooks/{household}/entries/{line}", None),
    ("GET", "/v1/passbooks/{household}/statements", None),
    ("GET", "/v1/passbooks/{household}/statements/{month}", None),
    ("GET", "/v1/ledgers/courtyards/{courtyard}", None),
    ("GET", "/v1/ledgers/rebuilds/{rebuild}", None),
    ("GET", "/v1/rewards/{reward}", None),
    ("POST", "/v1/rewards/{reward}/codes", {"codes": ["A1B2C3"]}),
    ("PUT", "/v1/rewards/{reward}", _REWARD),
    ("POST", "/v1/orders", {"reward_id": "{reward}"}),
    ("POST", "/v1/orders", {"reward_id": "{reward}", "person_id": "{resident}"}),
    ("GET", "/v1/orders/{order}", None),
    ("POST", "/v1/orders/{order}/cancel", {}),
    ("GET", "/v1/orders/{order}/voucher.svg", None),
    ("GET", "/v1/payments/{payment}", None),
    ("GET", "/v1/payments?account_id={household}", None),
    ("GET", "/v1/honours/{honour}", None),
    ("GET", "/v1/honours/{honour}/candidates", None),
    ("POST", "/v1/honours/{honour}/candidates", {}),
    ("GET", "/v1/honours/{honour}/candidates/{candidates}", None),
    ("GET", "/v1/honours/{honour}/decisions", None),
    ("POST", "/v1/honours/{honour}/decisions", _DECISION),
    ("POST", "/v1/honours/{honour}/decisions/{decision}/revoke", {"reason": "误"}),
    ("GET", "/v1/honours/{honour}/decisions/{decision}/certificate.pdf", None),
    ("GET", "/v1/merchants/{merchant}", None),
    ("PUT", "/v1/merchants/{merchant}", {"name": "某店"}),
    ("GET", "/v1/merchants/{merchant}/shops", None),
    ("POST", "/v1/merchants/{merchant}/shops", {"name": "店"}),
    ("PUT", "/v1/merchants/{merchant}/shops/{shop}", {"name": "店"}),
    ("GET", "/v1/merchants/{merchant}/keys", None),
    ("POST", "/v1/merchants/{merchant}/keys", {"mode": "live"}),
    ("DELETE", "/v1/merchants/{merchant}/keys/{key}", None),
    ("POST", "/v1/merchant/voucher-verifications", {"code": "{voucher}"}),
    ("POST", "/v1/merchant/voucher-redemptions", {"code": "{voucher}"}),
    ("GET", "/v1/merchant/authorizations/{payment}", None),
    ("POST", "/v1/merchant/authorizations/{payment}/capture", {}),
    ("POST", "/v1/merchant/authorizations/{payment}/void", {}),
    (
        "POST",
        "/v1/merchant/refunds",
        {"authorization_id": "{payment}", "points": 1, "merchant_reference": "R1"},
    ),
    ("DELETE", "/v1/merchant/webhook-endpoints/{endpoint}", None),
    ("POST", "/v1/merchant/webhook-endpoints/{endpoint}/rotate-secret", {}),
    ("POST", "/v1/merchant/webhook-endpoints/{endpoint}/test", {}),
    ("POST", "/v1/merchant/deliveries/{delivery}/replay", {}),
    ("GET", "/v1/merchant/reconciliations/{reconciliation}", None),
]


@pytest.mark.parametrize(("method", "path", "form"), _OURS, ids=[f"{method} {path}" for method, path, _ in _OURS])
def test_r1_what_is_anothers_is_not_there(neighbours: Neighbours, method: str, path: str, form: dict | None) -> None:
    visitor = neighbours.strangers["till" if "/merchant/" in path else "person"]
    headers = {"Idempotency-Key": f"{method} {path}"}
    answer = visitor.send(method, _filled(path, neighbours.ids), json=_filled(form, neighbours.ids), headers=headers)
    assert answer.status_code == 404, answer.text


def test_no_picture_is_put_on_anothers_shelf(neighbours: Neighbours) -> None:
    files = {"file": ("米.jpg", pictures.photo(6), "image/jpeg")}
    address = f"/v1/rewards/{neighbours.ids['reward']}/picture"
    assert neighbours.strangers["person"].send("POST", address, files=files).status_code == 404


def test_every_operation_on_something_of_a_community_is_tried_above(neighbours: Neighbours) -> None:
    described = neighbours.strangers["person"].get("/openapi.json")["paths"]
    taking_ids = {
        f"{method.upper()} {_nameless(path)}"
        for path, methods in described.items()
        for method in methods
        if "_id}" in path and method in ("get", "post", "put", "delete")
    }
    tried = {f"{method} {_nameless(path)}" for method, path, _ in _OURS} | {"POST /v1/rewards/{}/picture"}
    assert taking_ids - tried == _FOR_EVERYBODY


_FOR_EVERYBODY = {
    "GET /v1/publications/{}",
    "GET /v1/inspections/{}/ranking",
    "GET /v1/ledger/entries/{}/proof",
    "GET /v1/pictures/{}/{}.jpg",
}
_QUERY = {"/v1/reviews": {"stage": "final"}, "/v1/rewards": {"all": "true"}}
_LISTS = [
    "/v1/communities",
    "/v1/courtyards",
    "/v1/households",
    "/v1/residents",
    "/v1/appointments",
    "/v1/rulebooks",
    "/v1/claims",
    "/v1/reviews",
    "/v1/objections",
    "/v1/checklists",
    "/v1/inspections",
    "/v1/rewards",
    "/v1/merchants",
    "/v1/orders",
    "/v1/payments",
    "/v1/ledgers/community",
]


@pytest.mark.parametrize("path", _LISTS)
def test_r1_no_list_holds_anothers(neighbours: Neighbours, path: str) -> None:
    shown = neighbours.strangers["person"].read(path, **_QUERY.get(path, {})).decode()
    assert not [id for id in neighbours.ids.values() if id in shown]


def _filled(form: object, ids: dict[str, str]) -> object:
    if isinstance(form, str):
        return form.format_map(ids) if "{" in form else form
    if isinstance(form, dict):
        return {name: _filled(value, ids) for name, value in form.items()}
    if isinstance(form, list):
        return [_filled(value, ids) for value in form]
    return form


def _nameless(path: str) -> str:
    return re.sub(r"\{\w+\}", "{}", path).replace("voucher.svg", "voucher.{}")
