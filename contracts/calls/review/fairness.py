"""How reviews were decided, by courtyard and by reviewer (R41)."""

from typing import Annotated, Protocol, TypedDict

from contracts.rpc import Caller, query
from contracts.schema import Doc


class CourtyardOutcomes(TypedDict):
    """Cases of a courtyard that were approved or refused; null if they are of fewer than five people."""

    courtyard_id: str
    number: int | None
    approved: int | None
    refused: int | None


class ReviewerOutcomes(TypedDict):
    """What one person decided; who decided fewer than five cases is left out."""

    person_id: str
    decided: int
    endorsed: int
    approved: int
    returned: int
    refused: int
    hours: Annotated[float | None, Doc("Median from the case's opening to their first review")]


class ReviewFairness(TypedDict):
    """`hours` are medians; null for fewer than five cases."""

    approved: int
    refused: int
    recused: Annotated[int, Doc("First reviews that went past the head, who had an interest or was none")]
    first_hours: Annotated[float | None, Doc("From the case's opening to the first review")]
    final_hours: Annotated[float | None, Doc("From the case's opening to the approval or refusal")]
    by_courtyard: list[CourtyardOutcomes]
    by_reviewer: list[ReviewerOutcomes]


class FairnessApi(Protocol):
    """Calls about fairness."""

    @query
    def get_review_fairness(self, *, actor: Caller, first: str, last: str) -> ReviewFairness:
        """Return how cases of deeds of the months from `first` to `last` were decided. Raises RoleMissing."""
