"""The gateway under gunicorn: requests that cannot be parsed get a problem."""

import json
import os
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from deploy.local import ports
from tests.gateway.conftest import SECRET

pytestmark = pytest.mark.slow
TIMEOUT_SECONDS = 30


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """Return the port of a gateway without a broker."""
    port = ports.free()
    environment = {**os.environ, "PORT": str(port), "WORKERS": "2", "JWT_SECRET": SECRET, "RPC_DEADLINE": "0.2"} | {
        "ALLOWED_HOSTS": "x"
    }
    command = [sys.executable, "-m", "gunicorn", "--config", "gateway/gunicorn.conf.py", "gateway.app:create_app()"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while ports.is_free(port) and time.monotonic() < deadline:
            time.sleep(0.05)
        yield port
        server.terminate()


HOST = b"Host: x\r\n"
CHUNKED = b"POST /v1/sessions HTTP/1.1\r\n" + HOST + b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n"


@pytest.mark.parametrize(
    ("sent", "status", "code"),
    [
        (b"GET /v1/claims?cursor=" + b"x" * 5000 + b" HTTP/1.1\r\n" + HOST + b"\r\n", 414, "uri_too_long"),
        (b"GET / HTTP/1.1\r\n" + HOST + b"X-Long: " + b"x" * 9000 + b"\r\n\r\n", 431, "headers_too_large"),
        (b"GET / HTTP/1.1\r\n" + HOST + b"X-Many: 1\r\n" * 200 + b"\r\n", 431, "headers_too_large"),
        (b"GET / HTTP/1.1\r\n" + HOST + b"No colon\r\n\r\n", 400, "malformed_request"),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n", 400, "malformed_request"),
        (b"GET / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: unheard-of\r\n\r\n", 400, "malformed_request"),
        (b"GET / HTTP/9.9\r\n" + HOST + b"\r\n", 400, "malformed_request"),
        (b"get me / it\r\n\r\n", 400, "malformed_request"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, "malformed_request"),
        (CHUNKED + b"\r\nnot a size\r\n{}\r\n0\r\n\r\n", 400, "malformed_request"),
        (CHUNKED + b"\r\n2\r\n{}and more\r\n0\r\n\r\n", 400, "malformed_request"),
    ],
    ids=lambda given: repr(given[:60]) if isinstance(given, bytes) else None,
)
def test_unparsable_requests_get_a_problem(port: int, sent: bytes, status: int, code: str) -> None:
    with _connected(port) as client, client.makefile("rb") as answer:
        client.sendall(sent)
        assert int(answer.readline().split()[1]) == status
        headers = dict(line.decode().strip().lower().split(": ", 1) for line in iter(answer.readline, b"\r\n"))
        problem = json.loads(answer.read(int(headers["content-length"])))
    assert headers["content-type"] == "application/problem+json"
    assert (problem["code"], problem["status"], problem["request_id"]) == (code, status, headers["request-id"])


def test_the_workers_of_one_gateway_count_attempts_together(port: int) -> None:
    statuses = Counter(_status_of_sign_in(port) for _ in range(40))
    assert statuses.total() == statuses[422] + statuses[429]
    assert 0 < statuses[422] <= 20  # SESSION_RATE_LIMIT for both, of which other tests here may have used some


def _status_of_sign_in(port: int) -> int:
    with _connected(port) as client, client.makefile("rb") as answer:
        client.sendall(b"POST /v1/sessions HTTP/1.1\r\n" + HOST + b"Content-Length: 0\r\nConnection: close\r\n\r\n")
        return int(answer.readline().split()[1])


def _connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_SECONDS)
