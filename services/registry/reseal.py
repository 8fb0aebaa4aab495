"""A new key for what is sealed: `python -m services.registry.reseal`, while no registry runs.

Reads REGISTRY_DATABASE_URI, PHONE_KEY (the new one) and PHONE_KEY_BEFORE (the one to be left), and seals every phone
number, card and waiting roster anew. WeChat accounts, of which only an index is kept, follow when they next sign in, so
the registry keeps both keys for as long as a session may lie idle. Run twice it changes nothing more.
"""

import os

from sqlalchemy import Column, Table, bindparam, select, update

from messaging import engine
from messaging.store import StoreAccess
from services.registry.sealing import Seal
from services.registry.store import RegistryTransaction
from services.registry.store.tables import cards, people, rosters

_AT_ONCE = 1_000


def reseal(tx: RegistryTransaction, seal: Seal) -> int:
    """Seal everything anew, in one transaction; how many ciphers there were."""
    return (
        _resealed(tx, people, people.c.phone_cipher, seal)
        + _resealed(tx, cards, cards.c.code_cipher, seal)
        + _resealed(tx, rosters, rosters.c.content_cipher, seal)
    )


def _resealed(tx: RegistryTransaction, table: Table, cipher: Column[bytes], seal: Seal) -> int:
    key = list(table.primary_key)
    written = update(table).where(*(column == bindparam(f"of_{column.name}") for column in key))
    rows = tx.session.execute(select(*key, cipher).where(cipher.is_not(None)).with_for_update()).all()
    for start in range(0, len(rows), _AT_ONCE):
        anew = []
        for row in rows[start : start + _AT_ONCE]:
            text = seal.read(row[-1])
            values = {f"of_{column.name}": part for column, part in zip(key, row, strict=False)}
            values[cipher.name] = seal.hidden(text)
            if table is people:
                values["phone_index"] = seal.blind(text)
            anew.append(values)
        tx.session.connection().execute(written, anew)
    return len(rows)


def main() -> None:
    """Seal what the environment's store holds with the environment's new key."""
    environment = os.environ
    store = StoreAccess(engine.connect_to(environment["REGISTRY_DATABASE_URI"]), RegistryTransaction)
    seal = Seal(environment["PHONE_KEY"], environment["PHONE_KEY_BEFORE"])
    print(f"sealed anew: {store.run(lambda tx: reseal(tx, seal))}")


if __name__ == "__main__":
    main()
