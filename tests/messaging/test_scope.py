"""A transaction gives one scope per caller and community."""

from datetime import UTC, datetime
from typing import Any, cast

from sqlalchemy.orm import Session

from messaging import Actor, CommunityScope, ScopedTransaction
from messaging.store import Context


class Scope(CommunityScope["Transaction"]):
    pass


class Transaction(ScopedTransaction[Scope]):
    scope_class = Scope


def transaction() -> Transaction:
    return Transaction(cast(Session, object()), datetime.now(UTC), Context())


def caller(person: str, community: str = "com_1") -> dict[str, Any]:
    return {"person": person, "community": community, "merchant": None}


def test_the_scope_is_of_the_callers_community_and_person() -> None:
    scope = transaction().scope(caller("per_1"))
    assert (scope.community, scope.person) == ("com_1", "per_1")


def test_the_same_caller_gets_the_same_scope() -> None:
    tx = transaction()
    assert tx.scope(caller("per_1")) is tx.scope(Actor("per_1", "com_1"))


def test_two_callers_get_scopes_of_their_own() -> None:
    tx = transaction()
    assert tx.scope(caller("per_1")) is not tx.scope(caller("per_2"))


def test_an_events_scope_belongs_to_nobody() -> None:
    assert transaction().scope_of("com_1").person == ""


def test_two_transactions_share_no_scope() -> None:
    assert transaction().scope_of("com_1") is not transaction().scope_of("com_1")
