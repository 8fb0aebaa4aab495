"""Notices that leave the running platform: signed, also after the courier was killed on its way (R27)."""

from collections.abc import Iterator

import pytest
from shanzhi_merchant import verify_webhook

from deploy.demo.visitors import Visitor, until
from deploy.local.stack import Stack
from tests.flows.village import Answer, Village, refused
from tests.services.exchange.receiver import Receiver, receiver


@pytest.fixture(scope="module")
def till(village: Village) -> Visitor:
    return village.shop(mode="test")


@pytest.fixture
def server() -> Iterator[Receiver]:
    with receiver() as server:
        yield server


def _listen(till: Visitor, server: Receiver, path: str) -> Answer:
    endpoint: Answer = till.post("/v1/merchant/webhook-endpoints", {"url": server.url + path})
    return endpoint


def test_a_payment_is_told_of_and_a_killed_courier_loses_nothing(till: Visitor, server: Receiver, stack: Stack) -> None:
    endpoint = _listen(till, server, "/hook")
    slow = _listen(till, server, "/slow")
    server.answers["/slow"] = "hang"
    code = till.post("/v1/merchant/test-paycodes")["paycode"]
    form = {"paycode": code, "points": 5, "merchant_reference": "sale-1"}
    payment = till.post("/v1/merchant/authorizations", form)
    until("the notice", lambda: server.at("/hook"))
    [(headers, body)] = server.at("/hook")
    notice = verify_webhook(body, headers, endpoint["secret"])
    assert (notice.type, notice.data) == ("payment.authorized", {"authorization_id": payment["id"]})

    until("a notice on its way", lambda: server.at("/slow"))
    stack.kill("webhooks")
    server.answers["/slow"] = 204
    server.release.set()
    till.post(f"/v1/merchant/authorizations/{payment['id']}/capture")
    until("the notice of the capture", lambda: len(server.at("/hook")) == 2)
    assert verify_webhook(*reversed(server.at("/hook")[1]), endpoint["secret"]).type == "payment.captured"
    notices = {each["type"]: each for each in till.all("/v1/merchant/deliveries", endpoint_id=slow["id"])}
    lost = notices["payment.authorized"]  # until its lease ends; then it is sent again anyway
    replayed = till.post(f"/v1/merchant/deliveries/{lost['id']}/replay")
    until("what was lost", lambda: len([h for h, _ in server.at("/slow") if h["webhook-id"] == replayed["id"]]) >= 2)

    till.send("DELETE", f"/v1/merchant/webhook-endpoints/{slow['id']}")
    with refused("not_found", 404):
        till.post(f"/v1/merchant/webhook-endpoints/{slow['id']}/test")


def test_another_key_without_the_scope_may_not_listen(village: Village) -> None:
    till = village.shop("只收款", mode="test", scopes=["payments"])
    with refused("scope_missing", 403):
        till.get("/v1/merchant/webhook-endpoints")
