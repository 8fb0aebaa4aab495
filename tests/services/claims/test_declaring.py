"""Who may declare what, when and with which proof (R6–R8)."""

from datetime import date, timedelta

import pytest

from contracts import registry
from contracts.claims import ClaimSubmitted
from contracts.errors import (
    DeductionsOff,
    EvidenceMissing,
    EvidenceUnusable,
    InTheFuture,
    Invalid,
    NoRulebook,
    NotEligible,
    NotFound,
    RoleMissing,
    TooLate,
    UnknownItem,
)
from services.claims.domain.claims import Declaration
from services.claims.use_cases.claims import submit_system_claim
from tests.services.claims.conftest import COMMUNITY, NOW, Counter, on


@pytest.fixture(autouse=True)
def _rules(counter: Counter) -> None:
    counter.adopted()


def test_a_claim_is_announced_with_its_person_place_and_score(counter: Counter) -> None:
    claim = counter.declare(item="volunteer", quantity=2)

    event = counter.emitted[-1]
    assert isinstance(event, ClaimSubmitted)
    assert (event.claim, event.person, event.household, event.courtyard) == (claim["id"], "per_li", "hou_2", "cty_1")
    assert (event.points, event.book, event.day, event.sequence) == (2, "household", date(2026, 11, 23), 1)
    assert claim["status"] == "submitted"


def test_the_day_of_an_act_is_that_of_shanghai(counter: Counter) -> None:
    assert counter.declare(happened_at="2026-11-21T17:00:00Z")["day"] == "2026-11-22"


def test_a_heads_own_act_goes_to_their_own_book(counter: Counter) -> None:
    assert counter.declare(by="wang")["book"] == "head"
    assert counter.declare(by="wife")["book"] == "household"


def test_a_head_who_lives_in_no_household_declares_for_the_courtyard_he_heads(counter: Counter) -> None:
    since = date(2026, 6, 1)
    counter.handle(
        registry.ResidentRegistered(community=COMMUNITY, person="per_qi", household=None, tenure=None, since=since),
        registry.Appointed(
            community=COMMUNITY, appointment="apt_q", person="per_qi", role="head", scope="cty_2", since=since
        ),
    )
    claim = counter.declare(by="qi")
    assert (claim["household_id"], claim["courtyard_id"], claim["book"]) == (None, "cty_2", "head")


def test_the_courtyard_is_that_of_the_day_of_the_act(counter: Counter) -> None:
    counter.handle(
        registry.HouseholdMoved(
            community=COMMUNITY, household="hou_2", courtyard="cty_2", since=date(2026, 11, 22), sequence=2
        )
    )
    assert counter.declare(happened_at=on(21))["courtyard_id"] == "cty_1"
    assert counter.declare(happened_at=on(22))["courtyard_id"] == "cty_2"


def test_nobody_declares_for_a_day_on_which_he_did_not_live_here(counter: Counter) -> None:
    with pytest.raises(NotEligible):
        counter.declare(by="tao", happened_at=on(19))
    assert counter.declare(by="tao", happened_at=on(20))["household_id"] == "hou_2"


def test_a_head_declares_for_residents_of_his_courtyard_and_both_are_on_record(counter: Counter) -> None:
    claim = counter.declare(by="wang", person_id="per_zhao")
    assert (claim["person_id"], claim["declared_by_id"], claim["book"]) == ("per_zhao", "per_wang", "household")
    assert counter.emitted[-1].declared_by == "per_wang"


def test_the_grid_officer_declares_for_heads_and_residents_of_his_grid(counter: Counter) -> None:
    assert counter.declare(by="zhou", person_id="per_wang")["book"] == "head"
    assert counter.declare(by="zhou", person_id="per_zhao")["book"] == "household"


@pytest.mark.parametrize(
    ("by", "person"), [("li", "zhao"), ("wu", "li"), ("zhou", "wu"), ("wife", "wang"), ("chen", "li")]
)
def test_others_do_not_declare_for_him(counter: Counter, by: str, person: str) -> None:
    with pytest.raises(RoleMissing):
        counter.declare(by=by, person_id=f"per_{person}")


def test_a_head_does_not_declare_for_another_head(counter: Counter) -> None:
    counter.handle(
        registry.Appointed(
            community=COMMUNITY,
            appointment="apt_li",
            person="per_li",
            role="head",
            scope="cty_2",
            since=date(2026, 11, 1),
        )
    )
    with pytest.raises(RoleMissing):
        counter.declare(by="wang", person_id="per_li")


def test_a_person_nobody_knows_is_not_found(counter: Counter) -> None:
    with pytest.raises(NotFound):
        counter.declare(by="wang", person_id="per_nobody")


def test_the_future_and_the_distant_past_are_refused(counter: Counter) -> None:
    with pytest.raises(InTheFuture):
        counter.declare(happened_at=(NOW + timedelta(seconds=1)).isoformat())
    with pytest.raises(TooLate) as refused:
        counter.declare(happened_at=on(22, month=10))
    assert refused.value.facts == {"late_declaration_days": 31}
    assert counter.declare(happened_at=on(23, month=10))


def test_a_day_before_the_first_rulebook_has_no_rules(counter: Counter) -> None:
    counter.handle(registry.PolicySet(community=COMMUNITY, settings={"late_declaration_days": 1000}, sequence=2))
    counter.handle(
        registry.ResidentRegistered(
            community=COMMUNITY, person="per_old", household="hou_2", tenure="owner", since=date(2025, 1, 1)
        ),
        registry.HouseholdMoved(
            community=COMMUNITY, household="hou_2", courtyard="cty_1", since=date(2025, 1, 1), sequence=3
        ),
    )
    with pytest.raises(NoRulebook):
        counter.declare(by="old", happened_at="2025-12-31T10:00:00+08:00")


@pytest.mark.parametrize("item", ["nothing", "tenants", "learning", "litter", "cleanup"])
def test_an_item_that_cannot_be_claimed_so_says_why(counter: Counter, item: str) -> None:
    reasons = {
        "nothing": UnknownItem,
        "tenants": NotEligible,
        "learning": NotEligible,
        "litter": DeductionsOff,
        "cleanup": EvidenceMissing,
    }
    with pytest.raises(reasons[item]):
        counter.declare(item=item)


def test_deductions_count_once_the_community_allows_them(counter: Counter) -> None:
    counter.handle(registry.PolicySet(community=COMMUNITY, settings={"deductions": True}, sequence=2))
    assert counter.declare(by="wang", person_id="per_li", item="litter")["points"] == -5


def test_more_units_than_a_claim_may_hold_are_refused(counter: Counter) -> None:
    with pytest.raises(Invalid) as refused:
        counter.declare(item="volunteer", quantity=3)
    assert refused.value.facts == {"max_quantity": 2}


def test_evidence_must_be_ones_own(counter: Counter) -> None:
    other = counter.upload(by="sun")
    with pytest.raises(EvidenceUnusable) as refused:
        counter.declare(item="cleanup", evidence_ids=[counter.upload(), other])
    assert [error["pointer"] for error in refused.value.errors] == ["/evidence_ids/1"]
    with pytest.raises(EvidenceUnusable):
        counter.declare(item="cleanup", evidence_ids=["evd_none"])


def test_who_declares_for_another_may_use_the_proof_of_either(counter: Counter) -> None:
    proof = [counter.upload(by="zhao"), counter.upload(by="wang", sha256="b" * 64)]
    assert counter.declare(by="wang", person_id="per_zhao", item="cleanup", evidence_ids=proof)["points"] == 3


def test_what_the_platform_recorded_needs_no_proof_and_no_first_review(counter: Counter) -> None:
    deed = Declaration(item="learning", quantity=1, happened_at=NOW, place="线上", cause="完成课程")
    with counter.transaction() as tx:
        claim = submit_system_claim(tx.scope_of(COMMUNITY), deed, "per_li")
        assert claim.submitted().system_made
    assert counter.look(claim.id)["status"] == "endorsed"
