"""Who may read what: a claim's words and proof are for its people and for those who must judge it (R10, R15)."""

from dataclasses import dataclass

from services.claims.domain.claim import Claim

_SEE_ALL = frozenset({"working_group_chair", "working_group", "branch", "committee"})
_JUDGE_ALL = frozenset({"working_group_chair", "working_group", "branch"})
_GROUP = frozenset({"working_group_chair", "working_group"})
_RUN_THE_SCHEME = frozenset({"working_group_chair", "working_group", "committee"})


@dataclass(frozen=True, kw_only=True)
class Reader:
    """One person as he stands today: the courtyards he answers for, and his offices."""

    person: str
    courtyards: frozenset[str] = frozenset()
    """Those he heads, and those of the grids he is the officer of."""
    offices: frozenset[str] = frozenset()

    @property
    def sees_all(self) -> bool:
        """Group, branch and committee read every claim of the community (R9)."""
        return not self.offices.isdisjoint(_SEE_ALL)

    @property
    def judges_all(self) -> bool:
        """Group and branch may have to judge any claim; the committee does not judge."""
        return not self.offices.isdisjoint(_JUDGE_ALL)

    @property
    def writes_rules(self) -> bool:
        """Group and committee write rulebooks."""
        return not self.offices.isdisjoint(_RUN_THE_SCHEME)

    @property
    def suspends(self) -> bool:
        """The group decides who may not declare for himself."""
        return not self.offices.isdisjoint(_GROUP)

    @property
    def records_acts(self) -> bool:
        """Group and committee record who took part (R11)."""
        return not self.offices.isdisjoint(_RUN_THE_SCHEME)

    def keeps_records_of(self, courtyard: str) -> bool:
        """Whether the courtyard's daily records are his to keep or to oversee (R9)."""
        return self.sees_all or courtyard in self.courtyards

    def judges(self, claim: Claim) -> bool:
        """Whether the claim may come before him, so that he sees its proof and the flags on it.

        Not his own: who declares must not learn what would have been noticed.
        """
        if self.person in (claim.person, claim.declared_by):
            return False
        return self.judges_all or claim.courtyard in self.courtyards

    def sees(self, claim: Claim) -> bool:
        return self.person in (claim.person, claim.declared_by) or self.sees_all or claim.courtyard in self.courtyards
