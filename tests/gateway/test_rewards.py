"""Pictures of rewards: public, and apart from private evidence (R10, R25)."""

import dataclasses
import hashlib
import io

import pytest
from PIL import Image

from contracts.errors import RoleMissing
from tests.gateway.image_samples import encoded, scene

REWARD = {
    "id": "rwd_1",
    "kind": "coupon",
    "name": "理发优惠券",
    "description": "",
    "points": 10,
    "stock": 3,
    "reserved": 0,
    "sold": 0,
    "left": 3,
    "starts_on": None,
    "ends_on": None,
    "limit_per_household": None,
    "limit_per_person": None,
    "gives": "codes",
    "picture": None,
    "merchant_ids": [],
    "listed": True,
}


@pytest.fixture
def settings(settings, tmp_path):
    return dataclasses.replace(settings, evidence_url=str(tmp_path))


def upload(client, headers, content):
    files = {"file": (io.BytesIO(content), "rice.png")}
    return client.post("/v1/rewards/rwd_1/picture", data=files, headers=headers)


def stores_pictures(services):
    def picture(sha256, actor, **_):
        return REWARD | {"picture": {"community_id": actor["community"], "sha256": sha256}}

    services.perform("exchange", "picture_reward", picture)


def test_a_picture_of_a_reward_is_public_and_without_camera_metadata(client, services, sign_in):
    stores_pictures(services)
    exif = Image.Exif()
    exif[0x010F] = "A camera"

    url = upload(client, sign_in(), encoded(scene(1), exif=exif)).json["picture_url"]
    answer = client.get(url)

    assert (answer.status_code, answer.content_type) == (200, "image/jpeg")
    assert "immutable" in answer.headers["Cache-Control"]
    assert b"A camera" not in answer.data
    assert client.get(url, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_a_pdf_is_refused_as_a_picture(client, services, sign_in):
    stores_pictures(services)
    pdf = b"%PDF-1.7\n%%EOF\n"
    assert upload(client, sign_in(), pdf).json["code"] == "evidence_unusable"
    assert services.calls == []


def test_only_reward_managers_set_pictures(client, services, sign_in):
    services.answer("exchange", "require_managing_rewards", RoleMissing())
    assert upload(client, sign_in(), encoded(scene(2))).status_code == 403


def test_evidence_is_not_served_as_a_picture(client, services, sign_in):
    services.perform("claims", "register_evidence", lambda **form: form | {"id": "evi_1"})
    content = encoded(scene(3))
    client.post("/v1/evidence", data={"file": (io.BytesIO(content), "x.jpg")}, headers=sign_in())

    sha256 = hashlib.sha256(content).hexdigest()
    for path in (f"com_changning/{sha256}", "com_changning/..", f"..%2Fcom_changning/{sha256}"):
        assert client.get(f"/v1/pictures/{path}.jpg").status_code == 404
