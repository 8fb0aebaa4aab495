"""The registry on a real PostgreSQL, with a small community.

Courtyards 12 (first grid) and 40 (second grid). Wang is head of 12 and lives there; Li and Sun are tenants of another
household in it. Zhou is the first grid's officer, He is a member of the committee; both live elsewhere.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from contracts.policy import Guards
from messaging.testing import ServiceHarness
from services.registry.bootstrap import create_administrator
from services.registry.domain.communities import PLATFORM
from services.registry.encryption import PersonalDataCipher
from services.registry.service import RegistryService
from services.registry.use_cases.second_factors import SecondFactorRoles

NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
CIPHER = PersonalDataCipher("a key that only the tests know")
ADMINISTRATOR = "19900000000"


class Registry(ServiceHarness):
    """The service with shortcuts for what tests do often."""

    def __init__(self, uri: str) -> None:
        super().__init__(RegistryService, uri, cipher=CIPHER, guards=Guards(), second_factor_roles=SecondFactorRoles())
        self.ids: dict[str, str] = {}
        self._seen = 0

    def require_second_factor(self, roles: str) -> None:
        """Let people with these roles need a second factor, as a deployment's setting does."""
        self._dependencies["second_factor_roles"] = SecondFactorRoles.of(roles)

    def as_(self, who: str, community: str | None = None) -> dict[str, str | None]:
        """Return a person as the caller of a call."""
        home = PLATFORM if who == "administrator" else self.ids["community"]
        return {"person": self.ids[who], "community": community or home, "merchant": None}

    def by(self, who: str, method: str, **arguments: Any) -> Any:
        """Return the reply to a call by that person."""
        return self.call(method, actor=self.as_(who), **arguments)

    def person(self, name: str, by: str = "he", **facts: Any) -> str:
        """Register a person and return their id, which is also kept in `ids` under the name."""
        self.ids[name] = self.by(by, "register_resident", name=name, **facts)["id"]
        return self.ids[name]

    def appoint_branch(self, name: str) -> None:
        """Appoint the first member of the branch: the committee proposes, the platform approves."""
        proposed = self.by("he", "appoint", person_id=self.ids[name], role="branch")
        self.approve(proposed["proposal_id"])

    def approve(self, proposal: str, by: str = "administrator") -> dict[str, Any]:
        """Approve a proposal."""
        community = {"community_id": self.ids["community"]}
        return self.by(by, "approve_proposal", **community, proposal_id=proposal)

    def new_events(self) -> list[Any]:
        """Return the events published since the last call of this method."""
        seen, self._seen = self._seen, len(self.emitted)
        return self.emitted[seen:]

    def new_event_names(self) -> list[str]:
        """Return the names of the new events."""
        return [event.name() for event in self.new_events()]


@pytest.fixture
def empty(empty_store: Callable[[str], str]) -> Iterator[Registry]:
    """Return a platform with its administrator and nothing else."""
    registry = Registry(empty_store("registry"))
    registry.at(NOW - timedelta(days=30))
    with registry.transaction() as tx:
        made = create_administrator(tx, CIPHER, ADMINISTRATOR, "secret of the platform")
        assert made is not None
        registry.ids["administrator"] = made.id
    registry.at(NOW)
    yield registry
    registry.engine.dispose()


@pytest.fixture
def registry(empty: Registry) -> Registry:
    """Return a registry with the small community, whose members have belonged to it for a month."""
    empty.at(NOW - timedelta(days=30))
    found_community(empty, "昌宁社区")
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
    empty.at(NOW)
    empty.new_events()
    return empty


def found_community(registry: Registry, name: str, phone: str = "13900000000") -> dict[str, Any]:
    """Found a community with its first committee person, He."""
    committee = {"name": "he", "phone": phone, "password_hash": "$argon2id$he"}
    founded = registry.by("administrator", "found_community", name=name, district="离石区", committee=committee)
    registry.ids |= {"community": founded["id"], "he": founded["committee_person_id"]}
    return founded
