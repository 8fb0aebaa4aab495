"""Hostile uploads to a gateway under gunicorn: each is refused or stored clean, within limits, while others are served.

HOSTILE_FILES=100 makes so many mutations of each kind of file.
"""

import io
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import httpx
import pikepdf
import pytest

from contracts.errors import DecodingBusy, EvidenceUnusable, FileLimitExceeded, Limited
from deploy.local import ports
from gateway.decoding.pool import DecodingPool
from gateway.processes.pool import ProcessLimits
from tests.gateway.conftest import SECRET
from tests.gateway.image_samples import encoded, scene
from tests.security.hostile_files import MARK, HostileFile, hostile_files, three_million_cells

pytestmark = pytest.mark.slow
LEAST_FILES = 200
MEMORY_MB, CPU_SECONDS = 400, 3
RESIDENT_MB = 400
"""Of one file's process, what decoders share included."""
CLIENTS = 6
HEALTH_SECONDS = 10
"""How late a healthy gateway may answer on a machine that runs other tests."""
_PATHS = {"evidence": "/v1/evidence", "roster": "/v1/rosters", "rulebook": "/v1/rulebooks"}
_START_SECONDS = 90


@dataclass(frozen=True)
class Answer:
    file: HostileFile
    status: int
    code: str
    text: str
    seconds: float


@dataclass(frozen=True)
class Gateway:
    """A gateway under gunicorn with eight threads, and the folder of its files."""

    url: str
    files: Path

    def headers(self, person: str) -> dict[str, str]:
        token = httpx.get(f"{self.url}/test/token/{person}", timeout=60).text
        return {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    port, files = ports.free(), tmp_path_factory.mktemp("files")
    environment = os.environ | {
        "PORT": str(port),
        "WORKERS": "1",
        "THREADS": "8",
        "JWT_SECRET": SECRET,
        "EVIDENCE_URL": str(files),
        "DECODING_MEMORY_MB": str(MEMORY_MB),
        "DECODING_CPU_SECONDS": str(CPU_SECONDS),
        "DECODING_SECONDS": "60",
        "DECODING_WAIT_SECONDS": "120",
        "RATE_LIMIT": "1000000/minute",
        "REFUSED_UPLOAD_LIMIT": "1000000/minute",
    }
    application = "tests.security.hostile_gateway:create_app()"
    command = [sys.executable, "-m", "gunicorn", "--config", "gateway/gunicorn.conf.py", application]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        deadline = time.monotonic() + _START_SECONDS
        while ports.is_free(port) and time.monotonic() < deadline:
            time.sleep(0.05)
        yield Gateway(f"http://127.0.0.1:{port}", files)
        server.terminate()


@pytest.mark.timeout(900)
@pytest.mark.attacks("hostile files", LEAST_FILES)
def test_every_hostile_file_is_refused_or_stored_clean_within_limits(gateway: Gateway) -> None:
    files = hostile_files(int(os.environ.get("HOSTILE_FILES", "4")))
    headers, late = gateway.headers("per_li"), []
    done = threading.Event()

    def check_health() -> None:
        while not done.wait(0.2):
            started = time.monotonic()
            try:
                httpx.get(f"{gateway.url}/healthz", timeout=HEALTH_SECONDS).raise_for_status()
            except httpx.HTTPError as error:
                late.append(f"{error!r} after {time.monotonic() - started:.1f} s")

    with httpx.Client(timeout=300, limits=httpx.Limits(max_keepalive_connections=0)) as client:

        def send(file: HostileFile) -> Answer:
            started = time.monotonic()
            answer = client.post(
                gateway.url + _PATHS[file.target], headers=headers, files={"file": ("upload", file.content)}
            )
            code = answer.json().get("code", "") if answer.status_code >= 400 else ""
            return Answer(file, answer.status_code, code, answer.text, time.monotonic() - started)

        health = threading.Thread(target=check_health)
        health.start()
        with ThreadPoolExecutor(CLIENTS) as senders:
            answers = list(senders.map(send, files))
        done.set()
        health.join()

    assert len(files) >= LEAST_FILES
    assert [(a.file.name, a.status, a.text) for a in answers if a.status not in (200, 201, 202, 422)] == []
    assert [a.file.name for a in answers if a.file.is_refused is True and a.status != 422] == []
    assert [(a.file.name, a.text) for a in answers if a.file.is_refused is False and a.status != 201] == []
    assert late == []
    peak_mb = httpx.get(f"{gateway.url}/test/peak", timeout=60).json()["peak_kb"] / 1024
    assert peak_mb <= RESIDENT_MB
    assert [path for path in _stored(gateway) if _has_mark(path.read_bytes())] == []
    slowest = max(answers, key=lambda answer: answer.seconds)
    codes = Counter(answer.code or "stored" for answer in answers)
    print(f"\n{len(files)} hostile files: {dict(codes)}; at most {peak_mb:.0f} MB each; slowest {slowest.file.name!r}")


def _stored(gateway: Gateway) -> list[Path]:
    return [path for path in gateway.files.rglob("*") if path.is_file()]


def _has_mark(content: bytes) -> bool:
    """Return whether metadata is left, in the file as it is or in a stream of the document."""
    if MARK in content:
        return True
    if not content.startswith(b"%PDF-"):
        return False
    with pikepdf.open(io.BytesIO(content)) as document:
        streams = [each for each in document.objects if isinstance(each, pikepdf.Stream)]
        return any(MARK in stream.read_raw_bytes() or MARK in _inflated(stream) for stream in streams)


def _inflated(stream: pikepdf.Stream) -> bytes:
    try:
        return stream.read_bytes(decode_level=pikepdf.StreamDecodeLevel.generalized)
    except pikepdf.PdfError:
        return b""


# The pool


def pool(
    *, size: int = 1, queue: int = 0, memory_mb: int = 400, cpu_seconds: int = 10, seconds: int = 60
) -> DecodingPool:
    limits = ProcessLimits(memory_mb=memory_mb, cpu_seconds=cpu_seconds, seconds=seconds)
    return DecodingPool(limits, size=size, queue=queue, wait_seconds=60)


PHOTO = encoded(scene(1, (1600, 1200)))


@pytest.mark.parametrize(
    ("limits", "limit"),
    [({"memory_mb": 60}, "memory"), ({"cpu_seconds": 1}, "cpu"), ({"seconds": 3}, "time")],
)
def test_a_file_that_breaches_a_limit_is_refused_by_its_name_and_the_next_is_decoded(
    limits: dict[str, int], limit: str
) -> None:
    costly = encoded(scene(1, (4990, 4990)), "PNG", compress_level=1)
    if limit != "memory":
        costly = three_million_cells()
    tried = pool(**limits)
    with pytest.raises(FileLimitExceeded) as caught:
        tried.decode("picture" if limit == "memory" else "roster", costly)
    assert caught.value.facts["limit"] == limit
    assert caught.value.facts["allowed"] in limits.values()
    with pytest.raises(EvidenceUnusable):
        tried.decode("picture", b"no picture")


def test_a_worker_that_was_killed_is_replaced() -> None:
    tried = pool()
    tried.decode("picture", PHOTO)
    for worker in tried.processes._idle:
        os.kill(worker._process.pid, 9)
        worker._process.wait()
    assert tried.decode("picture", PHOTO).facts["width"] == 1600


def test_more_files_than_may_wait_are_refused_at_once() -> None:
    tried = pool(size=1, queue=1, seconds=3)
    slow = three_million_cells()
    with ThreadPoolExecutor(6) as senders:
        outcomes = list(senders.map(lambda _: _code_of(tried, slow), range(6)))
    assert outcomes.count(DecodingBusy.code) >= 4
    assert issubclass(DecodingBusy, Limited)


def test_a_worker_has_nothing_of_the_gateways_environment() -> None:
    os.environ["JWT_SECRET_FOR_THIS_TEST"] = "secret"
    tried = pool()
    tried.decode("picture", PHOTO)
    [worker] = tried.processes._idle
    assert b"secret" not in Path(f"/proc/{worker._process.pid}/environ").read_bytes()
    del os.environ["JWT_SECRET_FOR_THIS_TEST"]


def _code_of(tried: DecodingPool, content: bytes) -> str:
    try:
        tried.decode("roster", content)
    except (FileLimitExceeded, DecodingBusy) as refusal:
        return refusal.code
    return "decoded"
