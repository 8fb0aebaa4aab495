"""Evidence: type detection, removal of metadata, perceptual hashes, storage, access (R10)."""

import io
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import combinations
from typing import Any

import pikepdf
import pytest
import structlog
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from moto.server import ThreadedMotoServer
from PIL import Image
from s3fs import S3FileSystem

from contracts.errors import DecodingBusy, EvidenceUnusable, NotFound, Unavailable
from gateway import evidence as evidence_files
from gateway.decoding.pdf_documents import decode_pdf
from gateway.decoding.perceptual_hash import perceptual_hashes
from gateway.decoding.pictures import decode_picture
from gateway.evidence import EvidenceFile, FileStore
from gateway.evidence.file_cleanup import delete_due_files
from gateway.security import auth
from services.claims.domain.evidence import HASH_BITS, NEAR_BITS
from tests.gateway.conftest import Services, decoding_pool
from tests.gateway.image_samples import (
    ADOBE_RGB,
    DISPLAY_P3,
    GAMMA,
    cmyk_profile,
    cropped,
    encoded,
    rgb_profile,
    scene,
)
from tests.gateway.pdf_samples import pdf, uncompressed


def examine(upload: bytes) -> EvidenceFile:
    return evidence_files.examine(upload, decoding_pool())


def distance(new: Image.Image, earlier: Image.Image) -> int:
    """Return the smallest distance of the hash of `new` to a hash of `earlier`."""
    whole = int(perceptual_hashes(new)[0], 2)
    return min((whole ^ int(each, 2)).bit_count() for each in perceptual_hashes(earlier))


# Type and content


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_every_accepted_picture_format_is_stored_as_jpeg(format: str) -> None:
    evidence = examine(encoded(scene(1), format))

    kept = Image.open(io.BytesIO(evidence.content))
    assert (kept.format, kept.size, evidence.media_type) == ("JPEG", (800, 600), "image/jpeg")
    assert len(evidence.looks[0]) == HASH_BITS


def test_a_pdf_keeps_its_pages_and_loses_metadata_actions_and_attachments() -> None:
    evidence = examine(pdf())

    assert (evidence.media_type, evidence.looks) == ("application/pdf", [])
    with pikepdf.open(io.BytesIO(evidence.content)) as kept:
        [page] = kept.pages
        [picture] = page.get_images(recursive=False).values()
        assert pikepdf.PdfImage(picture).as_pil_image().size == (800, 600)
    for unwanted in (b"Somebody", b"alert", b"secret.exe", b"GPS", b"Exif", b"example.com"):
        assert unwanted in uncompressed(pdf())
        assert unwanted not in uncompressed(evidence.content)


def test_sanitizing_a_pdf_is_deterministic() -> None:
    assert examine(pdf()).content == examine(pdf()).content


def test_a_pdf_with_a_password_is_refused() -> None:
    with pytest.raises(EvidenceUnusable, match="密码"):
        examine(pdf(encryption=pikepdf.Encryption(user="u", owner="o")))


def test_a_pdf_with_too_many_pages_is_refused() -> None:
    with pytest.raises(EvidenceUnusable, match="100"):
        examine(pdf(pages=101))


@given(st.binary(min_size=1, max_size=400), st.integers(0, 100_000))
@settings(max_examples=100, deadline=None)
def test_a_broken_pdf_is_read_or_refused_without_another_error(noise: bytes, place: int) -> None:
    whole = pdf()
    place %= len(whole)
    with suppress(EvidenceUnusable):
        decode_pdf(whole[:place] + noise + whole[place + len(noise) :])


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
def test_any_other_content_is_refused(upload: bytes) -> None:
    with pytest.raises(EvidenceUnusable):
        examine(upload)


@pytest.mark.slow
@given(st.binary(min_size=1, max_size=400), st.integers(0, 3000))
@settings(max_examples=150, deadline=None)
def test_a_broken_picture_is_read_or_refused_without_another_error(noise: bytes, place: int) -> None:
    whole = encoded(scene(1).resize((64, 48)))
    place %= len(whole)
    with suppress(EvidenceUnusable):
        decode_picture(whole[:place] + noise + whole[place + len(noise) :])


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return a chunk of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def test_a_picture_with_too_many_pixels_is_refused_before_it_is_decoded() -> None:
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100_000))
    with pytest.raises(EvidenceUnusable) as caught:
        examine(bomb + chunk(b"IEND", b""))
    assert caught.value.facts == {"max_pixels": 25_000_000}


def test_a_large_picture_is_scaled_down() -> None:
    evidence = examine(encoded(Image.new("RGB", (6000, 3000), "red")))
    assert (evidence.width, evidence.height) == (4344, 2172)


def test_a_panorama_keeps_a_height_at_which_it_can_be_read() -> None:
    evidence = examine(encoded(Image.new("RGB", (20_000, 500), "red")))
    assert (evidence.width, evidence.height) == (19_429, 486)


@pytest.mark.parametrize(("sample", "shown"), [(0, 0), (256, 1), (32_896, 128), (65_535, 255)])
def test_a_grey_picture_of_16_bits_keeps_its_shades(sample: int, shown: int) -> None:
    stored = Image.open(io.BytesIO(examine(encoded(Image.new("I;16", (64, 64), sample), "PNG")).content))
    assert stored.getpixel((32, 32)) == (shown, shown, shown)


def test_a_transparent_shade_of_16_bits_becomes_white() -> None:
    upload = encoded(Image.new("I;16", (64, 64), 32_896), "PNG", transparency=32_896)
    stored = Image.open(io.BytesIO(examine(upload).content))
    assert stored.getpixel((32, 32)) == (255, 255, 255)


# Colours


def stored_colour(upload: bytes) -> Any:
    """Return the colour in the middle of a picture as it is stored."""
    stored = Image.open(io.BytesIO(examine(upload).content))
    assert stored.mode == "RGB"
    assert "icc_profile" not in stored.info
    return stored.getpixel((stored.width // 2, stored.height // 2))


def in_srgb(colour: tuple[int, int, int], primaries: Any) -> list[int]:
    """Return a colour of another space in sRGB, by way of XYZ under D50."""
    light = [(each / 255) ** GAMMA for each in colour]
    xyz = [sum(light[each] * primaries[each][axis] for each in range(3)) for axis in range(3)]
    return srgb_of_xyz(xyz)


def srgb_of_xyz(xyz: list[float]) -> list[int]:
    """Return a colour given as XYZ under D50."""
    to_srgb = ((3.13386, -1.61687, -0.49061), (-0.97877, 1.91614, 0.03345), (0.07194, -0.22899, 1.40524))
    linear = [min(max(sum(a * b for a, b in zip(row, xyz, strict=True)), 0), 1) for row in to_srgb]
    return [round(255 * (12.92 * each if each <= 0.0031308 else 1.055 * each ** (1 / 2.4) - 0.055)) for each in linear]


@pytest.mark.parametrize("primaries", [DISPLAY_P3, ADOBE_RGB], ids=["Display P3", "Adobe RGB"])
@pytest.mark.parametrize("colour", [(200, 100, 50), (60, 180, 90), (128, 128, 128), (250, 10, 10)])
@pytest.mark.parametrize(("format", "mode"), [("JPEG", "RGB"), ("PNG", "RGBA"), ("HEIF", "RGB")])
def test_a_picture_in_another_colour_space_keeps_the_colours_it_shows(
    primaries: Any, colour: tuple[int, int, int], format: str, mode: str
) -> None:
    image = Image.new("RGB", (64, 64), colour).convert(mode)
    upload = encoded(image, format, icc_profile=rgb_profile(primaries), quality=100)
    assert stored_colour(upload) == pytest.approx(in_srgb(colour, primaries), abs=4)


def test_a_print_is_converted_by_its_profile() -> None:
    profile = cmyk_profile(ink=(128, 158, 108), paper=(255, 128, 128))
    shown = stored_colour(encoded(Image.new("CMYK", (64, 64), (255, 255, 255, 255)), icc_profile=profile))
    lightness = (128 / 255 * 100 + 16) / 116
    xyz = [0.9642 * (lightness + 30 / 500) ** 3, lightness**3, 0.8249 * (lightness + 20 / 200) ** 3]
    assert shown == pytest.approx(srgb_of_xyz(xyz), abs=4)


@pytest.mark.parametrize(
    ("ink", "shown"),
    [((0, 0, 0, 0), (255, 255, 255)), ((255, 0, 0, 0), (0, 255, 255)), ((0, 0, 0, 128), (127, 127, 127))],
)
def test_a_print_without_a_profile_is_shown_as_its_inks(ink: Any, shown: tuple[int, int, int]) -> None:
    assert stored_colour(encoded(Image.new("CMYK", (64, 64), ink), quality=100)) == pytest.approx(shown, abs=3)


@pytest.mark.parametrize(
    "profile", [b"nonsense", rgb_profile(ADOBE_RGB)[:200], cmyk_profile((9, 9, 9), (255, 128, 128))]
)
def test_a_profile_that_is_broken_or_of_another_kind_is_left_aside(profile: bytes) -> None:
    upload = encoded(Image.new("RGB", (64, 64), (60, 180, 90)), "PNG", icc_profile=profile)
    assert stored_colour(upload) == pytest.approx((60, 180, 90), abs=2)


def test_a_palette_with_transparent_colours_is_on_white() -> None:
    half, whole = Image.new("P", (64, 64), 1), Image.new("P", (64, 64), 2)
    for image in (half, whole):
        image.putpalette([0, 0, 0, 200, 0, 0, 0, 100, 0])
    alpha = bytes([0, 128, 255])
    assert stored_colour(encoded(half, "PNG", transparency=alpha)) == pytest.approx((227, 127, 127), abs=3)
    assert stored_colour(encoded(whole, "PNG", transparency=alpha)) == pytest.approx((0, 100, 0), abs=3)


@pytest.mark.parametrize(("bit", "shown"), [(0, 0), (1, 255)])
def test_a_picture_of_one_bit_is_black_and_white(bit: int, shown: int) -> None:
    assert stored_colour(encoded(Image.new("1", (64, 64), bit), "PNG")) == (shown, shown, shown)


def test_a_picture_of_16_bits_a_colour_keeps_its_colours() -> None:
    row = b"\0" + struct.pack(">3H", 200 * 257, 100 * 257, 50 * 257) * 64
    header = struct.pack(">IIBBBBB", 64, 64, 16, 2, 0, 0, 0)
    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(row * 64)) + chunk(b"IEND", b"")
    assert stored_colour(png) == pytest.approx((200, 100, 50), abs=2)


@pytest.mark.parametrize("format", ["PNG", "WEBP"])
def test_of_a_moving_picture_the_first_frame_is_stored(format: str) -> None:
    first, second = Image.new("RGB", (64, 64), (200, 100, 50)), Image.new("RGB", (64, 64), "blue")
    upload = encoded(first, format, save_all=True, append_images=[second], lossless=True)
    assert stored_colour(upload) == pytest.approx((200, 100, 50), abs=3)


# Thumbnails


def test_a_picture_has_two_thumbnails_of_its_shape() -> None:
    thumbnails = examine(encoded(scene(1, (2000, 1500)))).thumbnails
    assert {size: Image.open(io.BytesIO(jpeg)).size for size, jpeg in thumbnails.items()} == {
        "large": (1280, 960),
        "small": (320, 240),
    }
    assert len(thumbnails["small"]) < 30_000


def test_a_small_picture_is_not_enlarged() -> None:
    thumbnails = examine(encoded(Image.new("RGB", (200, 100), "red"))).thumbnails
    assert [Image.open(io.BytesIO(jpeg)).size for jpeg in thumbnails.values()] == [(200, 100), (200, 100)]


def test_a_document_has_no_thumbnails() -> None:
    assert examine(pdf()).thumbnails == {}


def test_a_stored_picture_gets_the_thumbnails_it_would_have_got_at_upload() -> None:
    evidence = examine(encoded(scene(1, (1200, 900))))
    made = evidence_files.make_thumbnails(evidence.content, decoding_pool())
    sizes = [[Image.open(io.BytesIO(jpeg)).size for jpeg in each.values()] for each in (made, evidence.thumbnails)]
    assert sizes[0] == sizes[1]


# Camera metadata


def test_time_and_place_are_returned_and_removed_from_the_picture() -> None:
    exif = Image.Exif()
    exif[0x010F] = "Phone of Li"
    exif.get_ifd(0x8769).update({0x9003: "2026:11:03 09:30:00", 0x9011: "+08:00"})
    exif.get_ifd(0x8825).update({1: "N", 2: (37.0, 30.0, 36.0), 3: "E", 4: (111.0, 8.0, 24.0)})
    evidence = examine(encoded(scene(1), exif=exif, comment=b"secret"))

    assert evidence.origin == {"captured_at": "2026-11-03T09:30:00+08:00", "latitude": 37.51, "longitude": 111.14}
    kept = Image.open(io.BytesIO(evidence.content))
    assert dict(kept.getexif()) == {}
    assert b"Phone of Li" not in evidence.content
    assert b"secret" not in evidence.content


def test_invalid_camera_metadata_is_ignored() -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769).update({0x9003: "0000:00:00 00:00:00"})
    exif.get_ifd(0x8825).update({1: "N", 2: (99.0, 0.0, 0.0)})
    assert examine(encoded(scene(1), exif=exif)).origin is None


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_shown_upright_as_its_camera_held_it(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    upright = Image.new("RGB", (80, 64), "blue")
    upright.paste("red", (0, 0, 16, 16))  # at the top on the left
    taken = {  # what the sensor holds, by the standard's table
        1: upright,
        2: upright.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        3: upright.transpose(Image.Transpose.ROTATE_180),
        4: upright.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
        5: upright.transpose(Image.Transpose.TRANSPOSE),
        6: upright.transpose(Image.Transpose.ROTATE_90),
        7: upright.transpose(Image.Transpose.TRANSVERSE),
        8: upright.transpose(Image.Transpose.ROTATE_270),
    }[orientation]
    stored = Image.open(io.BytesIO(examine(encoded(taken, exif=exif, quality=100)).content))
    assert stored.size == (80, 64)
    assert stored.getpixel((7, 7)) == pytest.approx((254, 0, 0), abs=4)
    assert stored.getpixel((70, 55)) == pytest.approx((0, 0, 254), abs=4)


# Repeated pictures


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize(
    "sides", [(0.05, 0.05, 0.05, 0.05), (0.1, 0.1, 0.1, 0.1), (0, 0, 0.2, 0.2), (0.15, 0.15, 0.15, 0.15)]
)
def test_a_cropped_and_re_encoded_picture_matches_the_original(
    seed: int, sides: tuple[float, float, float, float]
) -> None:
    original = scene(seed)
    repeat = Image.open(io.BytesIO(encoded(cropped(original, *sides), quality=60)))
    assert distance(repeat, original) <= NEAR_BITS


def test_different_pictures_do_not_match() -> None:
    assert min(distance(scene(a), scene(b)) for a, b in combinations(range(8), 2)) > NEAR_BITS


# Storage


def test_saving_a_file_twice_stores_it_once(tmp_path: Any) -> None:
    store = FileStore(tmp_path.as_uri())
    store.save("com_1", "ab" * 32, b"content")
    store.save("com_1", "ab" * 32, b"content")

    assert store.read("com_1", "ab" * 32) == b"content"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["ab" * 32]


def test_a_partially_written_file_is_overwritten(tmp_path: Any) -> None:
    store = FileStore(str(tmp_path))
    store.save("com_1", "ab" * 32, b"con")
    store.save("com_1", "ab" * 32, b"content")
    assert store.read("com_1", "ab" * 32) == b"content"


def test_a_missing_file_is_not_found_and_a_failing_storage_is_unavailable(tmp_path: Any) -> None:
    store = FileStore(str(tmp_path))
    with pytest.raises(NotFound):
        store.read("com_1", "ab" * 32)
    (tmp_path / "com_2").write_text("in the way")
    with pytest.raises(Unavailable):
        store.save("com_2", "ab" * 32, b"content")


def test_files_can_be_stored_in_a_bucket(bucket: str) -> None:
    store = FileStore(bucket)
    for _ in range(2):
        store.save("com_1", "ab" * 32, b"content")
    assert store.read("com_1", "ab" * 32) == b"content"
    with pytest.raises(NotFound):
        store.read("com_2", "ab" * 32)


def test_a_bucket_that_does_not_respond_is_unavailable(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setattr(S3FileSystem, "retries", 1)
    S3FileSystem.clear_instance_cache()
    with pytest.raises(Unavailable):
        FileStore(bucket).save("com_1", "ab" * 32, b"content")
    with pytest.raises(Unavailable):
        FileStore(bucket).read("com_1", "ab" * 32)


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Return the URL of an empty bucket of an S3 server in this process."""
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
    S3FileSystem().makedirs("buckets", exist_ok=True)
    yield "s3://buckets/evidence"
    S3FileSystem.clear_instance_cache()
    server.stop()


# Cleanup


@pytest.mark.parametrize("place", ["folder", "bucket"])
def test_the_cleanup_deletes_the_files_claims_lists_and_confirms_them(
    services: Services, tmp_path: Any, place: str, request: pytest.FixtureRequest
) -> None:
    store = FileStore(str(tmp_path) if place == "folder" else request.getfixturevalue("bucket"))
    for name in ("evd_1", "evd_2"):
        store.save("com_1", name, b"content")
    services.answer("claims", "files_to_delete", [["com_1", "evd_1"], ["com_1", "evd_missing"]])
    services.perform("claims", "files_deleted", None)

    assert delete_due_files(store, services) == 2

    with pytest.raises(NotFound):
        store.read("com_1", "evd_1")
    assert store.read("com_1", "evd_2") == b"content"
    assert services.calls[-1].kwargs == {"files": [["com_1", "evd_1"], ["com_1", "evd_missing"]]}


def test_thumbnails_are_deleted_with_their_file(services: Services, tmp_path: Any) -> None:
    store = FileStore(str(tmp_path))
    store.save("com_1", "evd_1", b"content")
    store.save_thumbnails("com_1", "evd_1", {"small": b"s", "large": b"l"})
    services.answer("claims", "files_to_delete", [["com_1", "evd_1"]])
    services.perform("claims", "files_deleted", lambda **_: None)

    delete_due_files(store, services)

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_no_thumbnail_is_left_of_a_file_that_was_deleted_meanwhile(tmp_path: Any) -> None:
    store = FileStore(str(tmp_path))
    store.save_thumbnails("com_1", "evd_1", {"small": b"s", "large": b"l"})
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_cleanup_confirms_nothing_when_the_storage_fails(services: Services, tmp_path: Any) -> None:
    (tmp_path / "com_1").write_text("in the way")
    services.answer("claims", "files_to_delete", [["com_1", "evd_1"]])

    with pytest.raises(Unavailable):
        delete_due_files(FileStore(str(tmp_path)), services)

    assert [call.method for call in services.calls] == ["files_to_delete"]


# Over HTTP


@pytest.fixture
def uploaded(services: Services) -> dict[str, Any]:
    known: dict[str, Any] = {}

    def register(actor: dict[str, Any], **metadata: Any) -> dict[str, Any]:
        about = {"id": "evd_1", "uploaded_by_id": actor["person"], "uploaded_at": "2026-11-23T04:00:00Z"}
        known.update(about, **metadata, community_id=actor["community"])
        return known

    services.perform("claims", "register_evidence", register)
    services.perform("claims", "open_evidence", lambda **_: known)
    return known


@pytest.fixture
def folder(app: Any, tmp_path: Any) -> None:
    app.extensions["evidence"] = FileStore(str(tmp_path))


@pytest.fixture
def post(client: FlaskClient, sign_in: Callable[..., dict[str, str]], folder: None) -> Callable[[bytes], Any]:
    def send(upload: bytes, name: str = "photo.jpg") -> Any:
        return client.post("/v1/evidence", headers=sign_in("per_li"), data={"file": (io.BytesIO(upload), name)})

    return send


def test_the_response_to_an_upload_has_no_restricted_fields(post: Any, uploaded: dict[str, Any]) -> None:
    answer = post(encoded(scene(1)))
    assert answer.status_code == 201
    assert answer.json["id"] == "evd_1"
    assert not {"looks", "origin"} & answer.json.keys()


def test_a_file_is_sent_with_private_caching_and_etag(
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


def test_a_link_opens_the_file_without_signing_in_but_is_not_an_access_token(
    post: Any, uploaded: dict[str, Any], client: FlaskClient, sign_in: Any
) -> None:
    post(pdf())
    link = client.post("/v1/evidence/evd_1/link", headers=sign_in("per_li")).json["url"]

    opened = client.get(link)
    assert (opened.data, opened.content_type) == (examine(pdf()).content, "application/pdf")
    assert opened.headers["Content-Disposition"].startswith("attachment")
    stolen = {"Authorization": f"Bearer {link.rsplit('/', 1)[1]}"}
    assert client.get("/v1/me", headers=stolen).status_code == 401


def test_a_links_token_is_not_in_the_access_log(
    post: Any, uploaded: dict[str, Any], client: FlaskClient, sign_in: Any
) -> None:
    post(pdf())
    link = client.post("/v1/evidence/evd_1/link", headers=sign_in("per_li")).json["url"]
    with structlog.testing.capture_logs() as logged:
        assert client.get(link).status_code == 200
        assert client.get(f"{link}x").status_code == 404
    assert [line["path"] for line in logged] == ["/v1/evidence/links/<token>"] * 2


def test_an_access_token_is_not_accepted_as_a_link(client: FlaskClient, app: Any, folder: None) -> None:
    with app.test_request_context():
        token = auth.issue_access_token("per_li", "com_1", "ses_1")
    assert client.get(f"/v1/evidence/links/{token}").status_code == 404


# Links in lists


@pytest.fixture
def listed(services: Services, uploaded: dict[str, Any], client: FlaskClient, sign_in: Any) -> Callable[[], Any]:
    """Return a function that gets the links of the only claim, which carries the upload."""
    claim = {"id": "clm_1", "person_id": "per_li", "declared_by_id": "per_li", "evidence_ids": ["evd_1"]}
    services.answer("claims", "list_claims", {"data": [claim], "next_cursor": None})
    services.perform("claims", "open_evidence_of_claims", lambda **_: {"clm_1": [uploaded]})
    services.answer("registry", "names", {"per_li": "李四"})

    def get() -> Any:
        [row] = client.get("/v1/claims", headers=sign_in("per_chen")).json["data"]
        return row["evidence_links"]

    return get


def stored(tmp_path: Any) -> set[str]:
    return {path.name for path in tmp_path.rglob("evd*")}


def test_a_list_of_claims_links_thumbnails_that_open_without_signing_in(
    post: Any, listed: Any, client: FlaskClient, tmp_path: Any
) -> None:
    post(encoded(scene(1)))
    [links] = listed()

    sizes = {}
    for name in ("small_url", "large_url", "url"):
        answer = client.get(links[name])
        sizes[name] = Image.open(io.BytesIO(answer.data)).size
        assert answer.headers["Cache-Control"].startswith("private, max-age=")
        assert int(answer.headers["Cache-Control"].split("=")[1]) >= 590
        again = client.get(links[name], headers={"If-None-Match": answer.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    assert sizes == {"small_url": (320, 240), "large_url": (800, 600), "url": (800, 600)}
    assert stored(tmp_path) == {"evd_1", "evd_1.small.jpg", "evd_1.large.jpg"}


def test_a_list_read_again_has_the_same_links(post: Any, listed: Any) -> None:
    post(encoded(scene(1)))
    assert listed() == listed() or listed() == listed()  # ten minutes may end between the first two


def test_a_thumbnails_link_does_not_open_another_size(post: Any, listed: Any, client: FlaskClient) -> None:
    post(encoded(scene(1)))
    [links] = listed()
    assert len({links["url"], links["small_url"], links["large_url"]}) == 3
    assert len({client.get(links[name]).headers["ETag"] for name in ("url", "small_url", "large_url")}) == 3


def test_a_document_is_linked_without_thumbnails(post: Any, listed: Any, client: FlaskClient) -> None:
    post(pdf())
    [links] = listed()
    assert (links["small_url"], links["large_url"]) == (None, None)
    assert client.get(links["url"]).content_type == "application/pdf"


def test_an_old_picture_gets_thumbnails_when_one_is_first_requested(
    post: Any, listed: Any, client: FlaskClient, tmp_path: Any
) -> None:
    post(encoded(scene(1)))
    for thumbnail in tmp_path.rglob("evd_1.*"):
        thumbnail.unlink()
    [links] = listed()

    answer = client.get(links["small_url"])

    assert Image.open(io.BytesIO(answer.data)).size == (320, 240)
    assert stored(tmp_path) == {"evd_1", "evd_1.small.jpg", "evd_1.large.jpg"}


def test_an_old_picture_is_sent_whole_while_too_many_thumbnails_are_made(
    post: Any, listed: Any, client: FlaskClient, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(encoded(scene(1)))
    for thumbnail in tmp_path.rglob("evd_1.*"):
        thumbnail.unlink()
    [links] = listed()

    def busy(*_: Any) -> None:
        raise DecodingBusy

    monkeypatch.setattr(type(decoding_pool()), "decode", busy)
    answer = client.get(links["small_url"])

    assert Image.open(io.BytesIO(answer.data)).size == (800, 600)
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_thumbnail_of_a_deleted_picture_is_not_found(post: Any, listed: Any, client: FlaskClient, app: Any) -> None:
    post(encoded(scene(1)))
    [links] = listed()
    app.extensions["evidence"].delete("com_changning", "evd_1")
    assert client.get(links["small_url"]).status_code == 404


@pytest.mark.parametrize(
    "data", [{}, {"file": "text"}, {"other": (io.BytesIO(b"x"), "x.jpg")}, {"file": (io.BytesIO(b"x"), "x.jpg")}]
)
def test_a_form_without_a_usable_file_is_refused(
    client: FlaskClient, sign_in: Any, folder: None, data: dict[str, Any]
) -> None:
    answer = client.post("/v1/evidence", headers=sign_in("per_li"), data=data, content_type="multipart/form-data")
    assert answer.status_code == 422


def test_an_upload_above_the_body_limit_gets_413(client: FlaskClient, sign_in: Any, folder: None) -> None:
    body = b"x" * 13 * 1024 * 1024
    answer = client.post(
        "/v1/evidence", headers=sign_in("per_li"), data=body, content_type="multipart/form-data; boundary=b"
    )
    assert answer.status_code == 413
