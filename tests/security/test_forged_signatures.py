"""Merchants' requests that were forged, mutated or signed for something else: none of them changes anything (R27)."""

import base64
import hashlib
import random
import re
from collections.abc import Callable, Iterator

import httpx
import pytest
from flask.testing import FlaskClient

from gateway.app import create_app
from gateway.security.rate_limits import limiter
from gateway.settings import Settings
from tests.gateway.conftest import SECRET, Services
from tests.security.test_tills import exchange, send, signed_refund

__all__ = ["exchange"]

COUNT = 2_000
BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
Forgery = Callable[[httpx.Request, random.Random], None]


@pytest.fixture
def client(exchange: Services) -> Iterator[FlaskClient]:
    settings = Settings(
        jwt_secret=SECRET,
        rate_limit="1000000/minute",
        key_rate_limit="1000000/minute",
        session_rate_limit="1000000/minute",
    )
    yield create_app(settings, exchange).test_client()
    limiter.reset()


def _change_signature(request: httpx.Request, chance: random.Random) -> None:
    """Change characters of the signature; the last one before the padding has bits that no decoder reads."""
    text = request.headers["Signature"]
    start, end = text.index(":") + 1, text.rindex(":") - 2
    position = chance.randrange(start, end)
    other = chance.choice(BASE64.replace(text[position], ""))
    request.headers["Signature"] = text[:position] + other + text[position + 1 :]


def _change_parameters(request: httpx.Request, chance: random.Random) -> None:
    text = request.headers["Signature-Input"]
    changed = chance.choice(
        [
            re.sub(r"created=(\d+)", lambda found: f"created={int(found[1]) - chance.randrange(1, 60)}", text),
            re.sub(r'nonce="[^"]*"', f'nonce="{chance.random()}"', text),
            re.sub(r'keyid="[^"]*"', 'keyid="key_2"', text),
            re.sub(r'alg="[^"]*"', 'alg="ed25519"', text) if "alg=" in text else text + ';alg="rsa-v1_5-sha256"',
            text + f";expires={2_000_000_000 + chance.randrange(1000)}",
            text + ';tag="x"',
        ]
    )
    assert changed != text
    request.headers["Signature-Input"] = changed


def _leave_out_a_component(request: httpx.Request, chance: random.Random) -> None:
    text = request.headers["Signature-Input"]
    components = re.findall(r'"[^"]+"(?:;[a-z]+)?', text[: text.index(")")])
    left_out = chance.choice(components)
    request.headers["Signature-Input"] = text.replace(f" {left_out}", "", 1).replace(f"({left_out}", "(", 1)


def _change_body(request: httpx.Request, chance: random.Random) -> None:
    body = request.content.replace(b'"points":5', b'"points":%d' % chance.randrange(6, 10**6))
    assert body != request.content
    _set_body(request, body)


def _change_body_and_digest(request: httpx.Request, chance: random.Random) -> None:
    _change_body(request, chance)
    digest = base64.b64encode(hashlib.sha256(request.content).digest()).decode()
    request.headers["Content-Digest"] = f"sha-256=:{digest}:"


def _set_body(request: httpx.Request, body: bytes) -> None:
    request.stream = httpx.ByteStream(body)
    request._content = body  # a signed request cannot be given another body otherwise


def _send_elsewhere(request: httpx.Request, chance: random.Random) -> None:
    path = chance.choice(["/v1/merchant/authorizations/pay_1/void", "/v1/merchant/voucher-redemptions"])
    request.url = request.url.copy_with(path=path)


def _add_query(request: httpx.Request, chance: random.Random) -> None:
    request.url = request.url.copy_with(query=f"x={chance.random()}".encode())


def _change_idempotency_key(request: httpx.Request, chance: random.Random) -> None:
    request.headers["Idempotency-Key"] = f"k-{chance.random()}"


def _sign_with_another_secret(request: httpx.Request, chance: random.Random) -> None:
    """Replace the signature by random bytes of the same length, as any other secret makes them."""
    text = request.headers["Signature"]
    other = base64.b64encode(chance.randbytes(32)).decode()
    request.headers["Signature"] = f"{text[: text.index(':')]}:{other}:"


def _garble_headers(request: httpx.Request, chance: random.Random) -> None:
    name = chance.choice(["Signature", "Signature-Input", "Content-Digest"])
    request.headers[name] = chance.choice(["", "()", "sig1=", "sig1=()", "sig1=::", ";", "sig1=:AAAA:, sig1=:BBBB:"])


def _remove_a_header(request: httpx.Request, chance: random.Random) -> None:
    del request.headers[chance.choice(["Signature", "Signature-Input", "Content-Digest"])]


FORGERIES: list[Forgery] = [
    _change_signature,
    _change_parameters,
    _leave_out_a_component,
    _change_body,
    _change_body_and_digest,
    _send_elsewhere,
    _add_query,
    _change_idempotency_key,
    _sign_with_another_secret,
    _garble_headers,
    _remove_a_header,
]


@pytest.mark.slow
@pytest.mark.attacks("forged signatures", COUNT)
def test_two_thousand_forged_signatures_change_nothing(client: FlaskClient, exchange: Services) -> None:
    chance = random.Random(2026)
    accepted = []
    for number in range(COUNT):
        forge = FORGERIES[number % len(FORGERIES)]
        request = signed_refund()
        forge(request, chance)
        status, code = send(client, request)
        if status not in (400, 401, 422):
            accepted.append((forge.__name__, status, code, dict(request.headers)))

    assert accepted == []
    assert {call.method for call in exchange.calls} <= {"get_signing_key", "authenticate_key"}


def test_the_request_that_was_forged_is_accepted_as_it_was_signed(client: FlaskClient) -> None:
    assert send(client, signed_refund())[0] == 201
