"""Claims: the deed as declared, and what became of it (R8, R9, R15)."""

from typing import Annotated, Literal, NotRequired, TypedDict, get_args

from contracts import fields
from contracts.calls.claims.evidence import Evidence, EvidenceOrigin
from contracts.claims import BookKind, Category
from contracts.paging import ChangesQuery
from contracts.schema import Day, Doc, Instant, Month

ClaimStatus = Literal["submitted", "returned", "withdrawn", "endorsed", "refused", "approved", "published", "final"]


class DeedForm(TypedDict):
    """Time, place, cause and evidence of a deed."""

    item: Annotated[str, fields.Text(40, example="cleanup"), Doc("A code of the rulebook in force on that day")]
    quantity: Annotated[int, fields.Count(1, 10_000, load_default=1)]
    happened_at: Annotated[str, fields.Instant()]
    place: Annotated[str, fields.Text(200, example="三排东头")]
    cause: Annotated[str, fields.Text(1000, example="清扫巷道")]
    evidence_ids: Annotated[list[str], fields.ListOf(fields.Id("evd"), most=9, load_default=list)]


class ClaimForm(DeedForm):
    person_id: Annotated[str | None, fields.Id("per", load_default=None), Doc("Who did it, if not yourself (代办)")]


class ClaimQuery(ChangesQuery):
    status: NotRequired[
        Annotated[
            list[ClaimStatus],
            fields.Several(*get_args(ClaimStatus)),
            Doc("Only claims with one of these, separated by commas", example=["returned", "submitted"]),
        ]
    ]
    period: NotRequired[Annotated[str, fields.Period(), Doc("The month of the act")]]
    person_id: NotRequired[Annotated[str, fields.Id("per"), Doc("Whose deeds")]]
    courtyard_id: NotRequired[Annotated[str, fields.Id("cty"), Doc("Of those who lived there on the day of the act")]]


class ClaimFlag(TypedDict):
    """Evidence that another claim carries, too; a hint, never a refusal (R10)."""

    kind: Literal["same_file", "near_same_picture"]
    evidence_id: str
    seen_in_claim_id: str
    seen_as_evidence_id: str


class Claim(TypedDict):
    id: str
    status: ClaimStatus
    person_id: str
    household_id: str | None
    courtyard_id: str
    courtyard_number: NotRequired[Annotated[int | None, Doc("In lists")]]
    book: BookKind
    declared_by_id: str
    item: str
    title: str
    category: Category
    unit: str
    quantity: int
    points: Annotated[int, Doc("As declared: score × quantity")]
    awarded_points: Annotated[int | None, Doc("As approved and corrected; null until approved")]
    day: Day
    happened_at: Instant
    place: str
    cause: str
    evidence_ids: list[str]
    system_made: bool
    public: Annotated[bool, Doc("Whether lists may name who did it")]
    rulebook_id: str
    rulebook_version: int
    entry_id: Annotated[str | None, Doc("On the month's list; null until approved")]
    period: Annotated[Month | None, Doc("The list it is on; null until approved")]
    submitted_at: Instant
    changed_at: Instant
    reason: NotRequired[Annotated[str | None, Doc("If it is returned or refused: why")]]
    flags: NotRequired[Annotated[list[ClaimFlag], Doc("For its reviewers")]]


class DeclaredPoints(TypedDict):
    """What was declared for one passbook and is not judged yet."""

    account_id: str
    claims: int
    points: Annotated[int, Doc("As declared")]


class OwnClaims(TypedDict):
    """What a person's home screen shows of claims."""

    declared: Annotated[list[DeclaredPoints], Doc("Of the caller's household and of the caller as a head")]
    returned: Annotated[int, Doc("The caller's claims that wait to be declared again")]
    changed: Annotated[list[Claim], Doc("The caller's claims that changed last, at most five")]


class DailyRecord(Claim):
    """A claim as it stands now, with the number of its courtyard."""


class ClaimEvidence(Evidence):
    origin: NotRequired[
        Annotated[EvidenceOrigin | None, Doc("Time and place by the camera; for the claim's reviewers")]
    ]


class TimelineStep(TypedDict):
    """One step: who, when, why, and what else belongs to it."""

    step: Literal[
        "submitted",
        "resubmitted",
        "withdrawn",
        "returned",
        "refused",
        "endorsed",
        "voted",
        "approved",
        "published",
        "objected",
        "objection_ruled",
        "final",
        "corrected",
        "judge_reminded",
        "branch_reminded",
    ]
    at: Instant
    by_id: Annotated[str | None, Doc("A person, or `clock` for what the calendar did")]
    reason: str
    points: int | None
    rulebook_id: NotRequired[str]
    period: NotRequired[Month]
    window_closes_at: NotRequired[Instant]
    votes: NotRequired[Annotated[int, Doc("Members who approve this score by now")]]
    quorum: NotRequired[int]
    judge_id: NotRequired[Annotated[str, Doc("Who was reminded")]]
    upheld: NotRequired[bool]
    false_claim: NotRequired[Annotated[bool, Doc("Refused because it was made up")]]


class WholeClaim(Claim):
    """A claim with its evidence and every step so far (R15)."""

    evidence: list[ClaimEvidence]
    timeline: list[TimelineStep]


class ClaimNotice(TypedDict):
    """A claim whose person is to hear on paper that somebody else declared it for them (R6)."""

    claim_id: str
    person_id: str
    household_id: str | None
    courtyard_id: str
    declared_by_id: str
    submitted_at: Instant
    title: str
    day: Day
    points: int
    status: ClaimStatus
    told_at: Instant | None
    told_by_id: str | None


class ClaimSummary(TypedDict, total=False):
    """What the claimant wrote, for the claim's reviewers."""

    title: str
    unit: str
    quantity: int
    place: str
    cause: str
    happened_at: Instant
    declared_by_id: str
    evidence_ids: list[str]
    flags: list[ClaimFlag]
