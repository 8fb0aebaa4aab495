"""TLS to broker and stores, as an operator sets it: real servers with a certificate of a CA made here."""

import glob
import ipaddress
import os
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from deploy import health
from deploy.local import data_folder, ports
from deploy.local.account import Account
from deploy.local.broker import Address
from deploy.local.process import MARK, Process, wait_until_ready
from deploy.local.rabbitmq import Binaries, Node, Tls
from deploy.local.stack import PROJECT, Stack
from gateway.rpc.connection import RpcConnection
from messaging import broker, engine

_POSTGRES_WITH_TLS = sorted(glob.glob("/usr/lib/postgresql/*/bin"))
"""The wheel of the local stack is built without TLS."""


@dataclass(frozen=True)
class Certificates:
    """PEM files: a CA, a server's certificate for 127.0.0.1 with its key, and a CA that signed nothing."""

    ca: Path
    server: Path
    key: Path
    other_ca: Path


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    folder = tmp_path_factory.mktemp("certificates")
    ca_key, server_key, other_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
    ca = _certificate("A CA", ca_key, "A CA", ca_key, [x509.BasicConstraints(ca=True, path_length=0)])
    other = _certificate("Another CA", other_key, "Another CA", other_key, [x509.BasicConstraints(True, 0)])
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(ports.LOOPBACK))])
    server = _certificate("server", server_key, "A CA", ca_key, [x509.BasicConstraints(False, None), names])
    files = Certificates(*(folder / name for name in ("ca.pem", "server.pem", "server.key", "other.pem")))
    for path, made in ((files.ca, ca), (files.server, server), (files.other_ca, other)):
        path.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files.key.write_bytes(
        server_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return files


def _certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    issuer: str,
    issuer_key: ec.EllipticCurvePrivateKey,
    extensions: list[x509.ExtensionType],
) -> x509.Certificate:
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
    )
    for extension in extensions:
        builder = builder.add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
    return builder.sign(issuer_key, hashes.SHA256())


@pytest.fixture(scope="module")
def amqps(stack: Stack, certificates: Certificates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The amqps:// URI of a RabbitMQ with that certificate, beside the stack's own, with the topology declared."""
    root = tmp_path_factory.mktemp("broker")
    binaries = Binaries.installed() or Binaries.unpacked(PROJECT / ".local", print)
    address = Address(ports.LOOPBACK, ports.free(), ports.free(), "shanzhi", "a-password")
    tls = Tls(ports.free(), certificates.server, certificates.key)
    environment = {**os.environ, MARK: str(stack.root)}
    node = Node(address, binaries, "shanzhi-tls", root, environment, root / "rabbitmq.log", tls=tls)
    with ExitStack() as cleanup:
        cleanup.callback(node.stop)
        node.start()
        uri = f"amqps://shanzhi:a-password@{ports.LOOPBACK}:{tls.port}/"
        stack.run("python", "-m", "messaging", "topology", AMQP_URI=uri, AMQP_CA_FILE=str(certificates.ca))
        yield uri


def test_services_relay_and_gateway_connect_to_a_broker_whose_certificate_is_trusted(
    amqps: str, certificates: Certificates
) -> None:
    with broker.connected({"AMQP_URI": amqps, "AMQP_CA_FILE": str(certificates.ca)}) as connection:
        assert isinstance(connection.connection.transport.sock, ssl.SSLSocket)
    RpcConnection(amqps, time.monotonic() + 10, str(certificates.ca)).close()


@pytest.mark.parametrize("trusted", ["", "other_ca"])
def test_a_broker_whose_certificate_is_not_trusted_is_refused(
    amqps: str, certificates: Certificates, trusted: str
) -> None:
    ca_file = str(getattr(certificates, trusted)) if trusted else ""
    with (
        pytest.raises(ssl.SSLCertVerificationError),
        broker.connected({"AMQP_URI": amqps, "AMQP_CA_FILE": ca_file}),
    ):
        pass
    with pytest.raises(ssl.SSLCertVerificationError):
        RpcConnection(amqps, time.monotonic() + 10, ca_file)


def test_a_certificate_for_another_host_is_refused(amqps: str, certificates: Certificates) -> None:
    by_name = amqps.replace(ports.LOOPBACK, "localhost")
    with pytest.raises(ssl.SSLCertVerificationError, match="mismatch"):
        RpcConnection(by_name, time.monotonic() + 10, str(certificates.ca))


def test_a_service_takes_calls_over_tls(
    stack: Stack, amqps: str, certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stack.prepare()
    over_tls = {"AMQP_URI": amqps, "AMQP_CA_FILE": str(certificates.ca)}
    environment = {**stack.environment, **over_tls, MARK: str(stack.root), "DECLARE_EVENT_EXCHANGES": "false"}
    command = ["nameko", "run", "--config", "deploy/nameko.yaml", "services.registry.service:RegistryService"]
    registry = Process("registry-tls", command, environment=environment, log=tmp_path / "log", folder=PROJECT)
    monkeypatch.setenv("AMQP_CA_FILE", str(certificates.ca))
    registry.start()
    try:
        wait_until_ready(lambda: health.consumers(amqps, "rpc-registry") > 0, registry, 60)
        deadline = time.monotonic() + 20
        connection = RpcConnection(amqps, deadline, str(certificates.ca))
        actor = {"person": "per_1", "community": "com_1"}
        for _ in range(20):
            reply = connection.call("registry", "me", {"actor": actor}, {}, deadline)
            assert reply["error"]["exc_type"] == "NotFound"
        connection.close()
    finally:
        registry.stop()


@pytest.fixture(scope="module")
def store(certificates: Certificates, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URI of a PostgreSQL with that certificate, which takes no connections without TLS."""
    if not _POSTGRES_WITH_TLS:
        pytest.skip("no PostgreSQL with TLS is installed (apt-get install postgresql)")
    account, binaries, root = Account.unprivileged(), Path(_POSTGRES_WITH_TLS[-1]), tmp_path_factory.mktemp("postgres")
    folder = data_folder.create(root, "postgres", account)
    data, certificate, key = (folder / name for name in ("data", "server.pem", "server.key"))
    for path, source in ((certificate, certificates.server), (key, certificates.key)):
        path.write_bytes(source.read_bytes())
        path.chmod(0o600)
        os.chown(path, account.uid, account.gid)
    initdb = [binaries / "initdb", "--pgdata", data, "--username=postgres", "--auth=trust", "--locale=C"]
    subprocess.run(initdb, check=True, capture_output=True, cwd=folder, **account.popen)
    (data / "pg_hba.conf").write_text(f"hostssl all all {ports.LOOPBACK}/32 trust\n")
    port = ports.free()
    settings = {
        "ssl": "on",
        "ssl_cert_file": certificate,
        "ssl_key_file": key,
        "listen_addresses": ports.LOOPBACK,
        "unix_socket_directories": "",
    }
    words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    command = [binaries / "postgres", "-D", data, "-p", str(port), *words]
    server = Process("postgres-tls", command, environment=os.environ, log=root / "log", folder=folder, account=account)
    server.start()
    try:
        wait_until_ready(lambda: not ports.is_free(port), server, 30)
        yield f"postgresql://postgres@{ports.LOOPBACK}:{port}/postgres"
    finally:
        server.stop()
        data_folder.remove_relocated(root)


def test_a_store_is_reached_over_tls_with_its_certificate_verified(
    store: str, certificates: Certificates, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_use = text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
    with engine.connect_to(f"{store}?sslmode=verify-full&sslrootcert={certificates.ca}").connect() as connection:
        assert connection.scalar(in_use) is True
    monkeypatch.setenv("PGSSLMODE", "verify-full")
    monkeypatch.setenv("PGSSLROOTCERT", str(certificates.ca))
    with engine.connect_to(store).connect() as connection:
        assert connection.scalar(in_use) is True


def test_a_store_with_an_untrusted_certificate_or_without_tls_is_not_used(
    store: str, certificates: Certificates
) -> None:
    for options, reason in (
        (f"sslmode=verify-full&sslrootcert={certificates.other_ca}", "certificate verify failed"),
        ("sslmode=disable", "no encryption"),
    ):
        with pytest.raises(OperationalError, match=reason):
            engine.connect_to(f"{store}?{options}").connect()
