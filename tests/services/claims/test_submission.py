"""Who may submit which claims, when and with which evidence (R6–R8)."""

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
    PhotosRefused,
    RoleMissing,
    TooLate,
    UnknownItem,
)
from services.claims.domain.claims import Declaration
from services.claims.use_cases.claims import submit_system_claim
from tests.services.claims.conftest import COMMUNITY, NOW, ClaimsHarness, on


@pytest.fixture(autouse=True)
def _rules(service: ClaimsHarness) -> None:
    service.adopt_rulebook()


def test_a_submitted_claim_is_published_with_its_person_courtyard_and_points(service: ClaimsHarness) -> None:
    claim = service.submit(item="volunteer", quantity=2)

    event = service.emitted[-1]
    assert isinstance(event, ClaimSubmitted)
    assert (event.claim, event.person, event.household, event.courtyard) == (claim["id"], "per_li", "hou_2", "cty_1")
    assert (event.points, event.book, event.day, event.sequence) == (2, "household", date(2026, 11, 23), 1)
    assert claim["status"] == "submitted"


def test_the_day_of_an_act_is_the_day_in_shanghai(service: ClaimsHarness) -> None:
    assert service.submit(happened_at="2026-11-21T17:00:00Z")["day"] == "2026-11-22"


def test_a_heads_own_act_goes_to_their_own_book(service: ClaimsHarness) -> None:
    assert service.submit(by="wang")["book"] == "head"
    assert service.submit(by="wife")["book"] == "household"


def test_a_head_without_a_household_submits_for_the_courtyard_they_head(service: ClaimsHarness) -> None:
    since = date(2026, 6, 1)
    service.handle(
        registry.ResidentRegistered(community=COMMUNITY, person="per_qi", household=None, tenure=None, since=since),
        registry.Appointed(
            community=COMMUNITY, appointment="apt_q", person="per_qi", role="head", scope="cty_2", since=since
        ),
    )
    claim = service.submit(by="qi")
    assert (claim["household_id"], claim["courtyard_id"], claim["book"]) == (None, "cty_2", "head")


def test_the_courtyard_is_the_one_of_the_day_of_the_act(service: ClaimsHarness) -> None:
    service.handle(
        registry.HouseholdMoved(
            community=COMMUNITY, household="hou_2", courtyard="cty_2", since=date(2026, 11, 22), sequence=2
        )
    )
    assert service.submit(happened_at=on(21))["courtyard_id"] == "cty_1"
    assert service.submit(happened_at=on(22))["courtyard_id"] == "cty_2"


def test_a_day_before_moving_in_is_not_eligible(service: ClaimsHarness) -> None:
    with pytest.raises(NotEligible):
        service.submit(by="tao", happened_at=on(19))
    assert service.submit(by="tao", happened_at=on(20))["household_id"] == "hou_2"


def test_a_head_submits_for_residents_of_their_courtyard_and_both_are_recorded(service: ClaimsHarness) -> None:
    claim = service.submit(by="wang", person_id="per_zhao")
    assert (claim["person_id"], claim["declared_by_id"], claim["book"]) == ("per_zhao", "per_wang", "household")
    assert service.emitted[-1].declared_by == "per_wang"


def test_a_grid_officer_submits_for_heads_and_residents_of_their_grid(service: ClaimsHarness) -> None:
    assert service.submit(by="zhou", person_id="per_wang")["book"] == "head"
    assert service.submit(by="zhou", person_id="per_zhao")["book"] == "household"


@pytest.mark.parametrize(
    ("by", "person"), [("li", "zhao"), ("wu", "li"), ("zhou", "wu"), ("wife", "wang"), ("chen", "li")]
)
def test_nobody_else_submits_for_another_person(service: ClaimsHarness, by: str, person: str) -> None:
    with pytest.raises(RoleMissing):
        service.submit(by=by, person_id=f"per_{person}")


def test_a_head_does_not_submit_for_another_head(service: ClaimsHarness) -> None:
    service.handle(
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
        service.submit(by="wang", person_id="per_li")


def test_an_unknown_person_is_not_found(service: ClaimsHarness) -> None:
    with pytest.raises(NotFound):
        service.submit(by="wang", person_id="per_nobody")


def test_acts_in_the_future_and_too_long_ago_are_refused(service: ClaimsHarness) -> None:
    with pytest.raises(InTheFuture):
        service.submit(happened_at=(NOW + timedelta(minutes=5, seconds=1)).isoformat())
    with pytest.raises(TooLate) as refused:
        service.submit(happened_at=on(22, month=10))
    assert refused.value.facts == {"late_declaration_days": 31}
    assert service.submit(happened_at=on(23, month=10))


def test_a_phone_whose_clock_is_some_minutes_fast_may_declare(service: ClaimsHarness) -> None:
    assert service.submit(happened_at=(NOW + timedelta(minutes=5)).isoformat())


def test_an_act_before_the_first_rulebook_is_refused(service: ClaimsHarness) -> None:
    service.handle(registry.PolicySet(community=COMMUNITY, settings={"late_declaration_days": 1000}, sequence=2))
    service.handle(
        registry.ResidentRegistered(
            community=COMMUNITY, person="per_old", household="hou_2", tenure="owner", since=date(2025, 1, 1)
        ),
        registry.HouseholdMoved(
            community=COMMUNITY, household="hou_2", courtyard="cty_1", since=date(2025, 1, 1), sequence=3
        ),
    )
    with pytest.raises(NoRulebook):
        service.submit(by="old", happened_at="2025-12-31T10:00:00+08:00")


@pytest.mark.parametrize("item", ["nothing", "tenants", "learning", "litter", "cleanup"])
def test_each_reason_why_an_item_cannot_be_claimed_has_its_error(service: ClaimsHarness, item: str) -> None:
    reasons = {
        "nothing": UnknownItem,
        "tenants": NotEligible,
        "learning": NotEligible,
        "litter": DeductionsOff,
        "cleanup": EvidenceMissing,
    }
    with pytest.raises(reasons[item]):
        service.submit(item=item)


def test_deductions_count_where_the_policy_allows_them(service: ClaimsHarness) -> None:
    service.handle(registry.PolicySet(community=COMMUNITY, settings={"deductions": True}, sequence=2))
    assert service.submit(by="wang", person_id="per_li", item="litter")["points"] == -5


def test_more_units_than_the_item_allows_are_refused(service: ClaimsHarness) -> None:
    with pytest.raises(Invalid) as refused:
        service.submit(item="volunteer", quantity=3)
    assert refused.value.facts == {"max_quantity": 2}


def test_evidence_must_be_uploaded_by_the_claimant_or_declarer(service: ClaimsHarness) -> None:
    other = service.upload(by="sun")
    with pytest.raises(EvidenceUnusable) as refused:
        service.submit(item="cleanup", evidence_ids=[service.upload(), other])
    assert [error["pointer"] for error in refused.value.errors] == ["/evidence_ids/1"]
    with pytest.raises(EvidenceUnusable):
        service.submit(item="cleanup", evidence_ids=["evd_none"])


def test_a_claim_for_another_person_may_carry_evidence_of_both(service: ClaimsHarness) -> None:
    proof = [service.upload(by="zhao"), service.upload(by="wang", sha256="b" * 64)]
    assert service.submit(by="wang", person_id="per_zhao", item="cleanup", evidence_ids=proof)["points"] == 3


def test_a_system_claim_needs_no_evidence_and_no_first_review(service: ClaimsHarness) -> None:
    deed = Declaration(item="learning", quantity=1, happened_at=NOW, place="线上", cause="完成课程")
    with service.transaction() as tx:
        claim = submit_system_claim(tx.scope_of(COMMUNITY), deed, "per_li")
        assert claim.submitted().system_made
    assert service.get_claim(claim.id)["status"] == "endorsed"


def test_r42_nobody_declares_with_a_picture_for_somebody_who_refused_pictures(service: ClaimsHarness) -> None:
    about = {"community": COMMUNITY, "person": "per_zhao", "purpose": "photos"}
    for given, sequence in ((False, 3), (True, 2)):
        service.handle(registry.ConsentRecorded(**about, given=given, sequence=sequence))
    proof = {"item": "cleanup", "evidence_ids": [service.upload("wang")]}

    with pytest.raises(PhotosRefused):
        service.submit(by="wang", person_id="per_zhao", **proof)

    assert service.submit(by="wang", person_id="per_zhao")["status"] == "submitted"
    paper = service.upload("wang", sha256="c" * 64, media_type="application/pdf")
    with_paper = service.submit(by="wang", person_id="per_zhao", item="cleanup", evidence_ids=[paper])
    assert with_paper["evidence_ids"] == [paper]
    own = service.upload("zhao", sha256="b" * 64)
    assert service.submit(by="zhao", item="cleanup", evidence_ids=[own])["evidence_ids"] == [own]
