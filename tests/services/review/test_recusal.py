"""Nobody decides on their own deeds or their household's: every role and relation, by rule and by CHECK (R12)."""

from datetime import date
from itertools import product
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from contracts.errors import Recused, RoleMissing
from contracts.policy import Policy
from contracts.registry import PolicySet
from services.review.domain.correction_proposals import CorrectionProposal
from services.review.domain.entries import EntryState
from services.review.domain.objections import Objection, Outcome, Ruling
from services.review.domain.reviewers import Reviewer
from services.review.domain.reviews import DecisionType, Stage
from tests.services.review.conftest import COMMUNITY, ReviewHarness
from tests.services.review.factories import (
    BRANCH,
    LATER,
    NOW,
    REVIEWERS,
    RULES,
    a_publication,
    a_review,
    a_reviewer,
    an_entry,
    request,
)

ROLES: dict[str, list[tuple[str, str]]] = {
    "head": [("head", "cty_1")],
    "officer": [("grid_officer", "grd_1")],
    "group": [("working_group", "com_1")],
    "branch": [("branch", "com_1")],
    "all": [("head", "cty_1"), ("grid_officer", "grd_1"), ("working_group", "com_1"), ("branch", "com_1")],
}
RELATIONS: dict[str, dict[str, Any]] = {
    "the person": {"person": "per_tenant"},
    "a known member of the household": {"person": "per_spouse"},
    "a member of the household registered late": {"person": "per_son", "homes": {date(2026, 11, 3): "hou_1"}},
}
DECISIONS = [
    pair for pair in product((Stage.FIRST, Stage.FINAL), DecisionType) if pair != (Stage.FINAL, DecisionType.ENDORSE)
]


def a_relative(role: str, relation: str) -> Reviewer:
    return a_reviewer(RELATIONS[relation]["person"], *ROLES[role], homes=RELATIONS[relation].get("homes"))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("relation", RELATIONS)
@pytest.mark.parametrize(("stage", "verb"), DECISIONS)
def test_no_role_lets_anybody_decide_on_a_deed_of_their_own_household(role, relation, stage, verb):
    review = a_review(stage=stage)

    with pytest.raises(Recused):
        review.decide(request(verb, "理由"), a_relative(role, relation), REVIEWERS, RULES, NOW)

    assert (review.stage, review.version, review.endorsed_by, review.approved_by) == (stage, 1, None, ())


@pytest.mark.parametrize("relation", RELATIONS)
def test_no_role_lets_anybody_rule_on_or_correct_an_entry_of_their_own_household(relation):
    entry = an_entry()
    entry.state, entry.publication = EntryState.PUBLISHED, "pub_1"
    objection = Objection.raise_against(entry, a_publication(), "per_neighbour", "没看见他参加", NOW)
    ruling = Ruling(outcome=Outcome.UPHELD, reason="属实", points=9)
    with pytest.raises(Recused):
        objection.rule(ruling, entry, a_relative("all", relation), LATER)
    objection.rule(Ruling(outcome=Outcome.DISMISSED, reason="属实"), entry, BRANCH, LATER)
    entry.finalize([], "per_chair", LATER)

    with pytest.raises(Recused):
        CorrectionProposal.propose(entry, 4, "多记", a_relative("all", relation), Policy(), LATER)
    proposal = CorrectionProposal.propose(entry, 4, "多记", BRANCH, Policy(), LATER)
    with pytest.raises(Recused):
        proposal.confirm(entry, a_relative("all", relation), LATER)
    assert entry.corrected == 0


@pytest.mark.parametrize("role", ROLES)
def test_sharing_a_courtyard_is_no_interest(role):
    neighbour = a_reviewer("per_neighbour", *ROLES[role], homes={date(2026, 11, 3): "hou_2"})

    assert not neighbour.has_interest_in(a_review())


def test_declarers_may_review_what_they_declared_where_the_policy_says_so(review: ReviewHarness):
    review.handle(PolicySet(community=COMMUNITY, settings={"declarer_may_review": True}, sequence=2))
    claim = review.declare("wu", declared_by="per_wang")

    assert review.decide("wang", claim, "endorse")["stage"] == "final"


def test_declarers_do_not_review_what_they_declared_for_others(review: ReviewHarness):
    by_the_head, by_the_officer = (review.declare("wu", declared_by=f"per_{name}") for name in ("wang", "zhou"))
    own = review.declare("wu")

    assert (review.queue("wang"), review.queue("zhou"), review.queue("chen")) == (
        [by_the_officer, own],
        [by_the_head],
        [],
    )
    with pytest.raises(Recused):
        review.decide("wang", by_the_head, "endorse")
    with pytest.raises(RoleMissing):
        review.decide("chen", by_the_head, "endorse")
    review.decide("zhou", by_the_head, "endorse")


@pytest.fixture
def published_month(review: ReviewHarness) -> ReviewHarness:
    """A published month with an upheld objection, decided by people without an interest."""
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
def test_the_store_refuses_an_interested_person_in_every_reviewer_column(
    published_month: ReviewHarness, table, column, person
):
    with pytest.raises(IntegrityError), published_month.transaction() as tx:
        tx.session.execute(text(f"UPDATE {table} SET {column} = :person"), {"person": person})


def test_the_store_refuses_an_interested_person_among_several_approvers(published_month: ReviewHarness):
    with pytest.raises(IntegrityError), published_month.transaction() as tx:
        tx.session.execute(text("UPDATE reviews SET approved_by = ARRAY['per_chen', 'per_sun']"))


@pytest.mark.parametrize("table", ["reviews", "entries"])
def test_the_store_refuses_interested_people_without_the_person_themselves(published_month: ReviewHarness, table):
    with pytest.raises(IntegrityError), published_month.transaction() as tx:
        tx.session.execute(text(f"UPDATE {table} SET interested = ARRAY['per_nobody']"))


def test_the_store_refuses_a_decision_that_leaves_out_the_reviewers_interest(published_month: ReviewHarness):
    """A decision is compared with its review, whatever interested people it names."""
    forged = "SELECT community, 'dec_x', review, stage, 'per_li', verb, reason, points_before, points, ARRAY['x'], at"
    with pytest.raises(IntegrityError), published_month.transaction() as tx:
        tx.session.execute(text(f"INSERT INTO decisions {forged} FROM decisions LIMIT 1"))
