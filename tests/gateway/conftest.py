"""The gateway in front of fake services: answers put in by the test, calls remembered."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.app import create_app
from gateway.security import auth
from gateway.security.rate_limits import limiter
from gateway.settings import SERVICES, Settings

SECRET = "a secret of the tests, long enough for HS256"


@dataclass(frozen=True)
class Call:
    """One call that reached a service."""

    service: str
    method: str
    kwargs: dict[str, Any]
    context: dict[str, Any]


class Services:
    """Stands where the broker and the services would: a `gateway.rpc.Transport`."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.running = dict.fromkeys(SERVICES, 1)
        self._answers: dict[tuple[str, str], Callable[..., Any]] = {}

    def answer(self, service: str, method: str, value: Any) -> None:
        """`service.method` is a query that returns `value`, or `value(**kwargs)`, or raises it."""
        self._answers[service, method] = _spoken(value)

    def perform(self, service: str, method: str, value: Any, replayed: bool = False) -> None:
        """`service.method` is a command that returns `value`, or `value(**kwargs)`, or raises it."""
        said = _spoken(value)
        self._answers[service, method] = lambda **kwargs: {"data": said(**kwargs), "replayed": replayed}

    def call(self, service: str, method: str, kwargs: dict[str, Any], context: dict[str, Any]) -> Any:
        self.calls.append(Call(service, method, kwargs, context))
        return self._answers[service, method](**kwargs)

    def consumers(self, services: Iterable[str]) -> dict[str, int]:
        return {service: self.running[service] for service in services}


def _spoken(value: Any) -> Callable[..., Any]:
    def speak(**kwargs: Any) -> Any:
        if isinstance(value, Exception):
            raise value
        return value(**kwargs) if callable(value) else value

    return speak


@pytest.fixture
def settings() -> Settings:
    return Settings(jwt_secret=SECRET)


@pytest.fixture
def services() -> Services:
    return Services()


@pytest.fixture
def app(settings: Settings, services: Services) -> Iterator[Flask]:
    app = create_app(settings, services)
    yield app
    limiter.reset()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask) -> Callable[..., dict[str, str]]:
    """Headers of a signed-in person: `client.get("/v1/me", headers=sign_in("per_chen"))`."""

    def headers(person: str = "per_chen", community: str = "com_changning") -> dict[str, str]:
        with app.test_request_context():
            return {"Authorization": f"Bearer {auth.issue_access_token(person, community, 'ses_1')}"}

    return headers
