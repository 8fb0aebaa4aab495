"""The first account: a platform administrator, who founds the communities.

`python -m services.registry.bootstrap` reads PLATFORM_ADMIN_PHONE, PLATFORM_ADMIN_PASSWORD, PHONE_KEY and
REGISTRY_DATABASE_URI. Where that person exists it changes nothing, so it can run at every start.
"""

import os

from argon2 import PasswordHasher

from messaging import engine
from messaging.store import StoreAccess
from services.registry.domain.communities import Community
from services.registry.domain.people import Person
from services.registry.domain.standing import PLATFORM
from services.registry.sealing import Seal
from services.registry.store import RegistryTransaction, Within

NAME = "平台管理员"


def make_administrator(tx: RegistryTransaction, seal: Seal, phone: str, password: str) -> Person | None:
    """The administrator made now; none when he was there."""
    if not tx.communities.exists(PLATFORM):
        platform = Community(id=PLATFORM, name="平台")
        tx.communities.add(platform)
        tx.emit(platform.founded())
    sealed = seal.phone(phone)
    here = Within(tx, PLATFORM, NAME, lock=True)
    if here.people.with_phone(sealed.index):
        return None
    administrator = here.register(NAME, here.today, phone=sealed, password_hash=PasswordHasher().hash(password))
    here.appoint(administrator.id, "platform", None, here.today)
    return administrator


def main() -> None:
    """Make the administrator the environment names."""
    environment = os.environ
    store = StoreAccess(engine.connect_to(environment["REGISTRY_DATABASE_URI"]), RegistryTransaction)
    made = store.run(
        lambda tx: make_administrator(
            tx,
            Seal(environment["PHONE_KEY"]),
            environment["PLATFORM_ADMIN_PHONE"],
            environment["PLATFORM_ADMIN_PASSWORD"],
        )
    )
    print("platform administrator made" if made else "platform administrator already there")


if __name__ == "__main__":
    main()
