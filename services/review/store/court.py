"""Who judges what today, by the directory: offices as they are held now, homes as they were on the day of the act."""

from collections.abc import Iterable
from datetime import date

from directory import Directory
from services.review.domain.judges import Bench, Judge


class Court:
    """One community's benches and judges on one day; each question is asked of the store once."""

    def __init__(self, directory: Directory, today: date) -> None:
        self._directory, self._today = directory, today
        self._heads: dict[str, str | None] = {}
        self._officers: dict[str, frozenset[str]] = {}
        self._benches: dict[str, Bench] = {}

    def summon(self, courtyards: Iterable[str]) -> None:
        """Ask for the heads of all these courtyards at once, before their benches are called one by one."""
        asked = set(courtyards) - self._heads.keys()
        if asked:
            self._heads |= dict.fromkeys(asked) | self._directory.heads_on(self._today, asked)

    def bench(self, courtyard: str, grid: str) -> Bench:
        """Who could give a deed in that courtyard its first review today."""
        if courtyard not in self._benches:
            self.summon([courtyard])
            if grid not in self._officers:
                self._officers[grid] = frozenset(self._directory.officers_of(courtyard, self._today))
            self._benches[courtyard] = Bench(head=self._heads[courtyard], officers=self._officers[grid])
        return self._benches[courtyard]

    def judge(self, person: str | None, days: Iterable[date] = ()) -> Judge:
        """The person with his offices, and his homes on those days."""
        roles = self._directory.roles_of(person, self._today)
        return Judge(
            person=person or "",
            courtyards=roles.courtyards,
            grids=roles.grids,
            group=roles.in_working_group,
            branch="branch" in roles.offices,
            homes=self._directory.homes_of(person or "", days),
        )
