"""A client of the HTTP API, for the demo, the flow tests and the benchmarks."""

import time
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

import httpx
from shanzhi_merchant import Signature

T = TypeVar("T")

_TIMEOUT_SECONDS = 30.0
_POLL_SECONDS = 0.1
_RETRIED_STATUSES = {429, 503}


class ApiError(Exception):
    """The API answered with an error; `problem` is the RFC 9457 document."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status = status
        self.problem = problem
        super().__init__(f"{status} {self.code}: {problem.get('detail', '')} {problem.get('errors') or ''}")

    @property
    def code(self) -> str:
        return str(self.problem.get("code", ""))


class ApiClient:
    """Requests of one caller: with a token, signed by a till, or anonymous. Retries 429 and 503 with the same key."""

    def __init__(self, http: httpx.Client, token: str | None = None, *, auth: httpx.Auth | None = None) -> None:
        self._http, self._auth = http, auth
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, **params: Any) -> Any:
        return self._request("GET", path, params={k: v for k, v in params.items() if v is not None}).json()

    def read(self, path: str, **params: Any) -> bytes:
        """Return the body as bytes, for pictures and spreadsheets."""
        return self._request("GET", path, params=params).content

    def all(self, path: str, **params: Any) -> list[dict[str, Any]]:
        """Return every row of a list, page by page."""
        rows: list[dict[str, Any]] = []
        cursor = None
        while True:
            page = self.get(path, limit=100, cursor=cursor, **params)
            rows += page["data"]
            if not page["has_more"]:
                return rows
            cursor = page["next_cursor"]

    def post(self, path: str, body: dict[str, Any] | None = None, key: str | None = None) -> Any:
        """Send a command with an Idempotency-Key, by default a new one, and return the body of the response."""
        return self.post_raw(path, body, key).json()

    def post_raw(self, path: str, body: dict[str, Any] | None = None, key: str | None = None) -> httpx.Response:
        """Like `post`, but return the response with its headers."""
        return self._request("POST", path, json=body or {}, headers={"Idempotency-Key": key or uuid.uuid4().hex})

    def put(self, path: str, body: dict[str, Any]) -> Any:
        return self._request("PUT", path, json=body).json()

    def upload(self, path: str, name: str, content: bytes, kind: str, **params: Any) -> Any:
        """Upload one file as multipart form data."""
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        return self._request("POST", path, files={"file": (name, content, kind)}, params=params, headers=headers).json()

    def send(self, method: str, path: str, headers: dict[str, str] | None = None, **kwargs: Any) -> httpx.Response:
        """Send one request and return the response, whatever its status; `kwargs` are those of httpx."""
        return self._http.request(method, path, headers={**self.headers, **(headers or {})}, auth=self._auth, **kwargs)

    def _request(self, method: str, path: str, **kwargs: Any) -> httpx.Response:
        deadline = time.monotonic() + _TIMEOUT_SECONDS
        while True:
            response = self.send(method, path, **kwargs)
            if response.is_success:
                return response
            if response.status_code not in _RETRIED_STATUSES or time.monotonic() > deadline:
                raise ApiError(response.status_code, response.json())
            time.sleep(min(float(response.headers.get("Retry-After", 1)), 2.0))


class Api:
    """The API of one gateway; returns clients for its callers. `check` is called with every response."""

    def __init__(self, url: str, check: Callable[[httpx.Response], None] | None = None) -> None:
        hooks = {"response": [check]} if check else {}
        self._http = httpx.Client(base_url=url, timeout=60.0, event_hooks=hooks)

    @property
    def public(self) -> ApiClient:
        """A client without a token."""
        return ApiClient(self._http)

    def sign_in(self, phone: str, password: str) -> ApiClient:
        return ApiClient(
            self._http, self.public.post("/v1/sessions", {"phone": phone, "password": password})["access_token"]
        )

    def sign_in_by_wechat(
        self, code: str, invite_code: str, confirm: Callable[[str], object] | None = None
    ) -> ApiClient:
        """Sign in by WeChat, the first time binding the account with an invite code.

        `confirm` approves the proposal, given by its id, that binds somebody with an office.
        """
        session = self.public.post("/v1/sessions", {"wechat_code": code})
        if session["person_id"] is not None:
            return ApiClient(self._http, session["access_token"])
        unbound = ApiClient(self._http, session["access_token"])
        try:
            bound = unbound.post("/v1/me/binding", {"invite_code": invite_code})
        except ApiError as error:
            if error.code != "binding_unproven" or confirm is None:
                raise
            confirm(error.problem["facts"]["proposal_id"])
            bound = self.public.post("/v1/sessions", {"wechat_code": code})
        return ApiClient(self._http, bound["access_token"])

    def sign_in_by_phone(self, code: str, phone: str, community_id: str) -> ApiClient:
        """Sign in by WeChat, the first time binding the account with a phone number that WeChat has verified."""
        session = self.public.post("/v1/sessions", {"wechat_code": code})
        if session["person_id"] is not None:
            return ApiClient(self._http, session["access_token"])
        form = {"phone_code": f"phone-{phone}", "community_id": community_id}
        bound = ApiClient(self._http, session["access_token"]).post("/v1/me/binding", form)
        return ApiClient(self._http, bound["access_token"])

    def with_token(self, token: str) -> ApiClient:
        """Return a client with that access token."""
        return ApiClient(self._http, token)

    def till(self, made: dict[str, Any]) -> ApiClient:
        """Return a client that signs its requests with a merchant's key, given as the API returned it."""
        return ApiClient(self._http, auth=Signature(made["key"], made["id"], made["signing_secret"]))

    def close(self) -> None:
        self._http.close()


def wait_for(what: str, question: Callable[[], T | None], timeout: float = _TIMEOUT_SECONDS) -> T:
    """Poll `question` until it returns a true value, and return that; effects in other services take a moment.

    Raise TimeoutError, which names `what`, if that does not happen.
    """
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        if answer := question():
            return answer
        time.sleep(_POLL_SECONDS)
    raise TimeoutError(f"没有等到：{what}")


_UNTIL_KNOWN_CODES = {"card_invalid", "role_missing", "forbidden", "not_found", "not_eligible", "no_rulebook"}


def retry_until_known(act: Callable[[], T], timeout: float = _TIMEOUT_SECONDS) -> T:
    """Call `act` until it is not refused for facts that the service has not received yet, and return its result.

    Raise the last ApiError if that does not happen. Facts of the registry reach other services by events.
    """
    deadline = time.monotonic() + timeout
    while True:
        try:
            return act()
        except ApiError as error:
            if error.code not in _UNTIL_KNOWN_CODES or time.monotonic() > deadline:
                raise
            time.sleep(_POLL_SECONDS)
