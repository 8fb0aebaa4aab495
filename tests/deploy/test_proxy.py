"""The proxy of the images, by nginx itself: TLS, limits, and slow clients that never reach the gateway."""

import contextlib
import json
import os
import shutil
import socket
import ssl
import string
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from deploy import certificate
from deploy.demo.api_client import wait_for
from deploy.local import ports

PROJECT = Path(__file__).parents[2]
TEMPLATE = PROJECT / "deploy" / "proxy" / "gateway.conf.template"
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
SECRET = "a secret of the tests, long enough for HS256"
SLOW_CLIENTS = 40
pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed (apt-get install nginx-light)")


class _Template(string.Template):
    """`${NAME}` in capitals, as envsubst of the image replaces it; nginx's own variables stay."""

    pattern = r"\$\{(?P<named>[A-Z_]+)\}|(?P<escaped>(?!))|(?P<braced>(?!))|(?P<invalid>(?!))"


@dataclass(frozen=True)
class Proxy:
    """A running proxy: its TLS and plain ports, its certificate, and the access logs of proxy and gateway."""

    port: int
    plain_port: int
    certificate: Path
    log: Path
    gateway_log: Path

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, verify=ssl.create_default_context(cafile=self.certificate), timeout=30)


@contextlib.contextmanager
def _nginx(folder: Path, gateway_port: int) -> Iterator[Proxy]:
    """Run nginx with the template and a certificate of its own, in front of a gateway on that port."""
    certificate.create(folder, "localhost")
    port, plain_port = ports.free(), ports.free()
    proxy = Proxy(port, plain_port, folder / certificate.CERTIFICATE, folder / "access.log", folder / "gateway.log")
    values = {
        "GATEWAY": f"127.0.0.1:{gateway_port}",
        "RESOLVER": "127.0.0.1",
        "HTTP_PORT": f"127.0.0.1:{plain_port}",
        "HTTPS_PORT": f"127.0.0.1:{port}",
        "PUBLIC_URL": proxy.url,
        "CERTIFICATES": folder,
        "ACCESS_LOG": proxy.log,
    }
    (folder / "gateway.conf").write_text(_Template(TEMPLATE.read_text()).substitute(values))
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;"
        f"events {{}} http {{ {paths} include {folder}/gateway.conf; }}"
    )
    command = [str(NGINX), "-p", str(folder), "-c", str(folder / "nginx.conf")]
    with subprocess.Popen(command) as server:
        try:
            wait_for("nginx", lambda: not ports.is_free(port))
            yield proxy
        finally:
            server.terminate()


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    """The proxy in front of a gateway with two threads and without a broker."""
    gateway_port = ports.free()
    with _nginx(tmp_path_factory.mktemp("proxy"), gateway_port) as proxy:
        environment = {
            **os.environ,
            "PORT": str(gateway_port),
            "WORKERS": "1",
            "THREADS": "2",
            "JWT_SECRET": SECRET,
            "RPC_DEADLINE": "0.2",
            "PUBLIC_URL": proxy.url,
            "TRUSTED_PROXIES": "1",
            "HTTPS": "true",
            "SESSION_RATE_LIMIT": "10000/minute",
        }
        command = [sys.executable, "-m", "gunicorn", "--config", "gateway/gunicorn.conf.py"]
        with (
            proxy.gateway_log.open("wb") as log,
            subprocess.Popen(
                [*command, "gateway.app:create_app()"], env=environment, stdout=log, stderr=log
            ) as gateway,
        ):
            try:
                with proxy.client() as client:
                    wait_for("the gateway", lambda: client.get("/healthz").status_code == 200)
                yield proxy
            finally:
                gateway.terminate()


def test_requests_reach_the_gateway_over_tls_and_plain_ones_are_redirected(proxy: Proxy) -> None:
    with proxy.client() as client:
        answer = client.get("/healthz")
        assert (answer.status_code, answer.json()) == (200, {"status": "alive"})
        assert answer.headers["Strict-Transport-Security"]
        assert client.post("/v1/sessions", json={}).status_code == 422
        assert client.get("/metrics").status_code == 404
    redirected = httpx.get(f"http://127.0.0.1:{proxy.plain_port}/v1/communities?limit=1")
    assert (redirected.status_code, redirected.headers["Location"]) == (308, f"{proxy.url}/v1/communities?limit=1")


def test_a_request_for_another_host_is_refused(proxy: Proxy) -> None:
    with proxy.client() as client:
        assert client.get("/healthz", headers={"Host": "evil.example"}).status_code == 400


def test_a_body_above_the_limit_is_refused_before_it_is_sent_on(proxy: Proxy) -> None:
    with proxy.client() as client:
        answer = client.post("/v1/evidence", content=b"x" * (13 * 1024 * 1024))
    assert (answer.status_code, answer.headers["Content-Type"]) == (413, "application/problem+json")
    assert answer.json()["code"] == "payload_too_large"


def test_links_to_evidence_are_logged_without_their_token(proxy: Proxy) -> None:
    with proxy.client() as client:
        client.get("/v1/evidence/links/a-secret-token?x=1")
    logged = [json.loads(line) for line in proxy.log.read_text().splitlines()]
    assert "/v1/evidence/links/<token>" in [line["path"] for line in logged]
    assert "a-secret-token" not in proxy.log.read_text() + proxy.gateway_log.read_text()


def test_forty_clients_that_send_a_byte_at_a_time_delay_nobody(proxy: Proxy) -> None:
    context = ssl.create_default_context(cafile=proxy.certificate)
    head = b"POST /v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n"
    done = threading.Event()
    with contextlib.ExitStack() as clients:
        slow = []
        for _ in range(SLOW_CLIENTS):
            plain = clients.enter_context(socket.create_connection(("localhost", proxy.port)))
            slow.append(clients.enter_context(context.wrap_socket(plain, server_hostname="localhost")))
            slow[-1].sendall(head)

        def trickle() -> None:
            while not done.wait(0.25):
                for each in slow:
                    with contextlib.suppress(OSError):
                        each.send(b"x")

        sender = threading.Thread(target=trickle)
        sender.start()
        took = []
        try:
            with proxy.client() as client:
                for _ in range(50):
                    asked = time.monotonic()
                    assert client.post("/v1/sessions", json={}).status_code == 422
                    took.append(time.monotonic() - asked)
        finally:
            done.set()
            sender.join()
    assert sorted(took)[len(took) // 2] < 0.5


def test_without_a_gateway_clients_are_told_to_try_again(tmp_path: Path) -> None:
    with _nginx(tmp_path, ports.free()) as proxy, proxy.client() as client:
        answer = client.get("/v1/communities")
    assert (answer.status_code, answer.json()["code"]) == (503, "temporarily_unavailable")
    assert answer.headers["Retry-After"] == "2"
