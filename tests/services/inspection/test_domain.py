"""Rules of the monthly inspection: marks, versions, ranks and awards (R18, R19)."""

from datetime import UTC, datetime

import pytest

from contracts import errors
from contracts.policy import Policy
from services.inspection.domain import Checklist, Criterion, Headship, Inspection, Score, rank

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def checklist(*criteria: Criterion) -> Checklist:
    chosen = list(criteria) or [
        Criterion(code="yard", title="院内整洁", weight=2, max_mark=10),
        Criterion(code="gate", title="门前三包", weight=1, max_mark=10),
    ]
    return Checklist(community="com_1", version=1, criteria=chosen, adopted_by="per_1", adopted_at=NOW)


def score(version: int, score: float = 0.0, courtyard: str = "cty_1", inspector: str = "per_1", **marks: int) -> Score:
    return Score(
        community="com_1",
        inspection="ins_1",
        courtyard=courtyard,
        version=version,
        marks=marks,
        score=score,
        evidence_ids=[],
        note="",
        inspector=inspector,
        recorded_at=NOW,
    )


def scores(**by_courtyard: float) -> dict[str, Score]:
    """Return a score of each courtyard, by an inspector of its own."""
    return {each: score(1, found, each, f"per_{each}") for each, found in by_courtyard.items()}


def inspection() -> Inspection:
    return Inspection.open("com_1", "2026-11", checklist(), by="per_1", at=NOW)


def test_a_criterion_with_twice_the_weight_counts_twice() -> None:
    assert checklist().score({"yard": 10, "gate": 4}) == 80.0


def test_invalid_marks_are_refused_with_a_pointer_to_each() -> None:
    with pytest.raises(errors.Invalid) as refused:
        checklist().score({"yard": 11, "roof": 1})

    assert [error["pointer"] for error in refused.value.errors] == ["/marks/roof", "/marks/yard", "/marks/gate"]


def test_a_checklist_with_a_duplicate_criterion_is_refused() -> None:
    criterion = Criterion(code="yard", title="院内整洁", weight=1, max_mark=10)

    with pytest.raises(errors.Invalid, match="yard"):
        checklist(criterion, criterion)


def test_a_higher_version_replaces_a_lower_one() -> None:
    assert score(1, yard=5).replaced_by(score(2, yard=9))


def test_a_repeated_upload_changes_nothing() -> None:
    assert not score(1, yard=5).replaced_by(score(1, yard=5))


@pytest.mark.parametrize("late", [score(1, yard=9), score(2, yard=1)], ids=["older", "same version, other marks"])
def test_a_late_upload_never_overwrites_a_newer_score(late: Score) -> None:
    with pytest.raises(errors.StaleVersion):
        score(2, yard=5).replaced_by(late)


def test_equal_scores_share_a_rank_and_the_next_rank_is_skipped() -> None:
    places = rank({"a": 90.0, "b": 95.0, "c": 90.0, "d": 80.0}, Policy())

    assert [(place.courtyard, place.rank) for place in places] == [("b", 1), ("a", 2), ("c", 2), ("d", 4)]


def test_points_follow_the_community_s_table_of_ranks() -> None:
    places = rank({"a": 3.0, "b": 2.0, "c": 1.0}, Policy(inspection_rank_points=((1, 10), (2, 4))))

    assert [place.points for place in places] == [10, 4, 0]


def test_the_lists_contain_ties_and_no_courtyard_is_on_both() -> None:
    policy = Policy(inspection_red_places=1, inspection_black_places=1)

    lists = {
        place.courtyard: place.listed for place in rank({"a": 9.0, "b": 9.0, "c": 7.0, "d": 5.0, "e": 5.0}, policy)
    }

    assert lists == {"a": "red", "b": "red", "c": None, "d": "black", "e": "black"}
    assert {place.listed for place in rank({"a": 9.0, "b": 9.0}, policy)} == {"red"}
    assert {place.listed for place in rank({"a": 9.0}, Policy(inspection_red_places=0, inspection_black_places=0))} == {
        None
    }


def test_a_courtyard_that_no_longer_exists_has_no_rank() -> None:
    closed, awards = inspection().close(
        scores(dissolved=99.0, a=80.0),
        {"a": 1},
        {},
        Policy(),
        accept_missing=False,
        by="per_1",
        at=NOW,
        weighed_by="per_1",
    )

    assert [place.courtyard for place in closed.ranking] == ["a"]
    assert awards == []


def test_a_round_cannot_be_opened_for_a_month_that_has_not_begun() -> None:
    with pytest.raises(errors.PeriodNotEnded):
        Inspection.open("com_1", "2026-12", checklist(), by="per_1", at=NOW)


def test_closing_lists_the_missing_courtyards() -> None:
    with pytest.raises(errors.CourtyardsMissing) as refused:
        inspection().close(
            scores(a=90.0), {"a": 1, "b": 7}, {}, Policy(), accept_missing=False, by="per_1", at=NOW, weighed_by="per_1"
        )

    assert refused.value.facts == {"missing": [7]}


def test_a_missing_courtyard_that_was_accepted_is_not_ranked() -> None:
    closed, _ = inspection().close(
        scores(a=90.0), {"a": 1, "b": 7}, {}, Policy(), accept_missing=True, by="per_1", at=NOW, weighed_by="per_1"
    )

    assert [place.courtyard for place in closed.ranking] == ["a"]


def test_the_head_of_a_ranked_courtyard_is_proposed_for_an_award() -> None:
    heads = {"a": Headship(person="per_head", household="hou_head")}

    _, awards = inspection().close(
        scores(a=90.0, b=80.0), {"a": 1, "b": 2}, heads, Policy(), False, "per_1", NOW, "per_1"
    )

    assert [(award.person, award.rank, award.points, award.period) for award in awards] == [
        ("per_head", 1, 10, "2026-11")
    ]


def test_an_award_names_everybody_who_scored_weighed_the_marks_or_closed_the_round() -> None:
    heads = {"a": Headship(person="per_head", household="hou_head")}
    recorded = scores(a=90.0, b=80.0, dissolved=99.0)
    round_ = inspection()

    _, [award] = round_.close(recorded, {"a": 1, "b": 2}, heads, Policy(), False, "per_chair", NOW, "per_member")

    assert award.decided_by == ("per_a", "per_b", "per_chair", "per_member")
    assert round_.closed_by == "per_chair"


def test_a_round_closes_once() -> None:
    closed = inspection()
    closed.close(scores(a=90.0), {"a": 1}, {}, Policy(), accept_missing=False, by="per_1", at=NOW, weighed_by="per_1")

    with pytest.raises(errors.InspectionClosedAlready):
        closed.close(
            scores(a=90.0), {"a": 1}, {}, Policy(), accept_missing=False, by="per_1", at=NOW, weighed_by="per_1"
        )
