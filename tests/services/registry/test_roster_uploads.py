"""Long rosters are imported in the background: with progress, all or nothing, and after crashes (R5)."""

from collections.abc import Callable
from typing import Any

import pytest

from contracts import errors
from services.registry.store.roster_import import RosterRepository
from services.registry.store.roster_uploads import RosterUploadRepository
from tests.services.registry.conftest import Registry
from tests.services.registry.test_roster_import import COLUMNS

LINES = 1_100


def rows(number: int = LINES) -> list[list[Any]]:
    return [
        [50 + n // 20, 5, "第三网格", n % 20 // 2 + 1, f"居民{n}", 13_700_000_000 + n, "租户"] for n in range(number)
    ]


def upload(registry: Registry, rows: list[list[Any]], **how: bool) -> str:
    return str(registry.by("he", "hand_in_roster", columns=COLUMNS[:7], rows=rows, **how)["id"])


def roster(registry: Registry, id: str) -> dict[str, Any]:
    return dict(registry.by("he", "get_roster", roster_id=id))


def residents(registry: Registry) -> int:
    with registry.transaction() as tx:
        return len(tx.scope(registry.as_("he")).rosters.known_objects().people_by_phone)


def test_an_uploaded_roster_waits_and_is_imported_with_progress(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    progress: list[tuple[str, int]] = []
    set_progress = RosterUploadRepository.set_progress

    def recording(self: RosterUploadRepository, upload: str, state: Any, lines: int) -> None:
        progress.append((state, lines))
        set_progress(self, upload, state, lines)

    monkeypatch.setattr(RosterUploadRepository, "set_progress", recording)
    before, id = residents(registry), upload(registry, rows())
    assert (roster(registry, id)["state"], roster(registry, id)["lines"]) == ("waiting", LINES)

    registry.tick("take_in_roster")

    ended = roster(registry, id)
    assert (ended["state"], ended["lines_done"], ended["report"]["residents"]) == ("done", LINES, LINES)
    assert residents(registry) == before + LINES
    assert progress[:3] == [("checking", 0), ("checking", 500), ("checking", 1000)]
    assert progress[3] == ("keeping", 200)
    assert progress[-1] == ("keeping", LINES)
    assert registry.new_event_names().count("ResidentRegistered") == LINES


def test_the_same_roster_again_changes_nothing(registry: Registry) -> None:
    for _ in range(2):
        id = upload(registry, rows(60))
        registry.tick("take_in_roster")

    assert (roster(registry, id)["state"], roster(registry, id)["report"]["residents"]) == ("done", 0)
    assert registry.new_event_names().count("ResidentRegistered") == 60


@pytest.mark.parametrize(("dry_run", "state"), [(False, "refused"), (True, "done")])
def test_an_upload_with_one_bad_line_is_not_imported(registry: Registry, dry_run: bool, state: str) -> None:
    before = residents(registry)
    id = upload(registry, [*rows(60), [50, 5, "第三网格", 1, "张三", "1370", "租户"]], dry_run=dry_run)

    registry.tick("take_in_roster")

    ended = roster(registry, id)
    assert ended["state"] == state
    assert [(flaw["row"], flaw["column"]) for flaw in ended["report"]["errors"]] == [(62, "手机号")]
    assert (residents(registry), registry.new_events()) == (before, [])


def test_a_dry_run_of_an_upload_stores_nothing(registry: Registry) -> None:
    before, id = residents(registry), upload(registry, rows(60), dry_run=True)

    registry.tick("take_in_roster")

    assert (roster(registry, id)["report"]["residents"], residents(registry), registry.new_events()) == (60, before, [])


class Killed(BaseException):
    """The end of the process: no code catches it."""


@pytest.fixture
def crashes(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Return a function that makes the process end while it stores an import, that many times."""
    add = RosterRepository.add

    def times(left: int) -> None:
        def crashing(self: RosterRepository, added: Any, on_progress: Callable[[int], None]) -> None:
            nonlocal left
            add(self, added, on_progress)
            if left:
                left -= 1
                raise Killed

        monkeypatch.setattr(RosterRepository, "add", crashing)

    return times


def test_a_crash_during_the_import_stores_nothing_and_the_import_is_repeated(
    registry: Registry, crashes: Callable[[int], None]
) -> None:
    crashes(1)
    before, id = residents(registry), upload(registry, rows(60))
    with pytest.raises(Killed):
        registry.tick("take_in_roster")
    assert (roster(registry, id)["state"], residents(registry), registry.new_events()) == ("keeping", before, [])

    registry.tick("take_in_roster")

    assert (roster(registry, id)["state"], residents(registry)) == ("done", before + 60)
    assert registry.new_event_names().count("ResidentRegistered") == 60


def test_an_upload_that_crashes_every_time_fails_and_the_next_one_is_imported(
    registry: Registry, crashes: Callable[[int], None]
) -> None:
    crashes(5)
    bad, good = upload(registry, rows(60)), upload(registry, rows(80))
    for _ in range(5):
        with pytest.raises(Killed):
            registry.tick("take_in_roster")

    registry.tick("take_in_roster")
    registry.tick("take_in_roster")

    assert (roster(registry, bad)["state"], roster(registry, bad)["report"]) == ("failed", None)
    assert roster(registry, good)["state"] == "done"


def test_an_upload_fails_when_its_uploader_has_left_the_committee(registry: Registry) -> None:
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


def test_an_uploads_rows_are_encrypted_and_deleted_after_the_import(registry: Registry) -> None:
    id = upload(registry, rows(5))
    with registry.transaction() as tx:
        content = tx.scope_of(registry.ids["community"]).roster_uploads.get(id).content_cipher
    assert content is not None
    assert "居民1".encode() not in bytes(content)

    registry.tick("take_in_roster")

    with registry.transaction() as tx:
        assert tx.scope_of(registry.ids["community"]).roster_uploads.get(id).content_cipher is None
