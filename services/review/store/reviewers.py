"""Who may give the first review in a courtyard today."""

from collections.abc import Iterable
from datetime import date

from directory import Directory
from services.review.domain.reviewers import CourtyardReviewers


class ReviewerRepository:
    """Loads the reviewers of courtyards on one day, each courtyard and grid once."""

    def __init__(self, directory: Directory, today: date) -> None:
        self._directory, self._today = directory, today
        self._heads: dict[str, str | None] = {}
        self._officers: dict[str, frozenset[str]] = {}
        self._reviewers: dict[str, CourtyardReviewers] = {}

    def preload(self, courtyards: Iterable[str]) -> None:
        """Load the heads of these courtyards with one query."""
        missing = set(courtyards) - self._heads.keys()
        if missing:
            self._heads |= dict.fromkeys(missing) | self._directory.heads_on(self._today, missing)

    def of_courtyard(self, courtyard: str, grid: str) -> CourtyardReviewers:
        """Return who may give the first review of a deed in that courtyard today."""
        if courtyard not in self._reviewers:
            self.preload([courtyard])
            if grid not in self._officers:
                self._officers[grid] = frozenset(self._directory.officers_of(courtyard, self._today))
            reviewers = CourtyardReviewers(head=self._heads[courtyard], officers=self._officers[grid])
            self._reviewers[courtyard] = reviewers
        return self._reviewers[courtyard]
