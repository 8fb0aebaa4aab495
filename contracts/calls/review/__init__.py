"""What the gateway may ask of the review service: reviews, months, published lists, objections (R12–R17)."""

from typing import Protocol

from contracts.calls.review.corrections import (
    Correction,
    CorrectionForm,
    CorrectionQuery,
    CorrectionRefusalForm,
    CorrectionsApi,
    ProposalState,
    ProposedCorrection,
)
from contracts.calls.review.duties import (
    DutiesApi,
    Gain,
    OfficeDecision,
    OfficeDecisionQuery,
    SelfDealingQuery,
    SelfDealingReport,
)
from contracts.calls.review.objections import (
    Objection,
    ObjectionForm,
    ObjectionsApi,
    Outcome,
    PublicObjection,
    RulingForm,
)
from contracts.calls.review.publications import (
    ListedEntry,
    Period,
    Publication,
    PublicationQuery,
    PublicationsApi,
    PublicationState,
    PublicEntryState,
    PublishedList,
)
from contracts.calls.review.reviews import (
    Case,
    Decision,
    DecisionAnswer,
    DecisionAnswers,
    DecisionForm,
    DecisionOnForm,
    DecisionsForm,
    Deed,
    Level,
    OpenStage,
    Review,
    ReviewsApi,
    Stage,
    WaitingCases,
)

__all__ = [
    "Case",
    "Correction",
    "CorrectionForm",
    "CorrectionQuery",
    "CorrectionRefusalForm",
    "Decision",
    "DecisionAnswer",
    "DecisionAnswers",
    "DecisionForm",
    "DecisionOnForm",
    "DecisionsForm",
    "Deed",
    "Gain",
    "Level",
    "ListedEntry",
    "Objection",
    "ObjectionForm",
    "OfficeDecision",
    "OfficeDecisionQuery",
    "OpenStage",
    "Outcome",
    "Period",
    "ProposalState",
    "ProposedCorrection",
    "PublicEntryState",
    "PublicObjection",
    "Publication",
    "PublicationQuery",
    "PublicationState",
    "PublishedList",
    "Review",
    "ReviewApi",
    "RulingForm",
    "SelfDealingQuery",
    "SelfDealingReport",
    "Stage",
    "WaitingCases",
]


class ReviewApi(
    ReviewsApi,
    PublicationsApi,
    ObjectionsApi,
    CorrectionsApi,
    DutiesApi,
    Protocol,
):
    """The calls of the review service."""
