"""What the public sees of people: a name and a place that fit enough residents (R14)."""

from collections import Counter

import pytest

from contracts import errors
from contracts.policy import Policy, PublicPlace, PublicView
from services.registry.domain.public_labels import ANONYMOUS, Namesakes, Place, Population, compare
from tests.services.registry.conftest import Registry

PLACES = [Place(courtyard=f"cty_{number}", number=number, row=1 if number < 3 else 2) for number in (1, 2, 3)]
NAMESAKES = [
    Namesakes(courtyard="cty_1", name="张*", residents=3, households=1),
    Namesakes(courtyard="cty_2", name="张*", residents=2, households=2),
    Namesakes(courtyard="cty_3", name="张*", residents=1, households=1),
    Namesakes(courtyard="cty_3", name="欧*", residents=1, households=1),
]
RESIDENTS = Population(NAMESAKES, PLACES, "residents")


def view(place: PublicPlace = "courtyard", minimum: int = 3, masked: bool = True) -> PublicView:
    return PublicView(place=place, deed="item", min_residents=minimum, masked=masked)


@pytest.mark.parametrize(
    ("courtyard", "minimum", "shown"),
    [
        ("cty_1", 3, ("courtyard", 3)),
        ("cty_2", 3, ("row", 5)),
        ("cty_3", 3, ("none", 6)),
        ("cty_3", 1, ("courtyard", 1)),
        ("cty_1", 6, ("none", 6)),
    ],
)
def test_a_line_shows_the_narrowest_place_in_which_its_name_fits_enough_residents(courtyard, minimum, shown):
    label = RESIDENTS.label("张*", courtyard, view(minimum=minimum))

    assert (label.shown, label.fits) == shown
    assert label.name == "张*"


def test_a_place_is_never_narrower_than_the_community_chose():
    assert RESIDENTS.label("张*", "cty_1", view("row")).shown == "row"
    assert RESIDENTS.label("张*", "cty_1", view("none")).shown == "none"


def test_a_name_that_fits_too_few_in_the_whole_community_is_not_shown():
    assert RESIDENTS.label("欧*", "cty_3", view()) == ANONYMOUS


def test_an_erased_person_is_shown_without_name_and_place():
    assert RESIDENTS.label(None, "cty_1", view()) == ANONYMOUS


def test_a_line_of_an_unknown_courtyard_shows_no_place():
    label = RESIDENTS.label("张*", "cty_9", view())

    assert (label.shown, label.place) == ("none", None)


def test_a_household_is_one_however_many_live_in_it():
    households = Population(NAMESAKES, PLACES, "households")

    assert households.label("张*", "cty_1", view()).shown == "row"


def test_full_names_show_the_place_that_the_community_chose():
    named = Population([Namesakes(courtyard="cty_1", name="张三", residents=1, households=1)], PLACES, "residents")

    assert named.label("张三", "cty_1", view(masked=False)).shown == "courtyard"


def test_by_default_no_line_fits_fewer_than_five_residents():
    default = Policy().public_view

    assert (default.min_residents, default.masked, default.place) == (5, True, "row")


def test_a_stricter_view_shows_what_both_show():
    lax = PublicView(place="courtyard", deed="item", min_residents=1, masked=False)
    strict = PublicView(place="none", deed="category", min_residents=5, masked=True)

    assert lax.stricter(strict) == strict.stricter(lax) == strict


def test_the_report_counts_for_each_choice_the_lines_that_fit_one_resident():
    lines = [("张*", "cty_1", 4), ("张*", "cty_3", 2), ("欧*", "cty_3", 1)]

    outcomes = {(each.view.place, each.view.min_residents): each for each in compare(RESIDENTS, lines, view())}

    raw, kept = outcomes["courtyard", 1], outcomes["courtyard", 3]
    assert (raw.fits_one, raw.fewest, raw.lines) == (3, 1, Counter(courtyard=7))
    assert (kept.fits_one, kept.fewest) == (0, 3)
    assert kept.lines == Counter(courtyard=4, none=2, anonymous=1)
    assert len(outcomes) == 3 * 4


def labels(registry: Registry, *subjects: tuple[str, str], kind: str = "residents", minimum: int = 2) -> list[dict]:
    """Return what the public sees of people, each with the courtyard of their line."""
    return registry.call(
        "public_labels",
        community_id=registry.ids["community"],
        view={"place": "courtyard", "deed": "item", "min_residents": minimum, "masked": True},
        subjects=[
            {"person_id": registry.ids[person], "courtyard_id": registry.ids[courtyard]}
            for person, courtyard in subjects
        ],
        kind=kind,
        day="2026-11-20",
    )


def test_residents_are_counted_where_they_live_on_the_day(registry: Registry):
    home = {"household_id": registry.ids["li's"], "tenure": "tenant"}
    registry.person("lu", since="2026-11-20", **home)
    registry.person("wu", since="2026-11-21", **home)

    lu, wang = labels(registry, ("lu", "courtyard 12"), ("wang", "courtyard 12"))

    assert (lu["name"], lu["place"], lu["courtyard_number"]) == ("l*", "courtyard", 12)
    assert wang["name"] is None
    [one_household] = labels(registry, ("lu", "courtyard 12"), kind="households")
    assert one_household["name"] is None


def test_an_erased_person_is_neither_shown_nor_counted(registry: Registry):
    registry.person("lu", since="2026-01-01", household_id=registry.ids["li's"], tenure="tenant")
    registry.by("he", "erase_resident", resident_id=registry.ids["lu"])

    lu, li = labels(registry, ("lu", "courtyard 12"), ("li", "courtyard 12"))

    assert (lu["name"], li["name"]) == (None, None)


def test_the_committee_reads_what_a_months_lines_reveal(registry: Registry):
    lines = [{"person_id": registry.ids["li"], "courtyard_id": registry.ids["courtyard 12"], "lines": 3}]
    arguments = {"community_id": registry.ids["community"], "lines": lines, "day": "2026-11-20"}

    report = registry.by("he", "publicity_report", **arguments)

    options = {(each["public_place"], each["public_min_residents"]): each for each in report["options"]}
    assert (report["lines"], report["residents"]) == (3, 3)
    assert (options["courtyard", 1]["fits_one"], options["courtyard", 1]["with_courtyard"]) == (3, 3)
    assert (options["row", 5]["fits_one"], options["row", 5]["without_name"], options["row", 5]["chosen"]) == (
        0,
        3,
        True,
    )
    with pytest.raises(errors.RoleMissing):
        registry.by("zhou", "publicity_report", **arguments)
