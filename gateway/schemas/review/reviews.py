"""Replies about reviews with the names and texts that the gateway adds, and what it filters by (R12, R13)."""

from typing import Annotated, Literal, NotRequired, TypedDict

from contracts import fields
from contracts.calls import claims as claims_calls
from contracts.calls import review as calls
from contracts.claims import CATEGORIES, Category
from contracts.paging import CountedQuery
from contracts.schema import Doc
from gateway.schemas.claims.claims import EvidenceLinksOfClaim


class ReviewFilterQuery(TypedDict):
    """Which reviews, as `contracts.calls.review.ReviewFilter`."""

    stage: Annotated[
        calls.OpenStage,
        fields.Choice("first", "final", load_default="first"),
        Doc("Waiting for the first review, or for the working group"),
    ]
    period: Annotated[str | None, fields.Period(load_default=None), Doc("Of that month")]
    courtyard_id: Annotated[str | None, fields.Id("cty", load_default=None), Doc("Of that courtyard")]
    grid_id: Annotated[str | None, fields.Id("grd", load_default=None), Doc("Of that grid")]
    category: Annotated[Category | None, fields.Choice(*CATEGORIES, load_default=None), Doc("Of that category")]
    item: Annotated[str | None, fields.Text(40, load_default=None), Doc("Of that item of the rulebook")]
    flagged: Annotated[
        Literal["true", "false"] | None,
        fields.Choice("true", "false", load_default=None),
        Doc("Whether the evidence resembles earlier evidence"),
    ]
    declarer: Annotated[
        calls.Declarer | None,
        fields.Choice("self", "another", "platform", load_default=None),
        Doc("Declared by the person, by somebody else for them, or recorded by the platform"),
    ]
    declared_by_id: Annotated[
        str | None, fields.Id("per", load_default=None), Doc("Declared, recorded or scored by that person")
    ]


class ReviewQuery(CountedQuery, ReviewFilterQuery):
    changed_since: NotRequired[
        Annotated[
            str,
            fields.Instant(),
            Doc(
                "What joined, changed in or left the list then or later, with `still_listed`; ask from a minute before"
                " the last answer"
            ),
        ]
    ]
    waiting_for: Annotated[
        calls.Waiting,
        fields.Choice("me", "others", load_default="me"),
        Doc("others: final approvals that are not the caller's to give, for the working group"),
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
    """A review with the decisions on it, and what a decision of the caller would need."""

    decisions: list[Decision]
    terms: calls.DecisionTerms | None
