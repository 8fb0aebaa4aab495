"""How reviews were decided, by courtyard and by reviewer (R41)."""

from contracts.calendar import first_day, next_period
from contracts.calls import review as calls
from contracts.small_cells import LEAST, hidden_cells
from services.review.store import ReviewScope


def review_fairness(scope: ReviewScope, first: str, last: str) -> calls.ReviewFairness:
    """Return the outcomes of claims for deeds of the months from `first` to `last`."""
    cases = scope.fairness(first_day(first), first_day(next_period(last)))
    numbers, in_all = scope.directory.all_courtyards(), cases.in_all()
    courtyards = sorted(cases.by_courtyard(), key=lambda each: (numbers.get(each.courtyard, 0), each.courtyard))
    hidden = hidden_cells([each.people for each in courtyards])
    return {
        "approved": sum(each.approved for each in courtyards),
        "refused": sum(each.refused for each in courtyards),
        "recused": in_all.recused,
        "first_hours": _hours(in_all.first_hours, in_all.first_count),
        "final_hours": _hours(in_all.final_hours, in_all.final_count),
        "by_courtyard": [
            {
                "courtyard_id": each.courtyard,
                "number": numbers.get(each.courtyard),
                "approved": None if place in hidden else each.approved,
                "refused": None if place in hidden else each.refused,
            }
            for place, each in enumerate(courtyards)
        ],
        "by_reviewer": [
            {
                "person_id": each.judge,
                "decided": each.decided,
                "endorsed": each.endorsed,
                "approved": each.approved,
                "returned": each.returned,
                "refused": each.refused,
                "hours": _hours(each.hours, each.decided),
            }
            for each in cases.by_reviewer()
            if each.decided >= LEAST
        ],
    }


def _hours(median: float | None, cases: int) -> float | None:
    return None if median is None or cases < LEAST else round(float(median), 1)
