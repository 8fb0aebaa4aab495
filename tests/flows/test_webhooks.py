"""Webhooks of the running platform: signed, and delivered after the delivery process was killed (R27)."""

from collections.abc import Iterator

import pytest
from shanzhi_merchant import verify_webhook

from deploy.demo.api_client import ApiClient, wait_for
from deploy.local.stack import Stack
from tests.flows.community import Community, Json, expect_refused
from tests.services.exchange.receiver import Receiver, receiver


@pytest.fixture(scope="module")
def till(community: Community) -> ApiClient:
    return community.create_till(mode="test")


@pytest.fixture
def server() -> Iterator[Receiver]:
    with receiver() as server:
        yield server


def _create_endpoint(till: ApiClient, server: Receiver, path: str) -> Json:
    endpoint: Json = till.post("/v1/merchant/webhook-endpoints", {"url": server.url + path})
    return endpoint


def test_a_payment_is_notified_and_a_killed_process_loses_no_delivery(
    till: ApiClient, server: Receiver, stack: Stack
) -> None:
    endpoint = _create_endpoint(till, server, "/hook")
    slow = _create_endpoint(till, server, "/slow")
    server.answers["/slow"] = "hang"
    code = till.post("/v1/merchant/test-paycodes")["paycode"]
    form = {"paycode": code, "points": 5, "merchant_reference": "sale-1"}
    payment = till.post("/v1/merchant/authorizations", form)
    wait_for("the webhook", lambda: server.at("/hook"))
    [(headers, body)] = server.at("/hook")
    webhook = verify_webhook(body, headers, endpoint["secret"])
    assert (webhook.type, webhook.data) == ("payment.authorized", {"authorization_id": payment["id"]})

    wait_for("a delivery in progress", lambda: server.at("/slow"))
    stack.kill("webhooks")
    server.answers["/slow"] = 204
    server.release.set()
    till.post(f"/v1/merchant/authorizations/{payment['id']}/capture")
    wait_for("the webhook of the capture", lambda: len(server.at("/hook")) == 2)
    headers, body = server.at("/hook")[1]
    assert verify_webhook(body, headers, endpoint["secret"]).type == "payment.captured"
    deliveries = {each["type"]: each for each in till.all("/v1/merchant/deliveries", endpoint_id=slow["id"])}
    lost = deliveries["payment.authorized"]  # would be retried when its lease ends
    replayed = till.post(f"/v1/merchant/deliveries/{lost['id']}/replay")
    wait_for(
        "the lost delivery", lambda: len([h for h, _ in server.at("/slow") if h["webhook-id"] == replayed["id"]]) >= 2
    )

    till.send("DELETE", f"/v1/merchant/webhook-endpoints/{slow['id']}")
    with expect_refused("not_found", 404):
        till.post(f"/v1/merchant/webhook-endpoints/{slow['id']}/test")


def test_a_key_without_the_scope_cannot_read_endpoints(community: Community) -> None:
    till = community.create_till("只收款", mode="test", scopes=["payments"])
    with expect_refused("scope_missing", 403):
        till.get("/v1/merchant/webhook-endpoints")
