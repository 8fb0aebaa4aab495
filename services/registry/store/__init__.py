"""The registry's own database, and what is asked of it."""

from functools import cached_property

from contracts.errors import Forbidden, NotFound, Unauthorized
from messaging import Actor, Store, Transaction
from services.registry.domain.communities import Community
from services.registry.domain.standing import PLATFORM
from services.registry.store import mapping  # noqa: F401  the domain's classes become mapped
from services.registry.store.communities import Communities
from services.registry.store.handed_in import RostersHandedIn
from services.registry.store.signing_in import SigningIn
from services.registry.store.tables import metadata
from services.registry.store.within import Within

__all__ = ["RegistryStore", "RegistryTransaction", "Within", "metadata"]


class RegistryTransaction(Transaction):
    @cached_property
    def communities(self) -> Communities:
        return Communities(self.session)

    @cached_property
    def signing_in(self) -> SigningIn:
        return SigningIn(self.session)

    @cached_property
    def rosters_handed_in(self) -> RostersHandedIn:
        return RostersHandedIn(self.session)

    def within(self, actor: dict[str, str | None], *, lock: bool = False) -> Within:
        """The caller's own community, the only one he can reach (R1)."""
        by = Actor.of(actor)
        if by.person is None or by.community is None:
            raise Unauthorized()
        return Within(self, by.community, by.person, lock=lock)

    def settings_of(self, actor: dict[str, str | None], community: str, *, lock: bool = False) -> Community:
        """A community whose settings the caller may see and change: his own, as its committee."""
        here = self.within(actor, lock=lock)
        if community != here.community.id:
            raise NotFound("没有这个社区")
        here.standing.must_be("committee")
        return here.community

    def must_run_the_platform(self, actor: dict[str, str | None]) -> None:
        """`Forbidden` for everybody but the platform's administrators."""
        here = self.within(actor, lock=True)
        if here.community.id != PLATFORM:
            raise Forbidden()
        here.standing.must_be("platform")


class RegistryStore(Store):
    transaction_class = RegistryTransaction
