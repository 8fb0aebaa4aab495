"""The registry on a real PostgreSQL, with the community of the article, in small.

Courtyards 12 (first grid) and 40 (second grid). Wang heads 12 and lives there; Li and Sun are tenants of another
household in it. Zhou is the first grid's officer, He sits on the committee; both live elsewhere.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from messaging.testing import ServiceHarness
from services.registry.bootstrap import make_administrator
from services.registry.domain.standing import PLATFORM
from services.registry.sealing import Seal
from services.registry.service import RegistryService

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
SEAL = Seal("a key that only the tests know")
ADMINISTRATOR = "19900000000"


class Registry(ServiceHarness):
    """The service with what its tests do all day, each by the person who may."""

    def __init__(self, uri: str) -> None:
        super().__init__(RegistryService, uri, seal=SEAL)
        self.ids: dict[str, str] = {}
        self._heard = 0

    def as_(self, who: str, community: str | None = None) -> dict[str, str | None]:
        """A person as the gateway announces him."""
        home = PLATFORM if who == "administrator" else self.ids["community"]
        return {"person": self.ids[who], "community": community or home, "merchant": None}

    def by(self, who: str, method: str, **arguments: Any) -> Any:
        """What the service answers that person."""
        return self.call(method, actor=self.as_(who), **arguments)

    def person(self, name: str, by: str = "he", **facts: Any) -> str:
        """Register somebody; his id, kept under his name."""
        self.ids[name] = self.by(by, "register_resident", name=name, **facts)["id"]
        return self.ids[name]

    def news(self) -> list[Any]:
        """What was said since this was asked last."""
        heard, self._heard = self._heard, len(self.emitted)
        return self.emitted[heard:]

    def told(self) -> list[str]:
        """The names of the news."""
        return [event.name() for event in self.news()]


@pytest.fixture
def empty(empty_store: Callable[[str], str]) -> Iterator[Registry]:
    """A platform with its administrator and nothing else."""
    registry = Registry(empty_store("registry"))
    registry.at(NOW)
    with registry.transaction() as tx:
        made = make_administrator(tx, SEAL, ADMINISTRATOR, "secret of the platform")
        assert made is not None
        registry.ids["administrator"] = made.id
    yield registry
    registry.engine.dispose()


@pytest.fixture
def registry(empty: Registry) -> Registry:
    """The community in small."""
    found(empty, "昌宁社区")
    for number, row, grid in ((12, 2, "第一网格"), (40, 4, "第二网格")):
        courtyard = empty.by("he", "register_courtyard", number=number, row=row, grid=grid)
        empty.ids |= {f"courtyard {number}": courtyard["id"], f"grid {number}": courtyard["grid_id"]}
    for household in ("wang's", "li's"):
        empty.ids[household] = empty.by(
            "he", "register_household", courtyard_id=empty.ids["courtyard 12"], since="2020-01-01"
        )["id"]
    home = {"since": "2020-01-01", "household_id": empty.ids["wang's"]}
    empty.person("wang", tenure="owner", phone="13800000001", **home)
    for name in ("li", "sun"):
        empty.person(name, tenure="tenant", **home | {"household_id": empty.ids["li's"]})
    empty.person("zhou")
    empty.by("he", "appoint", person_id=empty.ids["wang"], role="head", scope_id=empty.ids["courtyard 12"])
    empty.by("he", "appoint", person_id=empty.ids["zhou"], role="grid_officer", scope_id=empty.ids["grid 12"])
    empty.news()
    return empty


def found(registry: Registry, name: str, phone: str = "13900000000") -> dict[str, Any]:
    """A community with its first committee person, He."""
    committee = {"name": "he", "phone": phone, "password_hash": "$argon2id$he"}
    founded = registry.by("administrator", "found_community", name=name, district="离石区", committee=committee)
    registry.ids |= {"community": founded["id"], "he": founded["committee_person_id"]}
    return founded
