"""The engagement service on a store with a community in it."""

from collections.abc import Callable

import pytest

from messaging.testing import ServiceHarness
from services.engagement.service import EngagementService
from tests.services.engagement.factories import NOW, facts


@pytest.fixture
def service(empty_store: Callable[[str], str]) -> ServiceHarness:
    """The service, with twelve households of three in two courtyards, and their staff."""
    harness = ServiceHarness(EngagementService, empty_store("engagement")).at(NOW)
    harness.handle(*facts())
    return harness
