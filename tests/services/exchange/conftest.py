"""The exchange on a real PostgreSQL, in a small community; the tests answer its holds."""

from collections.abc import Callable
from datetime import date

import pytest

from contracts import registry
from contracts.aggregation import HoldPlaced, HoldRefused
from messaging.testing import ServiceHarness
from services.exchange.service import ExchangeService
from services.exchange.webhook_secrets import WebhookSecretCipher
from tests.services.exchange.factories import COMMUNITY, NOW

SINCE = date(2026, 1, 1)


def person(actor: str, community: str = COMMUNITY) -> dict[str, str | None]:
    """Return a caller who is a person."""
    return {"person": actor, "community": community, "merchant": None}


class Exchange(ServiceHarness):
    """The service, with shortcuts for what most tests need."""

    def hold(self, request, available: int | None = None, reason: str = "insufficient_points") -> list:
        """Answer the hold of an OrderPlaced or PaymentAuthorized: placed, or refused if `available` is given."""
        answer = {"community": request.community, "hold": request.hold, "account": request.account, "at": NOW}
        if available is None:
            return self.handle(HoldPlaced(points=request.points, **answer))
        return self.handle(HoldRefused(points=request.points, available=available, reason=reason, **answer))

    def reward(self, **terms) -> str:
        offer = {"kind": "goods", "name": "大米", "description": "", "points": 50, "stock": 10, "listed": True}
        none = {"starts_on": None, "ends_on": None, "limit_per_household": None, "merchant_ids": []}
        none |= {"limit_per_person": None, "gives": "voucher"}
        offered = self.call("offer_reward", actor=person("per_committee"), **(offer | none | terms))
        self.call("approve_reward_proposal", actor=person("per_group"), proposal_id=offered["proposal_id"])
        return offered["id"]

    def order(self, reward: str, by: str = "per_li", **more) -> dict:
        return self.call("place_order", actor=person(by), reward_id=reward, **more)

    def confirmed(self, reward: str, by: str = "per_li", **more) -> dict:
        """Place an order, have its hold placed and return it with its voucher."""
        placed = self.order(reward, by, **more)
        self.hold(self.emitted[-1])
        return self.call("get_order", actor=person(by), order_id=placed["id"])

    def shop(self, mode: str = "live", name: str = "善治超市") -> dict:
        """Add a merchant and return a till of it as a caller."""
        merchant = self.call("admit_merchant", actor=person("per_committee"), name=name)["id"]
        return self.till(merchant, mode)

    def till(self, merchant: str, mode: str) -> dict:
        digest = f"{merchant}-{mode}"
        made = {"shown": "sz_live_a1B2c3", "digest": digest, "scopes": ["vouchers", "payments", "settlements"]}
        made |= {"algorithm": "hmac-sha256", "material": "c2VhbGVk"}
        self.call("issue_key", actor=person("per_committee"), merchant_id=merchant, mode=mode, **made)
        return self.call("authenticate_key", key_hash=digest) | {"person": None}


@pytest.fixture
def exchange(empty_store: Callable[[str], str]) -> Exchange:
    """Li and his wife live in courtyard 12 under head Wang and officer Zhou; Zhao lives in courtyard 40."""
    exchange = Exchange(
        ExchangeService,
        empty_store("exchange"),
        cipher=WebhookSecretCipher("a key of the tests"),
        webhooks_may_loop_back=True,
    ).at(NOW)
    community = {"community": COMMUNITY}
    exchange.handle(
        registry.CommunityFounded(**community),
        *(
            registry.CourtyardRegistered(**community, courtyard=f"cty_{n}", grid=f"grd_{n}", row=n, number=n)
            for n in (12, 40)
        ),
        registry.HouseholdRegistered(**community, household="hou_1", courtyard="cty_12", since=SINCE),
        registry.HouseholdRegistered(**community, household="hou_2", courtyard="cty_40", since=SINCE),
        *(
            registry.ResidentRegistered(**community, person=p, household=h, tenure="tenant", since=SINCE)
            for p, h in {"per_li": "hou_1", "per_wife": "hou_1", "per_zhao": "hou_2"}.items()
        ),
        registry.ResidentRegistered(**community, person="per_wang", household=None, tenure=None, since=SINCE),
        *(
            registry.Appointed(**community, appointment=f"apt_{p}", person=p, role=role, scope=scope, since=SINCE)
            for p, role, scope in (
                ("per_wang", "head", "cty_12"),
                ("per_zhou", "grid_officer", "grd_12"),
                ("per_committee", "committee", COMMUNITY),
                ("per_group", "working_group", COMMUNITY),
            )
        ),
    )
    return exchange
