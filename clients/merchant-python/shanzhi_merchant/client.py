"""The calls of a till. A request without an answer is repeated with the same key, so that it has one effect."""

import time
import uuid
from typing import Any, Self

import httpx
from shanzhi_merchant.responses import Authorization, Redemption, Refund, Voucher
from shanzhi_merchant.signing import Signature

_RETRYABLE = {"nonce_replayed"}  # the previous attempt arrived and its answer was lost


class Refused(Exception):
    """The platform rejected the request; nothing changed. `code` is stable, `detail` is for the cashier."""

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
    """No answer within `retry_for` seconds. Use `idempotency_key` to send the same request again later."""

    def __init__(self, idempotency_key: str | None) -> None:
        self.idempotency_key = idempotency_key
        super().__init__("no answer from the platform")


class Merchant:
    """A merchant's connection with one API key. Thread-safe.

    Each call returns the answer or raises `Refused`, or `NoAnswer` after retrying for `retry_for` seconds; an attempt
    takes at most `timeout` seconds. Pass an `idempotency_key` that survives a restart of the till; by default a random
    one is used.
    """

    def __init__(
        self,
        url: str,
        *,
        key: str,
        key_id: str = "",
        signing_secret: str = "",
        timeout: float = 6.0,
        retry_for: float = 30.0,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._retry_for = retry_for
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
        """Close the connections."""
        self._http.close()

    def verify(self, code: str) -> Voucher:
        """Return what a voucher is valid for, without redeeming it."""
        return Voucher.from_json(self.request("POST", "/voucher-verifications", {"code": code}))

    def redeem(
        self,
        code: str,
        *,
        merchant_reference: str | None = None,
        till: str | None = None,
        idempotency_key: str | None = None,
    ) -> Redemption:
        """Redeem a voucher; once across all tills."""
        form = {"code": code, "merchant_reference": merchant_reference, "till": till}
        return Redemption.from_json(self.request("POST", "/voucher-redemptions", form, idempotency_key))

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
        return Authorization.from_json(self.request("POST", "/authorizations", form, idempotency_key))

    def authorization(self, authorization_id: str) -> Authorization:
        """Return the current state of an authorization."""
        return Authorization.from_json(self.request("GET", f"/authorizations/{authorization_id}"))

    def capture(
        self, authorization_id: str, points: int | None = None, *, idempotency_key: str | None = None
    ) -> Authorization:
        """Capture all held points, or `points` of them; the rest is released."""
        path = f"/authorizations/{authorization_id}/capture"
        return Authorization.from_json(self.request("POST", path, {"points": points}, idempotency_key))

    def void(self, authorization_id: str, *, idempotency_key: str | None = None) -> Authorization:
        """Release the held points."""
        return Authorization.from_json(
            self.request("POST", f"/authorizations/{authorization_id}/void", {}, idempotency_key)
        )

    def refund(
        self, authorization_id: str, points: int, *, merchant_reference: str, idempotency_key: str | None = None
    ) -> Refund:
        """Refund part or all of the captured points."""
        form = {"authorization_id": authorization_id, "points": points, "merchant_reference": merchant_reference}
        return Refund.from_json(self.request("POST", "/refunds", form, idempotency_key))

    def find(self, merchant_reference: str) -> dict[str, Any]:
        """Return the `authorization` and the movements (`data`) with one of the merchant's own numbers."""
        return self.request("GET", f"/transactions?merchant_reference={merchant_reference}")

    def request(
        self, method: str, path: str, form: dict[str, Any] | None = None, idempotency_key: str | None = None
    ) -> dict[str, Any]:
        """Send any call of `/v1/merchant`, signed, until it is answered; leave out None values of `form`.

        Return the answer, empty if it has no body, as that to DELETE.
        """
        headers = {}
        if method == "POST":
            headers["Idempotency-Key"] = idempotency_key = idempotency_key or uuid.uuid4().hex
        body = {name: value for name, value in (form or {}).items() if value is not None}
        deadline, pause = time.monotonic() + self._retry_for, 0.25
        while True:
            answer = self._attempt(method, path, body if form is not None else None, headers)
            if answer is not None:
                return answer
            if time.monotonic() + pause > deadline:
                raise NoAnswer(idempotency_key)
            time.sleep(pause)
            pause = min(pause * 2, 4.0)

    def _attempt(
        self, method: str, path: str, body: dict[str, Any] | None, headers: dict[str, str]
    ) -> dict[str, Any] | None:
        """Sign and send one attempt. Return the answer, or None if another attempt may get one."""
        try:
            response = self._http.request(method, path, json=body, headers=headers)
            answer: dict[str, Any] = response.json() if response.content else {}
        except (httpx.TransportError, ValueError):
            return None
        if response.is_success and (answer or response.status_code == 204):
            return answer
        if not answer or answer.get("retryable") or answer.get("code") in _RETRYABLE or response.status_code >= 500:
            return None
        raise Refused(response.status_code, answer)
