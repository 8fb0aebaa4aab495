"""Claims as the API gives them: those of the claims service with the names of people (R8, R15)."""

from typing import Annotated, NotRequired

from contracts.calls import claims as calls
from contracts.calls.claims import ClaimStatus
from contracts.schema import Doc
from gateway.schemas.claims.evidence import EvidenceLinks

STATUS_TITLES: dict[ClaimStatus, str] = {
    "submitted": "待初审",
    "returned": "待补正",
    "withdrawn": "已撤回",
    "endorsed": "初审通过",
    "refused": "未通过",
    "approved": "审核通过",
    "published": "公示中",
    "final": "已计入",
}


EvidenceLinksOfClaim = Annotated[
    list[EvidenceLinks], Doc("In lists and in one claim or review: what the caller may see of its evidence")
]


class Claim(calls.Claim):
    person_name: NotRequired[str | None]
    declared_by_name: NotRequired[str | None]
    evidence_links: NotRequired[EvidenceLinksOfClaim]


class ClaimNotice(calls.ClaimNotice):
    """A claim whose person is to hear on paper that somebody else declared it for them."""

    person_name: NotRequired[str | None]
    declared_by_name: NotRequired[str | None]


class TimelineStep(calls.TimelineStep):
    """One step: who, when, why, and what else belongs to it."""

    by_name: NotRequired[str | None]
    judge_name: NotRequired[str | None]


class WholeClaim(Claim):
    """A claim with its evidence and every step so far (R15)."""

    evidence: list[calls.ClaimEvidence]
    timeline: list[TimelineStep]
