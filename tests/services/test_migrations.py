"""A migrated store has the tables that the code believes in."""

from collections.abc import Callable

import pytest

from deploy.local.stack import SERVICES
from messaging import migrate


@pytest.mark.parametrize("service", SERVICES)
def test_migrations_and_code_agree(service: str, migrated_store: Callable[[str], str]) -> None:
    migrate.check(service, migrated_store(service))
