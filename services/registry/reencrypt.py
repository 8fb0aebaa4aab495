"""Change the secret that encrypts personal data: `python -m services.registry.reencrypt`, while no registry runs.

Reads REGISTRY_DATABASE_URI, PHONE_KEY (the new secret) and PHONE_KEY_BEFORE (the old one), and encrypts every phone
number, card, second factor and waiting roster with the new secret. Of WeChat accounts only an index is stored; each one
is updated at its next sign-in, so the registry needs both secrets until all sessions from before have expired. Running
it again is harmless.
"""

import os

from sqlalchemy import Column, Table, bindparam, select, update

from messaging import engine
from messaging.store import StoreAccess
from services.registry.encryption import PersonalDataCipher
from services.registry.store import RegistryTransaction
from services.registry.store.tables import cards, people, rosters, second_factors

_BATCH = 1_000


def reencrypt(tx: RegistryTransaction, cipher: PersonalDataCipher) -> int:
    """Encrypt everything again in one transaction. Return the number of ciphertexts."""
    return (
        _reencrypt_column(tx, people, people.c.phone_cipher, cipher)
        + _reencrypt_column(tx, cards, cards.c.code_cipher, cipher)
        + _reencrypt_column(tx, rosters, rosters.c.content_cipher, cipher)
        + _reencrypt_column(tx, second_factors, second_factors.c.secret_cipher, cipher)
    )


def _reencrypt_column(tx: RegistryTransaction, table: Table, column: Column[bytes], cipher: PersonalDataCipher) -> int:
    key = list(table.primary_key)
    statement = update(table).where(*(part == bindparam(f"of_{part.name}") for part in key))
    rows = tx.session.execute(select(*key, column).where(column.is_not(None)).with_for_update()).all()
    for start in range(0, len(rows), _BATCH):
        updates = []
        for row in rows[start : start + _BATCH]:
            text = cipher.decrypt(row[-1])
            values = {f"of_{part.name}": value for part, value in zip(key, row, strict=False)}
            values[column.name] = cipher.encrypt(text)
            if table is people:
                values["phone_index"] = cipher.blind_index(text)
            updates.append(values)
        tx.session.connection().execute(statement, updates)
    return len(rows)


def main() -> None:
    """Encrypt the store that the environment names with the environment's new secret."""
    environment = os.environ
    store = StoreAccess(engine.connect_to(environment["REGISTRY_DATABASE_URI"]), RegistryTransaction)
    cipher = PersonalDataCipher(environment["PHONE_KEY"], environment["PHONE_KEY_BEFORE"])
    print(f"encrypted again: {store.run(lambda tx: reencrypt(tx, cipher))}")


if __name__ == "__main__":
    main()
