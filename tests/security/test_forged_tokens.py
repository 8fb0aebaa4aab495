"""Access tokens that were forged, mutated, stolen or given for something else: none of them makes a call (R4)."""

import base64
import json
import random
import time
from collections.abc import Callable, Iterator
from typing import Any

import jwt
import pytest
from flask import Flask

from contracts.errors import Unauthorized
from gateway.app import create_app
from gateway.security import auth
from gateway.security.rate_limits import limiter
from gateway.settings import Settings
from tests.flows.request_forms import OperationForms
from tests.gateway.conftest import SECRET, Services

COUNT = 10_000
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
FOR_SECOND_FACTORS = {"POST /v1/me/second-factor", "POST /v1/me/second-factor/confirm", "DELETE /v1/sessions/current"}
FOR_UNBOUND_ACCOUNTS = {"POST /v1/me/binding", "DELETE /v1/sessions/current"}
PATH_PARAMETERS = {"form": "svg", "kind": "households", "number": "1", "purpose": "scheme", "mode": "live"}


@pytest.fixture
def services() -> Services:
    """Services that fail the test with a KeyError when a token makes a call."""
    return Services()


@pytest.fixture
def app(services: Services) -> Iterator[Flask]:
    yield create_app(Settings(jwt_secret=SECRET, rate_limit="1000000/minute"), services)
    limiter.reset()


@pytest.fixture
def token(app: Flask) -> str:
    with app.test_request_context():
        return auth.issue_access_token("per_committee", "com_1", "ses_1")


def is_accepted(app: Flask, presented: str) -> bool:
    """Return whether the gateway takes a token for somebody."""
    with app.test_request_context(headers={"Authorization": f"Bearer {presented}"}):
        try:
            auth.access_token_claims()
        except Unauthorized:
            return False
        return True


def forgeries(token: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    """Yield forged tokens without end, each with the way it was made."""
    ways: list[Callable[[str, random.Random], str]] = [
        _with_other_characters,
        _with_other_claims_and_the_old_signature,
        _signed_with_another_secret,
        _signed_with_another_algorithm,
        _unsigned,
        _cut_or_joined,
        _with_a_claim_missing_or_wrong,
        _given_for_something_else,
    ]
    while True:
        for way in ways:
            yield way.__name__, way(token, chance)


def _claims(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def _segment(value: Any) -> str:
    text = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def _with_other_characters(token: str, chance: random.Random) -> str:
    characters = list(token)
    for _ in range(chance.randint(1, 4)):
        position = chance.randrange(len(characters) - 1)  # the last one has bits that no decoder reads
        characters[position] = chance.choice(ALPHABET.replace(characters[position], ""))
    mutated = "".join(characters)
    return mutated if mutated != token else token[1:]


def _with_other_claims_and_the_old_signature(token: str, chance: random.Random) -> str:
    header, _, signature = token.split(".")
    changed = _claims(token) | {
        chance.choice(["sub", "com", "sid", "lim"]): f"per_{chance.randrange(10**6)}",
        "exp": int(time.time()) + chance.randrange(1, 10**6),
    }
    return f"{header}.{_segment(changed)}.{signature}"


def _signed_with_another_secret(token: str, chance: random.Random) -> str:
    secrets = ["", "secret", "a", SECRET.upper(), SECRET[:-1], SECRET + " ", str(chance.random())]
    return _sign(_claims(token), chance.choice(secrets), chance.choice(["HS256", "HS384", "HS512"]))


def _signed_with_another_algorithm(token: str, chance: random.Random) -> str:
    return _sign(_claims(token), SECRET, chance.choice(["HS384", "HS512"]))


def _unsigned(token: str, chance: random.Random) -> str:
    algorithm = chance.choice(["none", "None", "NONE", "nOnE", "", "HS256", None, "RS256", "ES256", "EdDSA", "dir"])
    header = {"alg": algorithm, "typ": "JWT", "kid": chance.choice(["../../dev/null", "", "1' OR '1'='1"])}
    signature = chance.choice(["", _segment(b"\0" * 32), token.rsplit(".", 1)[1]])
    return f"{_segment(header)}.{token.split('.')[1]}.{signature}"


def _cut_or_joined(token: str, chance: random.Random) -> str:
    header, payload, signature = token.split(".")
    return chance.choice(
        [
            token[: chance.randrange(1, len(token) - 2)],
            f"{header}.{payload}",
            f"{header}.{payload}.",
            f".{payload}.{signature}",
            f"{header}..{signature}",
            f"{token}.{token}",
            f"{token}.",
            f"{header}.{payload}.{signature}{signature}",
            f"{payload}.{header}.{signature}",
            "null",
            "..",
            _segment({"alg": "HS256"}) * chance.randint(1, 5),
        ]
    )


def _with_a_claim_missing_or_wrong(token: str, chance: random.Random) -> str:
    """Sign with the gateway's own secret what no gateway signs: a bug elsewhere must not make a token of it."""
    claims = _claims(token)
    now = int(time.time())
    wrong: dict[str, list[Any]] = {
        "iss": [None, "", "other", ["shanzhi"], 1],
        "sub": [None, 1, ["per_1"], {"a": 1}],
        "exp": [None, now - 1, 0, -1, "soon", now - 10**9],
        "sid": [None],
        "iat": [now + 10**6, "x"],
        "nbf": [now + 10**6],
        "aud": ["evidence", ["a", "b"]],
    }
    name = chance.choice(list(wrong))
    value = chance.choice(wrong[name])
    changed = {key: kept for key, kept in claims.items() if key != name}
    if value is not None:
        changed[name] = value
    return _sign(changed) if value is not None or name in claims else _sign({**changed, "aud": "x"})


def _sign(claims: dict[str, Any], secret: str = SECRET, algorithm: str = "HS256") -> str:
    """Return a token of any claims and secret, also of ones that a JWT library refuses to sign."""
    head = f"{_segment({'alg': algorithm, 'typ': 'JWT'})}.{_segment(claims)}"
    return f"{head}.{_segment(jwt.get_algorithm_by_name(algorithm).sign(head.encode(), secret.encode()))}"


def _given_for_something_else(token: str, chance: random.Random) -> str:
    """Return a token that the platform itself gives for other purposes."""
    link = _sign({"evd": "evd_1", "sub": "per_1", "sid": "ses_1", "aud": "evidence", "exp": int(time.time()) + 60})
    refresh = "".join(chance.choice(ALPHABET) for _ in range(43))
    return chance.choice([link, refresh, f"sz_live_{refresh}", f"sz_test_{refresh}", "wx:acc_1", "per_committee"])


@pytest.mark.slow
@pytest.mark.attacks("forged tokens", COUNT)
def test_ten_thousand_forged_tokens_are_nobodys(app: Flask, services: Services, token: str) -> None:
    assert is_accepted(app, token)
    chance = random.Random(2026)
    made = forgeries(token, chance)
    accepted = [(way, forged) for way, forged in (next(made) for _ in range(COUNT)) if is_accepted(app, forged)]
    assert accepted == []
    assert services.calls == []


@pytest.mark.slow
@pytest.mark.attacks("forged tokens", 400)
def test_a_forged_token_is_answered_401_whatever_it_looks_like(app: Flask, services: Services, token: str) -> None:
    client, made = app.test_client(), forgeries(token, random.Random(29))
    for _ in range(400):
        way, forged = next(made)
        answer = client.get("/v1/me", headers={"Authorization": f"Bearer {forged}"})
        assert answer.status_code == 401, (way, forged, answer.json)
    assert services.calls == []


def _refusals(app: Flask, token: str, *, except_for: set[str]) -> dict[str, tuple[int, str]]:
    """Return what a token gets for each operation that needs a person's, by operation."""
    client = app.test_client()
    forms = OperationForms(client.get("/openapi.json").json or {}, PATH_PARAMETERS)
    refusals = {}
    for name, operation in forms.operations.items():
        if {"person": []} not in operation.get("security", ()) or name in except_for:
            continue
        method, path = name.split(" ")
        answer = client.open(forms.path(path), method=method, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code != 404, f"{name} needs an example in PATH_PARAMETERS"
        refusals[name] = (answer.status_code, (answer.json or {}).get("code", ""))
    assert len(refusals) > 80
    return refusals


@pytest.mark.attacks("operations with ended or limited sessions", 80)
def test_a_revoked_session_may_do_nothing(app: Flask, services: Services, token: str) -> None:
    answer = {"sessions": ["ses_1"], "as_of": "2026-11-29T00:00:00Z"}
    app.extensions["revoked_sessions"].update(lambda since: answer)

    assert set(_refusals(app, token, except_for=set()).values()) == {(401, "session_revoked")}
    assert services.calls == []


@pytest.mark.attacks("operations with ended or limited sessions", 80)
def test_a_session_that_waits_for_a_second_factor_may_only_enrol(app: Flask, services: Services) -> None:
    with app.test_request_context():
        limited = auth.issue_access_token("per_committee", "com_1", "ses_1", limited=True)

    refusals = _refusals(app, limited, except_for=FOR_SECOND_FACTORS | {"POST /v1/me/binding"})
    assert set(refusals.values()) == {(403, "second_factor_missing")}
    assert services.calls == []


@pytest.mark.attacks("operations with ended or limited sessions", 80)
def test_an_account_that_is_bound_to_nobody_may_only_bind(app: Flask, services: Services) -> None:
    with app.test_request_context():
        unbound = auth.issue_access_token("wx:acc_1", None, "ses_1")

    assert set(_refusals(app, unbound, except_for=FOR_UNBOUND_ACCOUNTS).values()) == {(401, "not_bound")}
    assert services.calls == []
