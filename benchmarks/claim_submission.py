"""Claims submitted over HTTP, against the same requests to a nameko service that only returns its input.

The two alternate every two seconds, so that other load on the machine affects both.
"""

import json
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import httpx

from benchmarks import echo, small_community, subprocesses
from benchmarks.figure import Figure
from benchmarks.load import Load, drive, request
from contracts import calendar
from deploy import health
from deploy.local.stack import Stack

_CONNECTIONS, _ROUNDS, _SECONDS = 16, 10, 2.0


def measure(stack: Stack) -> Iterator[Figure]:
    """Yield claims per second from 16 concurrent residents, and response times."""
    stack.start()
    now = datetime.now(UTC)
    community = small_community.create(stack, 2, _CONNECTIONS, calendar.day_of(now))
    claim = {
        "item": small_community.ITEM,
        "happened_at": now.isoformat(),
        "place": "一号院门口",
        "cause": "劝和两家邻居",
    }
    answer = httpx.post(
        f"{stack.gateway_url}/v1/claims", json=claim, headers={"Authorization": f"Bearer {community.tokens[0]}"}
    )
    echoing = claim | {"answer": answer.raise_for_status().json()}

    def has_consumer() -> bool:
        return health.consumers(stack.amqp_uri, f"rpc-{echo.SERVICE}") > 0

    service = ("nameko", "run", "--config", "deploy/nameko.yaml", "benchmarks.echo:Echo")
    with (
        subprocesses.process(stack, *service, ready=has_consumer),
        subprocesses.server(stack, "benchmarks.echo:create_app()") as url,
    ):
        ours, other = Load(0, []), Load(0, [])
        for _ in range(_ROUNDS):
            other += _submit(url, "/v1/echo", echoing, community.tokens)
            ours += _submit(stack.gateway_url, "/v1/claims", claim, community.tokens)
    yield Figure("claim_submission", "requests/s", ours.per_second, other.per_second)
    yield Figure("claim_submission_p50", "1/s", 1000 / ours.percentile_ms(0.5), 1000 / other.percentile_ms(0.5))
    yield Figure("claim_submission_p99", "1/s", 1000 / ours.percentile_ms(0.01), 1000 / other.percentile_ms(0.01))


def _submit(url: str, path: str, form: dict[str, Any], tokens: list[str]) -> Load:
    body = json.dumps(form).encode()

    def requests_of(token: str) -> Callable[[], bytes]:
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        return lambda: request("POST", path, headers | {"Idempotency-Key": uuid.uuid4().hex}, body)

    return drive(url, [requests_of(token) for token in tokens], _SECONDS)
