"""Clients that send or read slowly hold no thread of the gateway, and are closed."""

import contextlib
import http.client
import json
import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from deploy.demo.api_client import wait_for
from deploy.local import ports
from deploy.local.stack import Stack
from tests.flows.community import Community
from tests.gateway.conftest import SECRET

pytestmark = pytest.mark.slow
STARTUP_SECONDS = 60
CLIENT_SECONDS = 6
SLOW_CLIENTS = 200
HEAD = b"POST /v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
STARTS = {
    "nothing": b"",
    "head": b"GET /healthz HTTP/1.1\r\nHost: loc",
    "body": HEAD + b"Content-Length: 1000\r\n\r\n{",
    "upload": HEAD + b"Content-Length: 9000000\r\n\r\n" + b"x" * 300_000,
    "chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{",
    "trailers": HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\nX-A: ",
}


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """The port of a gateway with one process of two threads and without a broker."""
    port = ports.free()
    environment = {
        **os.environ,
        "PORT": str(port),
        "WORKERS": "1",
        "THREADS": "2",
        "JWT_SECRET": SECRET,
        "RPC_DEADLINE": "0.2",
        "CLIENT_SECONDS": str(CLIENT_SECONDS),
        "SESSION_RATE_LIMIT": "10000/minute",
    }
    command = [sys.executable, "-m", "gunicorn", "--config", "gateway/gunicorn.conf.py", "gateway.app:create_app()"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        deadline = time.monotonic() + STARTUP_SECONDS
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError):
                if _status(port, "GET", "/healthz") == 200:
                    break
            time.sleep(0.1)
        yield port
        server.terminate()


@contextlib.contextmanager
def _slow_clients(port: int, starts: list[bytes]) -> Iterator[list[socket.socket]]:
    """Open connections that begin as given and then send one byte each quarter of a second."""
    clients = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in starts]
    done = threading.Event()

    def trickle() -> None:
        while not done.wait(0.25):
            for client, start in zip(clients, starts, strict=True):
                with contextlib.suppress(OSError):
                    if start:
                        client.send(b"x")

    for client, start in zip(clients, starts, strict=True):
        client.sendall(start)
    sender = threading.Thread(target=trickle)
    sender.start()
    try:
        yield clients
    finally:
        done.set()
        sender.join()
        for client in clients:
            client.close()


def _status(port: int, method: str, path: str, body: str | None = None) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()


def _answer(client: socket.socket) -> tuple[int | None, str | None]:
    """Return status and code of the problem sent to a client before the gateway closed the connection."""
    with contextlib.suppress(ConnectionError), client.makefile("rb") as answer:
        status = answer.readline()
        if status:
            headers = dict(line.decode().strip().lower().split(": ", 1) for line in iter(answer.readline, b"\r\n"))
            code = json.loads(answer.read(int(headers["content-length"])))["code"]
            assert answer.read() == b""
            return int(status.split()[1]), code
    return None, None


@pytest.mark.attacks("slow clients", SLOW_CLIENTS)
def test_two_hundred_slow_clients_delay_nobody_and_are_answered_408(port: int) -> None:
    starts = [start for _, start in zip(range(SLOW_CLIENTS), _repeated(list(STARTS.values())), strict=False)]
    began = time.monotonic()
    with _slow_clients(port, starts) as clients:
        took = []
        while time.monotonic() < began + CLIENT_SECONDS - 2:
            for method, path, body, expected in (
                ("GET", "/healthz", None, 200),
                ("POST", "/v1/sessions", "{}", 422),
            ):
                asked = time.monotonic()
                assert _status(port, method, path, body) == expected
                took.append(time.monotonic() - asked)
            time.sleep(0.2)
        assert max(took) < 1
        for client, start in zip(clients, starts, strict=True):
            expected = (408, "request_timeout") if start else (None, None)
            assert _answer(client) == expected
        assert time.monotonic() - began < CLIENT_SECONDS + 15


@pytest.mark.attacks("slow clients", 40)
def test_a_till_pays_while_forty_clients_send_a_byte_at_a_time(stack: Stack, community: Community) -> None:
    """On the running platform, with its ordinary number of processes and threads."""
    community.credit_points(孙八=60)
    till, resident = community.create_till(), community["孙八"]
    starts = [start for _, start in zip(range(40), _repeated(list(STARTS.values())), strict=False)]
    took = []
    with _slow_clients(stack.gateway_port, starts):
        for number in range(10):
            asked = time.monotonic()
            form = {
                "paycode": resident.post("/v1/me/paycode")["paycode"],
                "points": 5,
                "merchant_reference": f"slow-{number}",
            }
            held = till.post("/v1/merchant/authorizations", form)
            paid = till.post(f"/v1/merchant/authorizations/{held['id']}/capture")
            took.append(time.monotonic() - asked)
            assert paid["captured"] == 5
    assert max(took) < 5, "no request waits for a slow client, which keeps its connection for ten seconds"
    wait_for("the payments", lambda: community.passbook("孙八")["available"] == 10)


def test_readers_that_do_not_read_delay_nobody(port: int) -> None:
    readers = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(40)]
    try:
        for reader in readers:
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            for _ in range(4):  # more than the buffers of both ends take
                reader.sendall(b"GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: localhost\r\n\r\n")
        took = []
        for _ in range(20):
            asked = time.monotonic()
            assert _status(port, "GET", "/healthz") == 200
            took.append(time.monotonic() - asked)
            time.sleep(0.2)
        assert min(took) < 1, "threads are free as soon as they have handled the requests"
    finally:
        for reader in readers:
            reader.close()


def test_more_connections_than_the_gateway_keeps_make_room_for_new_ones(port: int) -> None:
    """gunicorn keeps 1,000 connections in one process."""
    idle = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(1_050)]
    try:
        for _ in range(3):
            asked = time.monotonic()
            assert _status(port, "GET", "/healthz") == 200
            assert time.monotonic() - asked < 1
        assert select.select(idle[:20], [], [], 5)[0], "the oldest are closed"
    finally:
        for client in idle:
            client.close()


@pytest.mark.parametrize("chunk", [1, 7, 300], ids=lambda chunk: f"{chunk} bytes at a time")
def test_requests_in_pieces_and_in_a_row_are_answered_in_order(port: int, chunk: int) -> None:
    body = b'{"kind": "password"}'
    sized = HEAD + b"Content-Length: %d\r\n\r\n" % len(body) + body
    chunked = HEAD + b"Transfer-Encoding: chunked\r\n\r\n5;x=y\r\n" + body[:5]
    chunked += b"\r\n%x\r\n" % len(body[5:]) + body[5:] + b"\r\n0\r\nX-A: b\r\n\r\n"
    sent = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n" + sized + chunked
    sent += b"GET /nowhere HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client, client.makefile("rb") as answers:
        for position in range(0, len(sent), chunk):
            client.sendall(sent[position : position + chunk])
        statuses = []
        while line := answers.readline():
            statuses.append(int(line.split()[1]))
            headers = dict(line.decode().strip().lower().split(": ", 1) for line in iter(answers.readline, b"\r\n"))
            answers.read(int(headers["content-length"]))
    assert statuses == [200, 422, 422, 404]


def test_a_body_that_is_announced_as_too_large_is_refused_before_it_is_sent(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        client.sendall(HEAD + b"Content-Length: 99000000\r\nExpect: 100-continue\r\n\r\n")
        assert _answer(client) == (413, "payload_too_large")


def test_a_chunked_body_is_refused_as_soon_as_it_is_too_large(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client:
        client.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
        with contextlib.suppress(ConnectionError):
            for _ in range(20):
                client.sendall(b"100000\r\n" + b"x" * 0x100000 + b"\r\n")
        assert _answer(client)[0] in (413, None)  # a reset connection may lose the answer
    assert _status(port, "GET", "/healthz") == 200


def test_a_client_that_expects_to_be_told_to_continue_is(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as client, client.makefile("rb") as answer:
        client.sendall(HEAD + b"Content-Length: 2\r\nExpect: 100-continue\r\n\r\n")
        assert answer.readline() == b"HTTP/1.1 100 Continue\r\n"
        assert answer.readline() == b"\r\n"
        client.sendall(b"{}")
        assert answer.readline().split()[1] == b"422"


def _repeated(values: list[bytes]) -> Iterator[bytes]:
    while True:
        yield from values
