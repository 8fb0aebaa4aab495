"""Create the first account: a platform administrator, who founds the communities.

`python -m services.registry.bootstrap` reads PLATFORM_ADMIN_PHONE, PLATFORM_ADMIN_PASSWORD, PHONE_KEY and
REGISTRY_DATABASE_URI. It changes nothing when the administrator exists, so it can run at every start.
"""

import os

from argon2 import PasswordHasher

from messaging import engine
from messaging.store import StoreAccess
from services.registry.domain.communities import PLATFORM, Community
from services.registry.domain.people import Person
from services.registry.encryption import PersonalDataCipher
from services.registry.store import RegistryTransaction
from services.registry.use_cases import appointments, people

_NAME = "平台管理员"


def create_administrator(
    tx: RegistryTransaction, cipher: PersonalDataCipher, phone: str, password: str
) -> Person | None:
    """Create the platform's community and its administrator. Return None when the administrator exists."""
    if not tx.communities.exists(PLATFORM):
        platform = Community(id=PLATFORM, name="平台")
        tx.communities.add(platform)
        tx.emit(platform.founded())
    encrypted = cipher.encrypt_phone(phone)
    scope = tx.scope_of(PLATFORM)
    scope.load_community(for_update=True)
    if scope.people.with_phone(encrypted.index):
        return None
    password_hash = PasswordHasher().hash(password)
    administrator = people.register(scope, _NAME, scope.today, phone=encrypted, password_hash=password_hash)
    appointments.appoint(scope, administrator.id, "platform", None, scope.today)
    return administrator


def main() -> None:
    """Create the administrator that the environment names."""
    environment = os.environ
    store = StoreAccess(engine.connect_to(environment["REGISTRY_DATABASE_URI"]), RegistryTransaction)
    created = store.run(
        lambda tx: create_administrator(
            tx,
            PersonalDataCipher(environment["PHONE_KEY"]),
            environment["PLATFORM_ADMIN_PHONE"],
            environment["PLATFORM_ADMIN_PASSWORD"],
        )
    )
    print("platform administrator made" if created else "platform administrator already there")


if __name__ == "__main__":
    main()
