"""People and tills at the gateway's door, as the mini-program and a till would be: HTTP and nothing else."""

import time
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

import httpx
from shanzhi_merchant import Signature

T = TypeVar("T")

_PATIENCE_SECONDS = 30.0
_TURN_SECONDS = 0.1
_BUSY = {429, 503}


class Refused(Exception):
    """The platform said no. `problem` is its RFC 9457 answer."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        self.status = status
        self.problem = problem
        super().__init__(f"{status} {self.code}: {problem.get('detail', '')} {problem.get('errors') or ''}")

    @property
    def code(self) -> str:
        return str(self.problem.get("code", ""))


class Visitor:
    """Somebody with a token, a till that signs, or the public. What was busy is tried again with the same key."""

    def __init__(self, http: httpx.Client, token: str | None = None, *, auth: httpx.Auth | None = None) -> None:
        self._http, self._auth = http, auth
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def get(self, path: str, **params: Any) -> Any:
        return self._ask("GET", path, params={k: v for k, v in params.items() if v is not None}).json()

    def read(self, path: str, **params: Any) -> bytes:
        """The body as it is: pictures, xlsx."""
        return self._ask("GET", path, params=params).content

    def all(self, path: str, **params: Any) -> list[dict[str, Any]]:
        """Every row of a list, page by page."""
        rows: list[dict[str, Any]] = []
        cursor = None
        while True:
            page = self.get(path, limit=100, cursor=cursor, **params)
            rows += page["data"]
            if not page["has_more"]:
                return rows
            cursor = page["next_cursor"]

    def post(self, path: str, body: dict[str, Any] | None = None, key: str | None = None) -> Any:
        """Send it once, whatever the network does: `key` is the Idempotency-Key, made up unless given."""
        return self.post_raw(path, body, key).json()

    def post_raw(self, path: str, body: dict[str, Any] | None = None, key: str | None = None) -> httpx.Response:
        """Like `post`, with the headers of the answer."""
        return self._ask("POST", path, json=body or {}, headers={"Idempotency-Key": key or uuid.uuid4().hex})

    def put(self, path: str, body: dict[str, Any]) -> Any:
        return self._ask("PUT", path, json=body).json()

    def upload(self, path: str, name: str, content: bytes, kind: str, **params: Any) -> Any:
        """A multipart upload of one file."""
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        return self._ask("POST", path, files={"file": (name, content, kind)}, params=params, headers=headers).json()

    def send(self, method: str, path: str, headers: dict[str, str] | None = None, **kwargs: Any) -> httpx.Response:
        """Ask once and take any answer; `kwargs` are httpx's."""
        return self._http.request(method, path, headers={**self.headers, **(headers or {})}, auth=self._auth, **kwargs)

    def _ask(self, method: str, path: str, **kwargs: Any) -> httpx.Response:
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while True:
            answer = self.send(method, path, **kwargs)
            if answer.is_success:
                return answer
            if answer.status_code not in _BUSY or time.monotonic() > deadline:
                raise Refused(answer.status_code, answer.json())
            time.sleep(min(float(answer.headers.get("Retry-After", 1)), 2.0))


class Door:
    """The gateway: lets people in."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=60.0)

    @property
    def public(self) -> Visitor:
        """Anybody in front of the notice board."""
        return Visitor(self._http)

    def sign_in(self, phone: str, password: str) -> Visitor:
        return Visitor(
            self._http, self.public.post("/v1/sessions", {"phone": phone, "password": password})["access_token"]
        )

    def sign_in_by_wechat(self, code: str, invite_code: str) -> Visitor:
        """A resident opens the mini-program for the first time and binds it with the head's invite code."""
        stranger = self.public.post("/v1/sessions", {"wechat_code": code})
        if stranger["person_id"] is not None:
            return Visitor(self._http, stranger["access_token"])
        bound = Visitor(self._http, stranger["access_token"]).post("/v1/me/binding", {"invite_code": invite_code})
        return Visitor(self._http, bound["access_token"])

    def with_token(self, token: str) -> Visitor:
        """Whoever holds that token."""
        return Visitor(self._http, token)

    def till(self, made: dict[str, Any]) -> Visitor:
        """A merchant's till with its key, as it was made; what it sends is signed."""
        return Visitor(self._http, auth=Signature(made["key"], made["id"], made["signing_secret"]))

    def close(self) -> None:
        self._http.close()


def until(what: str, question: Callable[[], T | None], patience: float = _PATIENCE_SECONDS) -> T:
    """The first true answer to `question`; services tell each other by events, so an answer may take a moment.

    Raises `TimeoutError` that says `what` did not come.
    """
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        if answer := question():
            return answer
        time.sleep(_TURN_SECONDS)
    raise TimeoutError(f"没有等到：{what}")


_NOT_YET_TOLD = {"role_missing", "forbidden", "not_found", "not_eligible", "no_rulebook"}


def once_told(act: Callable[[], T], patience: float = _PATIENCE_SECONDS) -> T:
    """The result of `act`, once the service that decides has heard from the registry who may do what.

    Raises the last refusal when that does not come.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            return act()
        except Refused as refused:
            if refused.code not in _NOT_YET_TOLD or time.monotonic() > deadline:
                raise
            time.sleep(_TURN_SECONDS)
