"""What one person may upload on a day (R10)."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from contracts import registry
from contracts.errors import NotFound, UploadQuotaReached
from contracts.policy import Guards
from services.claims.domain.evidence import UploadQuota, Uploads
from services.claims.service import ClaimsService
from services.claims.store.tables import evidence
from tests.services.claims.conftest import COMMUNITY, NOW, QUOTA, ClaimsHarness, actor


def test_a_quota_leaves_room_up_to_its_last_file_and_byte() -> None:
    quota = UploadQuota(files=3, bytes=100)
    quota.require_room_for(40, Uploads(files=2, bytes=60))
    for size, uploads in ((40, Uploads(files=3, bytes=0)), (41, Uploads(files=0, bytes=60))):
        with pytest.raises(UploadQuotaReached) as caught:
            quota.require_room_for(size, uploads)
        assert caught.value.facts == {"files_per_day": 3, "bytes_per_day": 100}
        assert not caught.value.retryable


def test_the_files_of_a_day_are_limited_for_each_person(service: ClaimsHarness) -> None:
    for _ in range(QUOTA.files):
        service.upload("li")
    with pytest.raises(UploadQuotaReached):
        service.upload("li")
    with pytest.raises(UploadQuotaReached):
        service.call("require_uploading", actor=actor("li"))

    service.upload("sun")
    service.at(datetime(2026, 11, 23, 16, 0, tzinfo=UTC))  # midnight in Shanghai
    service.call("require_uploading", actor=actor("li"))
    service.upload("li")


def test_the_bytes_of_a_day_are_limited(service: ClaimsHarness) -> None:
    service.call("register_evidence", actor=actor("li"), sha256="a" * 64, media_type="image/jpeg", size=QUOTA.bytes)
    with pytest.raises(UploadQuotaReached):
        service.upload("li")


def test_an_erased_person_may_not_upload(service: ClaimsHarness) -> None:
    service.handle(registry.ResidentErased(community=COMMUNITY, person="per_li", sequence=9))
    with pytest.raises(NotFound):
        service.call("require_uploading", actor=actor("li"))


def test_concurrent_uploads_do_not_exceed_the_quota(
    service: ClaimsHarness, migrated_store: Callable[[str], str]
) -> None:
    for _ in range(QUOTA.files - 3):
        service.upload("li")

    def upload(_: int) -> bool:
        other = ClaimsHarness(ClaimsService, migrated_store("claims"), upload_quota=QUOTA, guards=Guards()).at(NOW)
        try:
            other.upload("li")
        except UploadQuotaReached:
            return False
        return True

    with ThreadPoolExecutor(8) as uploaders:
        assert sum(uploaders.map(upload, range(12))) == 3
    with service.engine.connect() as connection:
        assert connection.scalar(select(func.count()).where(evidence.c.uploaded_by == "per_li")) == QUOTA.files
