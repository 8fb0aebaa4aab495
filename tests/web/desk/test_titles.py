"""Each table of titles has every code of the contract: one that is missed would be an error or an English code."""

from collections.abc import Iterable
from typing import Any

import pytest

from tests.web.conftest import CONTRACT
from web import words
from web.desk import access, display
from web.pages.desk import (
    activities,
    announcements,
    consents,
    corrections,
    decisions,
    erasure_requests,
    fairness,
    home,
    merchant_books,
    merchants,
    objections,
    orders,
    periods,
    posts,
    proposals,
    reward_proposals,
    spending_waits,
)

TABLES: dict[str, Iterable[str]] = {
    "AgePoints.group": fairness.AGES,
    "Activity.allocation": activities.ALLOCATIONS,
    "Activity.kind": words.ACTIVITY_KINDS,
    "Activity.phase": activities.PHASES,
    "Announcement.kind": words.ANNOUNCEMENTS,
    "Announcement.state": announcements.STATES,
    "Appointment.role": access.ROLES,
    "CalendarEvent.kind": words.CALENDAR,
    "CourseForm.step": posts.STEPS,
    "Claim.category": display.CATEGORIES,
    "Claim.status": display.CLAIM_STATES,
    "Consent.purpose": consents.PURPOSES,
    "Delivery.status": merchant_books.DELIVERY_STATES,
    "DeclarerClaims.declarer": fairness.DECLARERS,
    "DecisionForm.decision": objections.DECISIONS,
    "ErasureRequest.state": erasure_requests.STATES,
    "Home.tenure": display.TENURES,
    "Key.mode": merchants.MODES,
    "KeyForm.scopes": merchants.SCOPES,
    "Endpoint.status": merchant_books.ENDPOINT_STATES,
    "EndpointForm.types": merchant_books.TYPES,
    "Line.kind": merchant_books.KINDS,
    "Objection.outcome": objections.STATES,
    "OfficeDecision.kind": decisions.KINDS,
    "Order.status": orders.STATES,
    "Period.state": periods.STATES,
    "Proposal.state": proposals.STATES,
    "PostedText.check": posts.CHECKS,
    "PostedText.kind": posts.KINDS,
    "PostedText.stage": posts.STAGES,
    "PostedText.visibility": posts.VISIBILITIES,
    "ProposedCorrection.state": corrections.STATES,
    "DrawEntry.outcome": words.DRAW_OUTCOMES,
    "PublicActivity.kind": words.ACTIVITY_KINDS,
    "PublicAnnouncement.kind": words.ANNOUNCEMENTS,
    "PublicPost.kind": words.POST_KINDS,
    "PublicPost.stage": words.STAGES,
    "PublicObjection.outcome": words.OBJECTIONS,
    "PublishedEntry.state": words.ENTRY_STATES,
    "RewardProposal.state": reward_proposals.STATES,
    "ReachByProof.proof": announcements.PROOFS,
    "SignUp.state": activities.SIGN_UP_STATES,
    "SpendingWait.cause": spending_waits.CAUSES,
    "SpendingWait.state": spending_waits.STATES,
    "TenurePoints.group": fairness.TENURES,
    "TimelineStep.step": display.STEPS,
    "Waiting.kind": home.KINDS,
}
"""A field of a schema, and the table that has the titles of its values."""


@pytest.mark.parametrize(("field", "titles"), TABLES.items(), ids=TABLES)
def test_every_code_of_the_contract_has_a_title(field: str, titles: Iterable[str]) -> None:
    schema, name = field.split(".")

    assert set(titles) == codes(CONTRACT["components"]["schemas"][schema]["properties"][name])


def codes(field: dict[str, Any]) -> set[str]:
    """Return the values that a field may have, or the items of its list."""
    of_items = codes(field["items"]) if "items" in field else set()
    of_parts = {code for part in field.get("anyOf", ()) for code in codes(part)}
    return {code for code in field.get("enum", ()) if code is not None} | of_items | of_parts


def test_a_day_of_another_year_is_shown_with_its_year() -> None:
    this_year = display.today()[:4]

    assert display.day("2021-12-23") == "2021 年 12 月 23 日"
    assert display.day(f"{this_year}-12-23") == "12 月 23 日"
    assert (display.day(None), display.day("")) == ("", "")


def test_a_time_is_shown_in_its_two_largest_units() -> None:
    assert display.duration(20 / 86_400) == "20 秒"
    assert display.duration(90 / 86_400) == "1 分钟 30 秒"
    assert display.duration(0.5) == "12 小时"
    assert display.duration(1.25) == "1 天 6 小时"
    assert display.duration(5) == "5 天"
    assert display.duration(0) == "0 秒"


def test_a_small_share_is_not_rounded_to_none_or_all() -> None:
    assert [display.percent(share) for share in (0, 0.004, 0.25, 0.996, 1)] == ["0%", "0.4%", "25%", "99.6%", "100%"]
