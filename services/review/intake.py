"""What comes to the docket from claims and from inspection, in whatever order it comes."""

from collections.abc import Sequence
from datetime import date

from contracts.claims import ClaimResubmitted, ClaimSubmitted, ClaimWithdrawn
from contracts.inspection import AwardProposed
from services.review.domain.opening import award_case, claim_case
from services.review.domain.reviews import Review
from services.review.store import Records

Declared = ClaimSubmitted | ClaimResubmitted


class NotToldYet(LookupError):
    """An event speaks of something this service has not heard of so far; it is tried again later."""


class Intake:
    """Opens, reopens and closes one community's cases; a few questions to the store, however many events."""

    def __init__(self, records: Records, events: Sequence[Declared | ClaimWithdrawn | AwardProposed]) -> None:
        self._records, self._events = records, events
        opening = [event for event in events if not isinstance(event, ClaimWithdrawn)]
        self._known = records.docket.of(_source(event) for event in events)
        self._members = records.directory.members_on({(e.household, e.day) for e in opening if e.household})
        records.court.summon(event.courtyard for event in opening)
        self._grids = records.directory.grids_of({event.courtyard for event in opening})

    def follow(self) -> None:
        """Bring each case to what its events say, unless they are older than what is known."""
        for event in self._events:
            known = self._known.get(_source(event))
            if known and event.sequence <= known.source_sequence:
                continue
            if isinstance(event, ClaimWithdrawn):
                if known is None:
                    raise NotToldYet(event.claim)
                known.withdraw(event.sequence, self._records.now)
            elif known:
                known.reopen(self._case(event))
            else:
                self._open(self._case(event))

    def _open(self, case: Review) -> None:
        self._known[case.source] = case
        self._records.docket.add(case)

    def _case(self, event: Declared | AwardProposed) -> Review:
        grid, members = self._grid(event.courtyard), self._household(event.person, event.household, event.day)
        if isinstance(event, AwardProposed):
            return award_case(event, grid, members, self._records.now)
        bench = self._records.court.bench(event.courtyard, grid)
        return claim_case(event, grid, members, bench, self._records.policy, self._records.now)

    def _grid(self, courtyard: str) -> str:
        if courtyard not in self._grids:
            raise NotToldYet(courtyard)
        return self._grids[courtyard]

    def _household(self, person: str, household: str | None, day: date) -> set[str]:
        """Who lived with the person on the day of the act."""
        if household is None:
            return {person}
        members = self._members.get((household, day), set())
        if person not in members:
            raise NotToldYet(f"{person} of {household}")
        return members


def _source(event: Declared | ClaimWithdrawn | AwardProposed) -> str:
    return event.award if isinstance(event, AwardProposed) else event.claim
