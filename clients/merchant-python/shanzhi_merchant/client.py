"""The calls of a till. What got no answer is asked again, with the same key, so that nothing happens twice."""

import time
import uuid
from typing import Any, Self

import httpx
from shanzhi_merchant.answers import Authorization, Redemption, Refund, Voucher
from shanzhi_merchant.signing import Signature

_AGAIN = {"nonce_replayed"}  # our first attempt arrived, its answer was lost


class Refused(Exception):
    """The platform understood and said no; nothing was changed. `code` is stable, `detail` is for the cashier."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status, self.problem = status, problem
        super().__init__(f"{self.code}: {self.detail}")

    @property
    def code(self) -> str:
        return str(self.problem.get("code", "unknown"))

    @property
    def detail(self) -> str:
        return str(self.problem.get("detail", ""))

    @property
    def facts(self) -> dict[str, Any]:
        return dict(self.problem.get("facts") or {})


class NoAnswer(Exception):
    """Nobody answered for as long as we were patient. `idempotency_key` sends the same request again later."""

    def __init__(self, idempotency_key: str | None) -> None:
        self.idempotency_key = idempotency_key
        super().__init__("no answer from the platform")


class Merchant:
    """One shop's connection, by one key. May be shared by threads.

    Each call answers or raises `Refused`, or `NoAnswer` after `patience` seconds of trying; an attempt takes at most
    `timeout` seconds. An `idempotency_key` is made up unless given: give one that survives a restart of the till.
    """

    def __init__(
        self,
        url: str,
        *,
        key: str,
        key_id: str = "",
        signing_secret: str = "",
        timeout: float = 6.0,
        patience: float = 30.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._patience = patience
        self._http = httpx.Client(
            base_url=f"{url.rstrip('/')}/v1/merchant",
            auth=Signature(key, key_id, signing_secret),
            timeout=timeout,
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def verify(self, code: str) -> Voucher:
        """What a voucher is good for; nothing changes."""
        return Voucher.of(self.ask("POST", "/voucher-verifications", {"code": code}))

    def redeem(
        self,
        code: str,
        *,
        merchant_reference: str | None = None,
        till: str | None = None,
        idempotency_key: str | None = None,
    ) -> Redemption:
        """Honour a voucher, once across all tills."""
        form = {"code": code, "merchant_reference": merchant_reference, "till": till}
        return Redemption.of(self.ask("POST", "/voucher-redemptions", form, idempotency_key))

    def authorize(
        self,
        paycode: str,
        points: int,
        *,
        merchant_reference: str,
        till: str | None = None,
        idempotency_key: str | None = None,
    ) -> Authorization:
        """Hold points for ten minutes."""
        form = {"paycode": paycode, "points": points, "merchant_reference": merchant_reference, "till": till}
        return Authorization.of(self.ask("POST", "/authorizations", form, idempotency_key))

    def authorization(self, authorization_id: str) -> Authorization:
        """How it stands."""
        return Authorization.of(self.ask("GET", f"/authorizations/{authorization_id}"))

    def capture(
        self, authorization_id: str, points: int | None = None, *, idempotency_key: str | None = None
    ) -> Authorization:
        """Take all that is held, or `points` of it; the rest is released."""
        path = f"/authorizations/{authorization_id}/capture"
        return Authorization.of(self.ask("POST", path, {"points": points}, idempotency_key))

    def void(self, authorization_id: str, *, idempotency_key: str | None = None) -> Authorization:
        """Release what is held."""
        return Authorization.of(self.ask("POST", f"/authorizations/{authorization_id}/void", {}, idempotency_key))

    def refund(
        self, authorization_id: str, points: int, *, merchant_reference: str, idempotency_key: str | None = None
    ) -> Refund:
        """Give back part or all of what was captured."""
        form = {"authorization_id": authorization_id, "points": points, "merchant_reference": merchant_reference}
        return Refund.of(self.ask("POST", "/refunds", form, idempotency_key))

    def find(self, merchant_reference: str) -> dict[str, Any]:
        """All there is under one of the shop's numbers: its `authorization` and its `data`, the movements."""
        return self.ask("GET", f"/transactions?merchant_reference={merchant_reference}")

    def ask(
        self, method: str, path: str, form: dict[str, Any] | None = None, idempotency_key: str | None = None
    ) -> dict[str, Any]:
        """Any call of `/v1/merchant`, signed, and sent again until it is answered; None in `form` is left out."""
        headers = {}
        if method == "POST":
            headers["Idempotency-Key"] = idempotency_key = idempotency_key or uuid.uuid4().hex
        body = {name: value for name, value in (form or {}).items() if value is not None}
        deadline, pause = time.monotonic() + self._patience, 0.25
        while True:
            if answer := self._attempt(method, path, body if form is not None else None, headers):
                return answer
            if time.monotonic() + pause > deadline:
                raise NoAnswer(idempotency_key)
            time.sleep(pause)
            pause = min(pause * 2, 4.0)

    def _attempt(
        self, method: str, path: str, body: dict[str, Any] | None, headers: dict[str, str]
    ) -> dict[str, Any] | None:
        """The answer, or None when another attempt may have one. Every attempt is signed anew."""
        try:
            answer = self._http.request(method, path, json=body, headers=headers)
            found: dict[str, Any] = answer.json()
        except (httpx.TransportError, ValueError):
            return None
        if answer.is_success:
            return found
        if found.get("retryable") or found.get("code") in _AGAIN or answer.status_code >= 500:
            return None
        raise Refused(answer.status_code, found)
