"""The one stack of a test run: real PostgreSQL and RabbitMQ, and whichever services a test starts on them.

It lives in `.local/test`, so that a run that was killed is swept up by the next one; beside a run that has it
already, in a folder of its own.
"""

from collections.abc import Iterator

import pytest

from deploy.local import claim
from deploy.local.stack import PROJECT, Stack


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """PostgreSQL and RabbitMQ, fresh; `stack.start("claims")` migrates and brings up more."""
    root = PROJECT / ".local" / "test"
    if claim.is_taken(root):
        root = tmp_path_factory.mktemp("stack")
    claim.clear(root)
    with Stack(root) as stack:
        yield stack
    claim.clear(root)
