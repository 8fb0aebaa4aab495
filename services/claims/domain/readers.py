"""Who may read and review which claims (R10, R15)."""

from dataclasses import dataclass

from services.claims.domain.claims import Claim


@dataclass(frozen=True, kw_only=True)
class ClaimReader:
    """A person with the courtyards whose claims their roles let them read and review; None means all courtyards."""

    person: str
    readable: frozenset[str] | None
    reviewable: frozenset[str] | None

    @property
    def reviews_all(self) -> bool:
        """Whether any claim of others may come to them for review."""
        return self.reviewable is None

    def made(self, claim: Claim) -> bool:
        """Return whether they did or declared the deed."""
        return self.person in (claim.person, claim.declared_by)

    def may_read(self, claim: Claim) -> bool:
        """Return whether they made the claim, or their roles let them read it.

        One that is not public is read by those only who read all (R14).
        """
        in_reach = self.readable is None or (claim.public and claim.courtyard in self.readable)
        return self.made(claim) or in_reach

    def may_review(self, claim: Claim) -> bool:
        """Return whether the claim may come to them for review, so that they see its evidence and flags.

        Nobody reviews their own claim, and declarers must not learn what would be flagged. What is not public comes to
        those only who review all (R14).
        """
        in_reach = self.reviewable is None or (claim.public and claim.courtyard in self.reviewable)
        return not self.made(claim) and in_reach
