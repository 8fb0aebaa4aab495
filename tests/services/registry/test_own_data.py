"""One's own data in the registry: who read or changed it (R42)."""

from tests.services.registry.conftest import Registry


def accesses(registry: Registry, of: str) -> list[tuple[str, str]]:
    names = {id: name for name, id in registry.ids.items()}
    return [(names[each["by_id"]], each["action"]) for each in registry.by(of, "list_accesses")["data"]]


def test_a_resident_sees_who_read_corrected_invited_and_moved_them(registry: Registry):
    li = registry.ids["li"]
    registry.by("zhou", "get_resident", resident_id=li)
    registry.by("li", "get_resident", resident_id=li)
    registry.by("zhou", "correct_resident", resident_id=li, birth_year=1980)
    registry.by("wang", "invite_resident", resident_id=li, code="7KQ2M8XWPA")
    to = {"courtyard_id": registry.ids["courtyard 40"]}
    registry.by("he", "move_resident", resident_id=li, on="2026-11-20", to=to, whole_household=True)

    expected = [
        ("he", "moved"),
        ("wang", "invited"),
        ("zhou", "corrected"),
        ("zhou", "record_read"),
        ("he", "registered"),
    ]
    assert accesses(registry, "li") == expected
    assert accesses(registry, "sun")[0] == ("he", "moved")
