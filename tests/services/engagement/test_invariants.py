"""Invariant 26 finds what is hidden in one place and visible in another (R31)."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import text

from deploy.invariants import INVARIANTS
from messaging.testing import ServiceHarness
from tests.services.engagement.factories import actor
from tests.services.engagement.test_posts import moderate, share, take


class OneStore:
    """A platform of one store, as the checks ask it."""

    def __init__(self, service: ServiceHarness) -> None:
        self._service = service

    def rows(self, service: str, query: str) -> Iterator[Any]:
        assert service == "engagement"
        with self._service.transaction() as tx:
            yield from tx.session.execute(text(query)).all()


def violations(service: ServiceHarness) -> list[str]:
    checks = [each for each in INVARIANTS if each.number == 26]
    return [found for each in checks for found in each.violations(OneStore(service))]  # type: ignore[arg-type]


def test_posts_that_were_hidden_shown_again_withdrawn_and_answered_violate_nothing(service: ServiceHarness) -> None:
    hidden, shown, withdrawn, answered = (share(service)["post_id"] for _ in range(4))
    share(service, check="risky")
    moderate(service, hidden, "hide", "广告")
    moderate(service, shown, "hide", "误")
    moderate(service, shown, "show")
    service.call("withdraw_posted_text", actor=actor("per_1a"), post_id=withdrawn)
    take(service, answered, "adopted")
    assert violations(service) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE posts SET visibility = 'visible' WHERE id = :hidden",
        "UPDATE posts SET visibility = 'withdrawn' WHERE id = :shown",
        "UPDATE posts SET moderation_reason = '' WHERE id = :hidden",
        "UPDATE posts SET reply_due_at = NULL WHERE id = :shown",
    ],
)
def test_a_store_that_was_tampered_with_is_found(service: ServiceHarness, change: str) -> None:
    hidden, shown = (share(service)["post_id"] for _ in range(2))
    moderate(service, hidden, "hide", "广告")
    with service.transaction() as tx:
        tx.session.execute(text(change.replace(":hidden", f"'{hidden}'").replace(":shown", f"'{shown}'")))
    assert violations(service) != []
