"""Honours with people's names (R26)."""

from typing import NotRequired

from contracts.calls.exchange import honours as calls


class Candidate(calls.Candidate):
    person_name: NotRequired[str | None]


class DrawnCandidates(calls.CandidateList):
    candidates: list[Candidate]


class HonourDecision(calls.HonourDecision):
    """`proposed` until as many members as the community's quorum asks grant it; one declines."""

    person_name: NotRequired[str | None]
