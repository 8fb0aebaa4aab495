"""A long roster is taken in beside other work: with progress, all or nothing, and through crashes (R5)."""

from collections.abc import Callable
from typing import Any

import pytest

from contracts import errors
from services.registry.store.handed_in import RostersHandedIn
from services.registry.store.rosters import Rosters
from tests.services.registry.conftest import Registry
from tests.services.registry.test_roster_import import COLUMNS

LINES = 1_100


def rows(number: int = LINES) -> list[list[Any]]:
    return [
        [50 + n // 20, 5, "第三网格", n % 20 // 2 + 1, f"居民{n}", 13_700_000_000 + n, "租户"] for n in range(number)
    ]


def hand_in(registry: Registry, rows: list[list[Any]], **how: bool) -> str:
    return str(registry.by("he", "hand_in_roster", columns=COLUMNS[:7], rows=rows, **how)["id"])


def roster(registry: Registry, id: str) -> dict[str, Any]:
    return dict(registry.by("he", "get_roster", roster_id=id))


def residents(registry: Registry) -> int:
    with registry.transaction() as tx:
        return len(tx.within(registry.as_("he")).rosters.known().people_by_phone)


def test_a_long_roster_waits_and_is_then_taken_in_with_progress(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[str, int]] = []
    advance = RostersHandedIn.advance

    def watched(self: RostersHandedIn, of: Any, state: Any, lines: int) -> None:
        told.append((state, lines))
        advance(self, of, state, lines)

    monkeypatch.setattr(RostersHandedIn, "advance", watched)
    before, id = residents(registry), hand_in(registry, rows())
    assert (roster(registry, id)["state"], roster(registry, id)["lines"]) == ("waiting", LINES)

    registry.tick("take_in_roster")

    ended = roster(registry, id)
    assert (ended["state"], ended["lines_done"], ended["report"]["residents"]) == ("done", LINES, LINES)
    assert residents(registry) == before + LINES
    assert told[:3] == [("checking", 0), ("checking", 500), ("checking", 1000)]
    assert told[3] == ("keeping", 200)
    assert told[-1] == ("keeping", LINES)
    assert registry.told().count("ResidentRegistered") == LINES


def test_the_same_roster_again_changes_nothing(registry: Registry) -> None:
    for _ in range(2):
        id = hand_in(registry, rows(60))
        registry.tick("take_in_roster")

    assert (roster(registry, id)["state"], roster(registry, id)["report"]["residents"]) == ("done", 0)
    assert registry.told().count("ResidentRegistered") == 60


@pytest.mark.parametrize(("dry_run", "state"), [(False, "refused"), (True, "done")])
def test_one_bad_line_at_the_end_and_nothing_is_taken_in(registry: Registry, dry_run: bool, state: str) -> None:
    before = residents(registry)
    id = hand_in(registry, [*rows(60), [50, 5, "第三网格", 1, "张三", "1370", "租户"]], dry_run=dry_run)

    registry.tick("take_in_roster")

    ended = roster(registry, id)
    assert ended["state"] == state
    assert [(flaw["row"], flaw["column"]) for flaw in ended["report"]["errors"]] == [(62, "手机号")]
    assert (residents(registry), registry.news()) == (before, [])


def test_a_dry_run_counts_and_takes_nothing_in(registry: Registry) -> None:
    before, id = residents(registry), hand_in(registry, rows(60), dry_run=True)

    registry.tick("take_in_roster")

    assert (roster(registry, id)["report"]["residents"], residents(registry), registry.news()) == (60, before, [])


class Killed(BaseException):
    """What no code of ours can catch."""


@pytest.fixture
def dies_in_the_middle(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """The process ends while it writes, that many times."""
    keep = Rosters.keep

    def times(left: int) -> None:
        def dying(self: Rosters, added: Any, told: Callable[[int], None]) -> None:
            nonlocal left
            keep(self, added, told)
            if left:
                left -= 1
                raise Killed

        monkeypatch.setattr(Rosters, "keep", dying)

    return times


def test_a_crash_in_the_middle_leaves_nothing_and_it_is_taken_in_afterwards(
    registry: Registry, dies_in_the_middle: Callable[[int], None]
) -> None:
    dies_in_the_middle(1)
    before, id = residents(registry), hand_in(registry, rows(60))
    with pytest.raises(Killed):
        registry.tick("take_in_roster")
    assert (roster(registry, id)["state"], residents(registry), registry.news()) == ("keeping", before, [])

    registry.tick("take_in_roster")

    assert (roster(registry, id)["state"], residents(registry)) == ("done", before + 60)
    assert registry.told().count("ResidentRegistered") == 60


def test_what_ends_its_taker_again_and_again_is_given_up_and_the_next_one_has_its_turn(
    registry: Registry, dies_in_the_middle: Callable[[int], None]
) -> None:
    dies_in_the_middle(5)
    bad, good = hand_in(registry, rows(60)), hand_in(registry, rows(80))
    for _ in range(5):
        with pytest.raises(Killed):
            registry.tick("take_in_roster")

    registry.tick("take_in_roster")
    registry.tick("take_in_roster")

    assert (roster(registry, bad)["state"], roster(registry, bad)["report"]) == ("failed", None)
    assert roster(registry, good)["state"] == "done"


def test_a_roster_is_the_committees_also_when_it_is_taken_in(registry: Registry) -> None:
    registry.person("ma", phone="13900000008")
    registry.by("he", "appoint", person_id=registry.ids["ma"], role="committee")
    id = registry.by("ma", "hand_in_roster", columns=COLUMNS[:7], rows=rows(5))["id"]
    [_, mas] = registry.by("he", "list_appointments", role="committee")["data"]
    registry.by("he", "end_appointment", appointment_id=mas["id"])

    registry.tick("take_in_roster")

    assert (roster(registry, id)["state"], roster(registry, id)["detail"]) == ("failed", errors.RoleMissing.message)
    for method, arguments in (("get_roster", {"roster_id": id}), ("hand_in_roster", {"columns": [], "rows": []})):
        with pytest.raises(errors.RoleMissing):
            registry.by("zhou", method, **arguments)


def test_its_lines_are_kept_sealed_and_only_until_they_are_taken_in(registry: Registry) -> None:
    id = hand_in(registry, rows(5))
    with registry.transaction() as tx:
        content = tx.rosters_handed_in.get(registry.ids["community"], id).content_cipher
    assert content is not None
    assert "居民1".encode() not in bytes(content)

    registry.tick("take_in_roster")

    with registry.transaction() as tx:
        assert tx.rosters_handed_in.get(registry.ids["community"], id).content_cipher is None
