"""Replies about reviews with the names and texts that the gateway adds, and what it filters by (R12, R13)."""

from typing import Annotated, Literal, NotRequired

from contracts import fields
from contracts.calls import claims as claims_calls
from contracts.calls import review as calls
from contracts.paging import PageQuery
from contracts.schema import Doc
from gateway.schemas.claims.claims import EvidenceLinksOfClaim


class ReviewQuery(PageQuery):
    stage: Annotated[
        calls.OpenStage,
        fields.Choice("first", "final", load_default="first"),
        Doc("Waiting for the first review, or for the working group"),
    ]
    overdue: Annotated[
        Literal["true"] | None,
        fields.Choice("true", load_default=None),
        Doc("First reviews that wait too long: one's own, for group and branch everybody's"),
    ]


class ClaimSummary(claims_calls.ClaimSummary, total=False):
    """What the claimant wrote, with links to the evidence."""

    evidence_links: EvidenceLinksOfClaim
    declared_by_name: str | None


class Review(calls.Review):
    person_name: NotRequired[str | None]
    endorsed_by_name: NotRequired[str | None]
    claim: NotRequired[ClaimSummary | None]


class Decision(calls.Decision):
    judge_name: NotRequired[str | None]


class Case(Review):
    """A review with the decisions on it."""

    decisions: list[Decision]
