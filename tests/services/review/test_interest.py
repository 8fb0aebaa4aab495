"""No one judges his own case or his household's: every office against every relation, by rule and by store (R12)."""

from datetime import date
from itertools import product
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from contracts.errors import Recused, RoleMissing
from contracts.registry import PolicySet
from services.review.domain.entries import EntryState
from services.review.domain.judges import Judge
from services.review.domain.objections import Objection, Outcome, Ruling
from services.review.domain.reviews import Stage, Verb
from tests.services.review.cases import BENCH, LATER, NOW, RULES, a_publication, a_review, an_entry, say
from tests.services.review.conftest import COMMUNITY, Review

OFFICES: dict[str, dict[str, Any]] = {
    "head": {"courtyards": frozenset({"cty_1"})},
    "officer": {"grids": frozenset({"grd_1"})},
    "group": {"group": True},
    "branch": {"branch": True},
    "all": {"courtyards": frozenset({"cty_1"}), "grids": frozenset({"grd_1"}), "group": True, "branch": True},
}
RELATIONS: dict[str, dict[str, Any]] = {
    "his own": {"person": "per_tenant"},
    "his household's, as it was told": {"person": "per_spouse"},
    "his household's, as was learnt later": {"person": "per_son", "homes": {date(2026, 11, 3): "hou_1"}},
}
SAYINGS = [pair for pair in product((Stage.FIRST, Stage.FINAL), Verb) if pair != (Stage.FINAL, Verb.ENDORSE)]


def judge(office: str, relation: str) -> Judge:
    return Judge(**RELATIONS[relation], **OFFICES[office])


@pytest.mark.parametrize("office", OFFICES)
@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize(("stage", "verb"), SAYINGS)
def test_whatever_his_office_he_says_nothing_on_a_case_of_his_own_household(office, relation, stage, verb):
    review = a_review(stage=stage)

    with pytest.raises(Recused):
        review.decide(say(verb, "理由"), judge(office, relation), BENCH, RULES, NOW)

    assert (review.stage, review.version, review.endorsed_by, review.approved_by) == (stage, 1, None, ())


@pytest.mark.parametrize("relation", RELATIONS)
def test_whatever_his_office_he_neither_rules_on_his_households_entry_nor_corrects_it(relation):
    entry = an_entry()
    entry.state, entry.publication = EntryState.PUBLISHED, "pub_1"
    objection = Objection.to(entry, a_publication(), "per_neighbour", "没看见他参加", NOW)
    ruling = Ruling(outcome=Outcome.UPHELD, reason="属实", points=9)
    with pytest.raises(Recused):
        objection.rule(ruling, entry, judge("all", relation), LATER)
    objection.rule(Ruling(outcome=Outcome.DISMISSED, reason="属实"), entry, Judge(person="per_b", branch=True), LATER)
    entry.finalize([], "per_chair", LATER)

    with pytest.raises(Recused):
        entry.correct_final(9, "少记", judge("all", relation), LATER)
    assert entry.corrected == 0


@pytest.mark.parametrize("office", OFFICES)
def test_those_who_only_share_a_courtyard_are_no_party(office):
    neighbour = Judge(person="per_neighbour", homes={date(2026, 11, 3): "hou_2"}, **OFFICES[office])

    assert not neighbour.has_interest_in(a_review())


def test_a_head_reviews_what_he_declared_for_a_resident_of_his(review: Review):
    claim = review.declare("wu", declared_by="per_wang")

    assert review.decide("wang", claim, "endorse")["stage"] == "final"


def test_where_the_community_wants_a_second_pair_of_eyes_it_goes_one_level_up(review: Review):
    review.handle(PolicySet(community=COMMUNITY, settings={"declarer_may_review": False}, sequence=2))
    by_the_head, by_the_officer = (review.declare("wu", declared_by=f"per_{name}") for name in ("wang", "zhou"))
    his_own = review.declare("wu")

    assert (review.desk("wang"), review.desk("zhou"), review.desk("chen")) == (
        [by_the_officer, his_own],
        [by_the_head],
        [],
    )
    with pytest.raises(Recused):
        review.decide("wang", by_the_head, "endorse")
    with pytest.raises(RoleMissing):
        review.decide("chen", by_the_head, "endorse")
    review.decide("zhou", by_the_head, "endorse")


@pytest.fixture
def settled(review: Review) -> Review:
    """A month with an objection upheld in it, all of it by people without an interest."""
    entry = review.approved()
    review.publish()
    review.rule(review.object_to(entry), "upheld", points=2)
    return review


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("reviews", "endorsed_by"),
        ("decisions", "judge"),
        ("entries", "approved_by"),
        ("objections", "ruled_by"),
        ("corrections", '"by"'),
    ],
)
@pytest.mark.parametrize("person", ["per_li", "per_sun"])
def test_the_store_refuses_his_name_wherever_a_judge_is_written_down(settled: Review, table, column, person):
    with pytest.raises(IntegrityError), settled.transaction() as tx:
        tx.session.execute(text(f"UPDATE {table} SET {column} = :person"), {"person": person})


def test_the_store_refuses_an_approval_of_his_among_others(settled: Review):
    with pytest.raises(IntegrityError), settled.transaction() as tx:
        tx.session.execute(text("UPDATE reviews SET approved_by = ARRAY['per_chen', 'per_sun']"))


@pytest.mark.parametrize("table", ["reviews", "entries"])
def test_the_store_refuses_to_forget_that_the_person_himself_has_an_interest(settled: Review, table):
    with pytest.raises(IntegrityError), settled.transaction() as tx:
        tx.session.execute(text(f"UPDATE {table} SET interested = ARRAY['per_nobody']"))


def test_the_store_refuses_a_decision_that_hides_the_judges_interest(settled: Review):
    """Even a row that names nobody as interested is held against the case itself."""
    forged = "SELECT community, 'dec_x', review, stage, 'per_li', verb, reason, points_before, points, ARRAY['x'], at"
    with pytest.raises(IntegrityError), settled.transaction() as tx:
        tx.session.execute(text(f"INSERT INTO decisions {forged} FROM decisions LIMIT 1"))
