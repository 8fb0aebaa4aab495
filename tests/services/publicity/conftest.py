"""The publicity service on a store with a community in it."""

from collections.abc import Callable

import pytest

from messaging.testing import ServiceHarness
from services.publicity.service import PublicityService
from tests.services.publicity.factories import NOW, facts


@pytest.fixture
def service(empty_store: Callable[[str], str]) -> ServiceHarness:
    """The service, with four households of two in two courtyards of two grids, and their staff."""
    harness = ServiceHarness(PublicityService, empty_store("publicity")).at(NOW)
    harness.handle(*facts())
    return harness
