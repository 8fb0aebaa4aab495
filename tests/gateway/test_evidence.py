"""Proof is known by its content, kept without metadata, recognised when cropped, and shown to few (R10)."""

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import combinations
from typing import Any

import pikepdf
import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from moto.server import ThreadedMotoServer
from PIL import Image
from s3fs import S3FileSystem

from contracts.errors import EvidenceUnusable, NotFound, Unavailable
from gateway.evidence import FileStore, examine, perceptual_hashes
from gateway.evidence.file_cleanup import delete_due_files
from gateway.security import auth
from services.claims.domain.evidence import HASH_BITS, NEAR_BITS
from tests.gateway.conftest import Services
from tests.gateway.papers import pdf, unpacked
from tests.gateway.pictures import cut, encoded, scene


def distance(new: Image.Image, earlier: Image.Image) -> int:
    """How far the whole of the new picture is from the nearest look of the earlier one."""
    whole = int(perceptual_hashes(new)[0], 2)
    return min((whole ^ int(look, 2)).bit_count() for look in perceptual_hashes(earlier))


# What it is


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_every_accepted_kind_of_picture_is_kept_as_jpeg(format: str) -> None:
    proof = examine(encoded(scene(1), format))

    kept = Image.open(io.BytesIO(proof.content))
    assert (kept.format, kept.size, proof.media_type) == ("JPEG", (800, 600), "image/jpeg")
    assert len(proof.looks[0]) == HASH_BITS


def test_a_pdf_keeps_its_pages_and_loses_who_made_it_what_it_runs_and_what_is_attached() -> None:
    proof = examine(pdf())

    assert (proof.media_type, proof.looks) == ("application/pdf", [])
    with pikepdf.open(io.BytesIO(proof.content)) as kept:
        [page] = kept.pages
        [picture] = page.get_images(recursive=False).values()
        assert pikepdf.PdfImage(picture).as_pil_image().size == (800, 600)
    for trace in (b"Somebody", b"alert", b"secret.exe", b"GPS", b"Exif", b"example.com"):
        assert trace in unpacked(pdf())
        assert trace not in unpacked(proof.content)


def test_the_same_pdf_is_kept_as_the_same_bytes() -> None:
    assert examine(pdf()).content == examine(pdf()).content


def test_a_pdf_with_a_password_is_refused() -> None:
    with pytest.raises(EvidenceUnusable, match="密码"):
        examine(pdf(encryption=pikepdf.Encryption(user="u", owner="o")))


def test_a_pdf_of_too_many_pages_is_refused() -> None:
    with pytest.raises(EvidenceUnusable, match="100"):
        examine(pdf(pages=101))


@given(st.binary(min_size=1, max_size=400), st.integers(0, 100_000))
@settings(max_examples=100, deadline=None)
def test_a_broken_pdf_is_refused_or_read_but_never_a_fault(noise: bytes, place: int) -> None:
    whole = pdf()
    place %= len(whole)
    with suppress(EvidenceUnusable):
        examine(whole[:place] + noise + whole[place + len(noise) :])


@pytest.mark.parametrize(
    "upload",
    [
        b"",
        b"just text",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7 cut off",
        encoded(scene(1), "GIF"),
        encoded(scene(1), "BMP"),
        encoded(scene(1))[:2000],
        b"\xff\xd8\xff\xe0" + b"\0" * 100,
    ],
)
def test_anything_else_is_refused_whatever_its_name(upload: bytes) -> None:
    with pytest.raises(EvidenceUnusable):
        examine(upload)


@given(st.binary(min_size=1, max_size=400), st.integers(0, 3000))
@settings(max_examples=150, deadline=None)
def test_a_broken_picture_is_refused_or_read_but_never_a_fault(noise: bytes, place: int) -> None:
    whole = encoded(scene(1).resize((64, 48)))
    place %= len(whole)
    with suppress(EvidenceUnusable):
        examine(whole[:place] + noise + whole[place + len(noise) :])


def test_a_picture_that_would_unpack_to_too_many_pixels_is_refused_before_it_does() -> None:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100_000))
    with pytest.raises(EvidenceUnusable) as refused:
        examine(bomb + chunk(b"IEND", b""))
    assert refused.value.facts == {"max_pixels": 50_000_000}


def test_a_picture_larger_than_a_screen_is_made_smaller() -> None:
    proof = examine(encoded(Image.new("RGB", (6000, 3000), "red")))
    assert (proof.width, proof.height) == (3072, 1536)


# What it tells


def test_time_and_place_are_taken_out_of_the_picture_and_told_apart() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Phone of Li"
    exif.get_ifd(0x8769).update({0x9003: "2026:11:03 09:30:00", 0x9011: "+08:00"})
    exif.get_ifd(0x8825).update({1: "N", 2: (37.0, 30.0, 36.0), 3: "E", 4: (111.0, 8.0, 24.0)})
    proof = examine(encoded(scene(1), exif=exif, comment=b"secret"))

    assert proof.origin == {"captured_at": "2026-11-03T09:30:00+08:00", "latitude": 37.51, "longitude": 111.14}
    kept = Image.open(io.BytesIO(proof.content))
    assert dict(kept.getexif()) == {}
    assert b"Phone of Li" not in proof.content
    assert b"secret" not in proof.content


def test_what_a_camera_says_wrongly_is_left_out() -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769).update({0x9003: "0000:00:00 00:00:00"})
    exif.get_ifd(0x8825).update({1: "N", 2: (99.0, 0.0, 0.0)})
    assert examine(encoded(scene(1), exif=exif)).origin is None


def test_a_picture_is_turned_as_the_camera_was_held() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    proof = examine(encoded(scene(1), exif=exif))
    assert (proof.width, proof.height) == (600, 800)


# Whether it was seen before


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "sides", [(0.05, 0.05, 0.05, 0.05), (0.1, 0.1, 0.1, 0.1), (0, 0, 0.2, 0.2), (0.15, 0.15, 0.15, 0.15)]
)
def test_a_cropped_and_re_encoded_repeat_looks_like_the_original(
    seed: int, sides: tuple[float, float, float, float]
) -> None:
    original = scene(seed)
    repeat = Image.open(io.BytesIO(encoded(cut(original, *sides), quality=60)))
    assert distance(repeat, original) <= NEAR_BITS


def test_different_pictures_do_not_look_alike() -> None:
    assert min(distance(scene(a), scene(b)) for a, b in combinations(range(8), 2)) > NEAR_BITS


# Where it is kept


def test_keeping_the_same_file_twice_is_keeping_it_once(tmp_path: Any) -> None:
    shelf = FileStore(tmp_path.as_uri())
    shelf.save("com_1", "ab" * 32, b"proof")
    shelf.save("com_1", "ab" * 32, b"proof")

    assert shelf.read("com_1", "ab" * 32) == b"proof"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["ab" * 32]


def test_a_file_that_a_crash_left_half_written_is_written_anew(tmp_path: Any) -> None:
    shelf = FileStore(str(tmp_path))
    shelf.save("com_1", "ab" * 32, b"pro")
    shelf.save("com_1", "ab" * 32, b"proof")
    assert shelf.read("com_1", "ab" * 32) == b"proof"


def test_a_lost_file_is_not_found_and_a_failing_store_is_unavailable(tmp_path: Any) -> None:
    shelf = FileStore(str(tmp_path))
    with pytest.raises(NotFound):
        shelf.read("com_1", "ab" * 32)
    (tmp_path / "com_2").write_text("in the way")
    with pytest.raises(Unavailable):
        shelf.save("com_2", "ab" * 32, b"proof")


def test_proof_lies_in_a_bucket_as_well(bucket: str) -> None:
    shelf = FileStore(bucket)
    for _ in range(2):
        shelf.save("com_1", "ab" * 32, b"proof")
    assert shelf.read("com_1", "ab" * 32) == b"proof"
    with pytest.raises(NotFound):
        shelf.read("com_2", "ab" * 32)


def test_a_bucket_that_does_not_answer_is_unavailable(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    S3FileSystem.clear_instance_cache()
    with pytest.raises(Unavailable):
        FileStore(bucket).save("com_1", "ab" * 32, b"proof")
    with pytest.raises(Unavailable):
        FileStore(bucket).read("com_1", "ab" * 32)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An S3 of this process, with an empty bucket on it."""
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    for name, value in {
        "ENDPOINT_URL": f"http://{host}:{port}",
        "ACCESS_KEY_ID": "x",
        "SECRET_ACCESS_KEY": "x",
    }.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    S3FileSystem.clear_instance_cache()
    S3FileSystem().makedirs("proofs", exist_ok=True)
    yield "s3://proofs/evidence"
    S3FileSystem.clear_instance_cache()
    server.stop()


# When it is forgotten


@pytest.mark.parametrize("place", ["folder", "bucket"])
def test_the_sweeper_deletes_what_claims_lists_and_tells_it(
    services: Services, tmp_path: Any, place: str, request: pytest.FixtureRequest
) -> None:
    shelf = FileStore(str(tmp_path) if place == "folder" else request.getfixturevalue("bucket"))
    for name in ("evd_1", "evd_2"):
        shelf.save("com_1", name, b"proof")
    services.answer("claims", "files_to_delete", [["com_1", "evd_1"], ["com_1", "evd_never_there"]])
    services.perform("claims", "files_deleted", None)

    assert delete_due_files(shelf, services) == 2

    with pytest.raises(NotFound):
        shelf.read("com_1", "evd_1")
    assert shelf.read("com_1", "evd_2") == b"proof"
    assert services.calls[-1].kwargs == {"files": [["com_1", "evd_1"], ["com_1", "evd_never_there"]]}


def test_the_sweeper_tells_nothing_when_the_store_does_not_answer(services: Services, tmp_path: Any) -> None:
    (tmp_path / "com_1").write_text("in the way")
    services.answer("claims", "files_to_delete", [["com_1", "evd_1"]])

    with pytest.raises(Unavailable):
        delete_due_files(FileStore(str(tmp_path)), services)

    assert [call.method for call in services.calls] == ["files_to_delete"]


# Over HTTP


@pytest.fixture
def uploaded(services: Services) -> dict[str, Any]:
    known: dict[str, Any] = {}

    def register(actor: dict[str, Any], **told: Any) -> dict[str, Any]:
        about = {"id": "evd_1", "uploaded_by_id": actor["person"], "uploaded_at": "2026-11-23T04:00:00Z"}
        known.update(about, **told, community_id=actor["community"])
        return known

    services.perform("claims", "register_evidence", register)
    services.answer("claims", "open_evidence", lambda **_: known)
    return known


@pytest.fixture
def folder(app: Any, tmp_path: Any) -> None:
    app.extensions["evidence"] = FileStore(str(tmp_path))


@pytest.fixture
def post(client: FlaskClient, sign_in: Callable[..., dict[str, str]], folder: None) -> Callable[[bytes], Any]:
    def send(upload: bytes, name: str = "photo.jpg") -> Any:
        return client.post("/v1/evidence", headers=sign_in("per_li"), data={"file": (io.BytesIO(upload), name)})

    return send


def test_an_upload_is_answered_without_what_is_restricted(post: Any, uploaded: dict[str, Any]) -> None:
    answer = post(encoded(scene(1)))
    assert answer.status_code == 201
    assert answer.json["id"] == "evd_1"
    assert not {"looks", "origin"} & answer.json.keys()


def test_the_file_comes_back_for_the_reader_alone(
    post: Any, uploaded: dict[str, Any], client: FlaskClient, sign_in: Any
) -> None:
    post(encoded(scene(1)))
    answer = client.get("/v1/evidence/evd_1", headers=sign_in("per_li"))

    assert Image.open(io.BytesIO(answer.data)).size == (800, 600)
    assert answer.headers["Cache-Control"].startswith("private")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    again = client.get("/v1/evidence/evd_1", headers=sign_in("per_li") | {"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    anyway = client.get("/v1/evidence/evd_1", headers=sign_in("per_li") | {"If-Match": "*"})
    assert (anyway.status_code, anyway.data) == (200, answer.data)


def test_a_link_opens_the_file_without_signing_in_and_is_no_access_token(
    post: Any, uploaded: dict[str, Any], client: FlaskClient, sign_in: Any
) -> None:
    post(pdf())
    link = client.post("/v1/evidence/evd_1/link", headers=sign_in("per_li")).json["url"]

    opened = client.get(link)
    assert (opened.data, opened.content_type) == (examine(pdf()).content, "application/pdf")
    assert opened.headers["Content-Disposition"].startswith("attachment")
    stolen = {"Authorization": f"Bearer {link.rsplit('/', 1)[1]}"}
    assert client.get("/v1/me", headers=stolen).status_code == 401


def test_an_access_token_is_no_link(client: FlaskClient, app: Any, folder: None) -> None:
    with app.test_request_context():
        token = auth.issue_access_token("per_li", "com_1", "ses_1")
    assert client.get(f"/v1/evidence/links/{token}").status_code == 404


@pytest.mark.parametrize(
    "data", [{}, {"file": "text"}, {"other": (io.BytesIO(b"x"), "x.jpg")}, {"file": (io.BytesIO(b"x"), "x.jpg")}]
)
def test_a_form_without_a_usable_file_is_refused(
    client: FlaskClient, sign_in: Any, folder: None, data: dict[str, Any]
) -> None:
    answer = client.post("/v1/evidence", headers=sign_in("per_li"), data=data, content_type="multipart/form-data")
    assert answer.status_code == 422


def test_an_upload_that_is_far_too_large_is_cut_off(client: FlaskClient, sign_in: Any, folder: None) -> None:
    body = b"x" * 13 * 1024 * 1024
    answer = client.post(
        "/v1/evidence", headers=sign_in("per_li"), data=body, content_type="multipart/form-data; boundary=b"
    )
    assert answer.status_code == 413
