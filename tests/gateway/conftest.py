"""The gateway with fake services: tests define their replies and inspect the calls."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.app import create_app
from gateway.decoding.pool import DecodingPool
from gateway.documents.pool import DocumentPool
from gateway.processes.pool import ProcessLimits
from gateway.rpc import Rpc, Transport
from gateway.security import auth
from gateway.security.rate_limits import limiter
from gateway.settings import SERVICES, Settings

SECRET = "a secret of the tests, long enough for HS256"


@dataclass(frozen=True)
class Call:
    """A call that a service received."""

    service: str
    method: str
    kwargs: dict[str, Any]
    context: dict[str, Any]


class Services(Transport):
    """A `gateway.rpc.Transport` with replies defined by the test."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.running = dict.fromkeys(SERVICES, 1)
        self._replies: dict[tuple[str, str], Callable[..., Any]] = {}

    def answer(self, service: str, method: str, value: Any) -> None:
        """Let the query `service.method` return `value` or `value(**kwargs)`, or raise `value`."""
        self._replies[service, method] = _reply_function(value)

    def perform(self, service: str, method: str, value: Any, replayed: bool = False) -> None:
        """Let the command `service.method` return `value` or `value(**kwargs)`, or raise `value`."""
        reply = _reply_function(value)
        self._replies[service, method] = lambda **kwargs: {"data": reply(**kwargs), "replayed": replayed}

    def call(self, service: str, method: str, kwargs: dict[str, Any], context: dict[str, Any]) -> Any:
        if method.startswith("require_") and (service, method) not in self._replies:
            return None  # a check before an upload is read: permitted unless the test says otherwise
        self.calls.append(Call(service, method, kwargs, context))
        return self._replies[service, method](**kwargs)

    def consumers(self, services: Iterable[str]) -> dict[str, int]:
        return {service: self.running[service] for service in services}


def _reply_function(value: Any) -> Callable[..., Any]:
    def reply(**kwargs: Any) -> Any:
        if isinstance(value, Exception):
            raise value
        return value(**kwargs) if callable(value) else value

    return reply


@pytest.fixture
def settings() -> Settings:
    return Settings(jwt_secret=SECRET)


@pytest.fixture
def services() -> Services:
    return Services()


@pytest.fixture
def app(settings: Settings, services: Services, decoding: DecodingPool) -> Iterator[Flask]:
    app, extensions = _built_app(settings)
    app.extensions = extensions | {"rpc": Rpc(services), "decoding": decoding, "documents": document_pool()}
    for name in ("signing_keys", "working_keys", "public", "names", "merchant_names", "labels"):
        extensions[name].clear()
    yield app
    limiter.reset()


@cache
def _built_app(settings: Settings) -> tuple[Flask, dict[str, Any]]:
    """Build an app once for equal settings, which takes longer than most tests; return it and its extensions."""
    app = create_app(settings, Services())
    return app, dict(app.extensions)


@cache
def decoding_pool() -> DecodingPool:
    """Return a pool with the default limits, and more time, since tests share the machine."""
    limits = ProcessLimits(memory_mb=400, cpu_seconds=10, seconds=60)
    return DecodingPool(limits, size=1, queue=1, wait_seconds=60)


@cache
def document_pool() -> DocumentPool:
    """Return a pool with the default limits, and more time, since tests share the machine."""
    limits = ProcessLimits(memory_mb=600, cpu_seconds=30, seconds=60, file_mb=64)
    return DocumentPool(limits, size=1, queue=5, wait_seconds=60, font_folder="")


@pytest.fixture
def decoding() -> DecodingPool:
    return decoding_pool()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> Callable[..., dict[str, str]]:
    """Return a function that creates headers: `client.get("/v1/me", headers=sign_in("per_chen"))`."""

    def headers(person: str = "per_chen", community: str = "com_changning") -> dict[str, str]:
        with app.test_request_context():
            return {"Authorization": f"Bearer {auth.issue_access_token(person, community, 'ses_1')}"}

    return headers
