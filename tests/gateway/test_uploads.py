"""Uploads: permission and quota are checked before a file is read, and what cannot be decoded is limited."""

import io
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from contracts.errors import RoleMissing, UploadQuotaReached
from gateway.settings import Settings
from tests.gateway.conftest import Services
from tests.gateway.image_samples import encoded, scene

CHECKS = {
    "/v1/evidence": ("claims", "require_uploading", UploadQuotaReached()),
    "/v1/rosters": ("registry", "require_importing_rosters", RoleMissing()),
    "/v1/rulebooks": ("claims", "require_writing_rulebooks", RoleMissing()),
    "/v1/rewards/rwd_1/picture": ("exchange", "require_managing_rewards", RoleMissing()),
}
STATUSES = {UploadQuotaReached.code: 429, RoleMissing.code: 403}


class NoDecoding:
    """A pool that decodes nothing."""

    def decode(self, task: str, content: bytes) -> Any:
        raise AssertionError("the file was decoded")


def send(client: FlaskClient, path: str, headers: dict[str, str], content: bytes = b"x") -> Any:
    return client.post(path, headers=headers, data={"file": (io.BytesIO(content), "upload")})


@pytest.mark.parametrize("path", CHECKS)
def test_an_upload_is_refused_before_its_file_is_parsed(
    app: Flask, client: FlaskClient, services: Services, sign_in: Callable[..., dict[str, str]], path: str
) -> None:
    service, check, refusal = CHECKS[path]
    services.answer(service, check, refusal)
    app.extensions["decoding"] = NoDecoding()

    answer = client.post(
        path,
        headers=sign_in("per_li"),
        content_type="multipart/form-data",  # without a boundary: parsing it would be answered 422
        data=b"\0" * 100,
    )

    assert (answer.status_code, answer.json["code"]) == (STATUSES[refusal.code], refusal.code)
    assert [call.method for call in services.calls] == [check]


@pytest.mark.parametrize("path", CHECKS)
def test_an_upload_without_a_token_is_refused_before_any_service_is_asked(
    app: Flask, client: FlaskClient, services: Services, path: str
) -> None:
    app.extensions["decoding"] = NoDecoding()
    assert send(client, path, {}).status_code == 401
    assert services.calls == []


def test_a_repeat_by_its_key_gets_the_first_answer_although_the_quota_is_reached(
    client: FlaskClient, services: Services, sign_in: Callable[..., dict[str, str]], app: Flask
) -> None:
    app.extensions["evidence"] = _Nowhere()
    services.answer("claims", "require_uploading", UploadQuotaReached())
    services.perform("claims", "register_evidence", lambda **form: form | {"id": "evd_1"}, replayed=True)

    answer = send(client, "/v1/evidence", sign_in("per_li") | {"Idempotency-Key": "k"}, encoded(scene(1)))

    assert (answer.status_code, answer.json["id"]) == (201, "evd_1")


def test_a_quota_that_is_reached_meanwhile_refuses_the_upload(
    client: FlaskClient, services: Services, sign_in: Callable[..., dict[str, str]]
) -> None:
    refusal = UploadQuotaReached(facts={"files_per_day": 300, "bytes_per_day": 1})
    services.perform("claims", "register_evidence", refusal)

    answer = send(client, "/v1/evidence", sign_in("per_li"), encoded(scene(1)))

    assert (answer.status_code, answer.json["code"]) == (429, "upload_quota_reached")
    assert answer.json["facts"] == {"files_per_day": 300, "bytes_per_day": 1}
    assert not answer.json["retryable"]


class TestUndecodableUploads:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.copy_with(refused_upload_limit="2/hour")

    def test_are_limited_for_each_person(
        self, client: FlaskClient, sign_in: Callable[..., dict[str, str]], services: Services
    ) -> None:
        statuses = [send(client, "/v1/evidence", sign_in("per_li"), b"no picture").status_code for _ in range(3)]
        assert statuses == [422, 422, 429]
        assert send(client, "/v1/evidence", sign_in("per_sun"), b"no picture").status_code == 422


class _Nowhere:
    def save(self, community: str, name: str, content: bytes) -> None:
        """Store nothing."""

    def save_thumbnails(self, community: str, name: str, thumbnails: Mapping[str, bytes]) -> None:
        """Store nothing."""
