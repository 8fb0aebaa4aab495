"""One community's part of a store, on behalf of one caller. Services subclass `CommunityScope` with their repositories.

class ReviewScope(CommunityScope["ReviewTransaction"]):
    @cached_property
    def reviews(self) -> ReviewRepository:
        return ReviewRepository(self.session, self.community)

class ReviewTransaction(ScopedTransaction[ReviewScope]):
    scope_class = ReviewScope

scope = tx.scope(actor)                  # a command or query, on behalf of its caller
scope = tx.scope_of(event.community)     # an event or a timer, on behalf of nobody
"""

from collections.abc import Mapping
from typing import Any, ClassVar, Generic, TypeVar

from messaging.actor import Actor
from messaging.transaction import Transaction

Tx = TypeVar("Tx", bound=Transaction)
Scope = TypeVar("Scope", bound="CommunityScope[Any]")


class CommunityScope(Generic[Tx]):
    """Repositories of one community. Nothing of another community can be reached through it (R1)."""

    def __init__(self, tx: Tx, actor: Actor) -> None:
        self.tx = tx
        self.session = tx.session
        #: the instant of the transaction, aware, in UTC
        self.now = tx.now
        self.actor = actor
        self.community: str = actor.community or ""
        #: the caller's id; empty when nobody signed in, or when an event or a timer does the work
        self.person: str = actor.person or ""


class ScopedTransaction(Transaction, Generic[Scope]):
    """A transaction that offers one scope per caller and community."""

    scope_class: ClassVar[type[Any]]

    def scope(self, actor: Mapping[str, Any] | Actor | None) -> Scope:
        """Return the repositories of the caller's community; the same object for the same caller."""
        return self._scope(Actor.of(actor))

    def scope_of(self, community: str) -> Scope:
        """Return the repositories of `community` for work that no person asked for."""
        return self._scope(Actor(community=community))

    def _scope(self, actor: Actor) -> Scope:
        if actor not in self._scopes:
            self._scopes[actor] = self.scope_class(self, actor)
        found: Scope = self._scopes[actor]
        return found

    @property
    def _scopes(self) -> dict[Actor, Scope]:
        scopes: dict[Actor, Scope] = self.__dict__.setdefault("scopes", {})
        return scopes
