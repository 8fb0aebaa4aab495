"""What comes to the docket from claims and from inspection, in whatever order it comes."""

from contracts.claims import ClaimResubmitted, ClaimSubmitted, ClaimWithdrawn
from contracts.inspection import AwardProposed
from services.review.domain.opening import award_case, claim_case
from services.review.domain.reviews import Review
from services.review.store import Records


class NotToldYet(LookupError):
    """An event speaks of something this service has not heard of so far; it is tried again later."""


class Intake:
    """Opens, reopens and closes one community's cases."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def follow(self, event: ClaimSubmitted | ClaimResubmitted | ClaimWithdrawn) -> None:
        """Bring the claim's case to what the event says, unless it is older than what is known."""
        known = self._records.docket.of(event.claim)
        if known and event.sequence <= known.source_sequence:
            return
        if isinstance(event, ClaimWithdrawn):
            if known is None:
                raise NotToldYet(event.claim)
            known.withdraw(event.sequence, self._records.now)
        elif known is None:
            self._records.docket.add(self._case(event))
        else:
            known.reopen(self._case(event))

    def propose(self, award: AwardProposed) -> None:
        """Open an award's case, once."""
        if self._records.docket.of(award.award) is None:
            members = self._members(award)
            self._records.docket.add(award_case(award, self._grid(award), members, self._records.now))

    def _case(self, claim: ClaimSubmitted | ClaimResubmitted) -> Review:
        grid = self._grid(claim)
        bench = self._records.court.bench(claim.courtyard, grid)
        return claim_case(claim, grid, self._members(claim), bench, self._records.now)

    def _grid(self, event: ClaimSubmitted | ClaimResubmitted | AwardProposed) -> str:
        grid = self._records.directory.grid_of(event.courtyard)
        if grid is None:
            raise NotToldYet(event.courtyard)
        return grid

    def _members(self, event: ClaimSubmitted | ClaimResubmitted | AwardProposed) -> set[str]:
        """The person's household on the day of the act."""
        if event.household is None:
            return {event.person}
        members = self._records.directory.members_of(event.household, event.day)
        if event.person not in members:
            raise NotToldYet(f"{event.person} of {event.household}")
        return members
