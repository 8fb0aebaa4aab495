"""The fairness view, which the gateway puts together (R41)."""

from typing import Annotated, TypedDict

from contracts import fields
from contracts.calls import review
from contracts.calls.aggregation import PointsFairness
from contracts.calls.claims import DeclaringFairness
from contracts.calls.review.fairness import ReviewerOutcomes
from contracts.schema import Doc


class FairnessQuery(TypedDict):
    first: Annotated[str | None, fields.Period(load_default=None), Doc("By default eleven months before `last`")]
    last: Annotated[str | None, fields.Period(load_default=None), Doc("By default this month; 24 months at most")]


class NamedReviewer(ReviewerOutcomes):
    person_name: str | None


class NamedReviews(review.ReviewFairness):
    by_reviewer: list[NamedReviewer]  # type: ignore[misc]  # with the names that the gateway adds


class GoodsBudget(TypedDict):
    """Whether the goods on offer suffice for the points that are outstanding."""

    outstanding: Annotated[int, Doc("Points not spent yet")]
    outstanding_fen: int
    goods: Annotated[int, Doc("Rewards on offer today")]
    goods_points: Annotated[int, Doc("What all that is left of them costs in points")]


class Fairness(PointsFairness):
    declaring: DeclaringFairness
    reviews: NamedReviews
    budget: GoodsBudget
