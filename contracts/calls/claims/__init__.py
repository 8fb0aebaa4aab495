"""What the gateway may ask of the claims service: rulebooks, evidence, claims, acts, suspensions (R6–R11, R15)."""

from typing import Protocol, Unpack

from contracts.accesses import AccessesApi
from contracts.calls.claims.acts import Act, AttendanceForm, Recorded, RecordedAct
from contracts.calls.claims.claims import (
    Claim,
    ClaimEvidence,
    ClaimFlag,
    ClaimForm,
    ClaimNotice,
    ClaimQuery,
    ClaimStatus,
    ClaimSummary,
    DailyRecord,
    DeclaredPoints,
    DeedForm,
    OwnClaims,
    TimelineStep,
    WholeClaim,
)
from contracts.calls.claims.evidence import (
    Evidence,
    EvidenceFile,
    EvidenceKey,
    EvidenceMetadata,
    EvidenceOrigin,
    MediaType,
    OwnUpload,
)
from contracts.calls.claims.fairness import DeclaringApi, DeclaringFairness
from contracts.calls.claims.retention import RetentionRun
from contracts.calls.claims.rulebooks import (
    AdoptionForm,
    Costing,
    Rulebook,
    RulebookForm,
    RulebookHead,
    RuleCap,
    RuleItem,
    UncountableItem,
    WaitingCost,
)
from contracts.calls.claims.suspensions import LiftForm, Suspension, SuspensionForm
from contracts.rpc import Caller, CountedPage, Page, command, query

__all__ = [
    "Act",
    "AdoptionForm",
    "AttendanceForm",
    "Claim",
    "ClaimEvidence",
    "ClaimFlag",
    "ClaimForm",
    "ClaimNotice",
    "ClaimQuery",
    "ClaimStatus",
    "ClaimSummary",
    "ClaimsApi",
    "Costing",
    "DailyRecord",
    "DeclaredPoints",
    "DeclaringFairness",
    "DeedForm",
    "Evidence",
    "EvidenceFile",
    "EvidenceKey",
    "EvidenceMetadata",
    "EvidenceOrigin",
    "LiftForm",
    "MediaType",
    "OwnClaims",
    "OwnUpload",
    "Recorded",
    "RecordedAct",
    "RetentionRun",
    "RuleCap",
    "RuleItem",
    "Rulebook",
    "RulebookForm",
    "RulebookHead",
    "Suspension",
    "SuspensionForm",
    "TimelineStep",
    "UncountableItem",
    "WaitingCost",
    "WholeClaim",
]


class ClaimsApi(AccessesApi, DeclaringApi, Protocol):
    """The calls of the claims service."""

    # Rulebooks

    @command
    def draft_rulebook(self, *, actor: Caller, title: str, items: list[RuleItem]) -> Rulebook:
        """Store a new version as a draft. Raises RoleMissing, Invalid, RulebookInvalid."""

    @command
    def adopt_rulebook(self, *, actor: Caller, rulebook_id: str, effective_from: str) -> Rulebook:
        """Put a draft in force from a day on. Raises RoleMissing, NotFound, WrongState, RulebookInvalid."""

    @command
    def discard_rulebook(self, *, actor: Caller, rulebook_id: str) -> Rulebook:
        """Discard a draft. Raises RoleMissing, NotFound, WrongState."""

    @query
    def require_writing_rulebooks(self, *, actor: Caller) -> None:
        """Check the caller's permission before a rulebook is read. Raises RoleMissing."""

    @query
    def list_rulebooks(self, *, actor: Caller, limit: int = 20, cursor: str | None = None) -> Page[RulebookHead]:
        """Return every version, newest first."""

    @query
    def get_rulebook(self, *, actor: Caller, rulebook_id: str) -> Rulebook:
        """Return one version with its items. Raises NotFound."""

    @query
    def current_rulebook(self, *, actor: Caller, day: str | None = None) -> Rulebook:
        """Return the version in force on `day`, today by default. Raises NotFound."""

    @query
    def cost_draft(self, *, actor: Caller, rulebook_id: str, period: str) -> Costing:
        """Return what the acts of a month would have cost under that rulebook. Raises RoleMissing, NotFound."""

    # Evidence

    @query
    def require_uploading(self, *, actor: Caller) -> None:
        """Check the caller's permission and quota before an upload is read.

        Raises NotFound for somebody who was erased, UploadQuotaReached.
        """

    @command
    def register_evidence(self, *, actor: Caller, **file: Unpack[EvidenceMetadata]) -> Evidence:
        """Store the metadata of an upload. Raises NotFound for somebody who was erased, UploadQuotaReached."""

    @query
    def list_own_uploads(self, *, actor: Caller, limit: int = 20, cursor: str | None = None) -> Page[OwnUpload]:
        """Return what the caller uploaded, with time and place by the camera, newest first."""

    @command
    def open_evidence(self, *, actor: Caller, evidence_id: str) -> EvidenceFile:
        """Return an upload that the caller may see; others' accesses are stored. Raises NotFound, also when hidden."""

    @command
    def open_evidence_of_claims(self, *, actor: Caller, claim_ids: list[str]) -> dict[str, list[EvidenceFile]]:
        """Return the evidence of those claims, at most 100, that the caller may see, by claim; accesses are stored."""

    @query
    def open_evidence_of(self, *, actor: Caller, evidence_id: str, uploaded_by_id: str) -> EvidenceFile:
        """Return an upload of `uploaded_by_id` that another service lets the caller see. Raises NotFound."""

    @query
    def open_uploads_of(self, *, actor: Caller, uploaders: dict[str, str]) -> list[EvidenceFile]:
        """Return those of uploads, id → uploader, that exist; another service lets the caller see them."""

    # Claims

    @command
    def submit_claim(self, *, actor: Caller, **form: Unpack[ClaimForm]) -> Claim:
        """Declare a deed for oneself or, with `person_id`, for somebody else.

        Raises Invalid, NotFound, RoleMissing, NotEligible, DeclaringSuspended, InTheFuture, TooLate, NoRulebook,
        UnknownItem, DeductionsOff, EvidenceMissing, EvidenceUnusable, CapReached, PhotosRefused.
        """

    @command
    def resubmit_claim(self, *, actor: Caller, claim_id: str, **form: Unpack[DeedForm]) -> Claim:
        """Declare a returned claim again, changed. Raises Forbidden, WrongState and what `submit_claim` raises."""

    @query
    def list_claim_notices(self, *, actor: Caller, limit: int = 20, cursor: str | None = None) -> Page[ClaimNotice]:
        """Return claims of which the caller is to tell their persons on paper, the oldest first."""

    @command
    def mark_claim_told(self, *, actor: Caller, claim_id: str) -> ClaimNotice:
        """Note that the caller told the claim's person on paper.

        Raises NotFound, RoleMissing for the declarer, WrongState.
        """

    @command
    def withdraw_claim(self, *, actor: Caller, claim_id: str) -> Claim:
        """Withdraw an undecided claim. Raises NotFound, Forbidden, WrongState."""

    @query
    def list_claims(
        self,
        *,
        actor: Caller,
        limit: int = 20,
        cursor: str | None = None,
        status: list[ClaimStatus] | ClaimStatus | None = None,
        changed_since: str | None = None,
        period: str | None = None,
        person_id: str | None = None,
        courtyard_id: str | None = None,
        totals: bool = False,
    ) -> CountedPage[Claim]:
        """Return the claims that the caller may see, newest first. `period` is the month of the act."""

    @query
    def own_claims(self, *, actor: Caller) -> OwnClaims:
        """Return what the caller's home screen shows of claims."""

    @query
    def list_records(
        self,
        *,
        actor: Caller,
        courtyard_id: str | None = None,
        period: str | None = None,
        day: str | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[DailyRecord]:
        """Return the claims of a courtyard, or of the community, by day of the act. Raises RoleMissing, NotFound."""

    @command
    def get_claim(self, *, actor: Caller, claim_id: str) -> WholeClaim:
        """Return a claim with its evidence and timeline; others' accesses are stored.

        Raises NotFound, also when the caller may not see it.
        """

    @query
    def summaries(self, *, actor: Caller, ids: list[str]) -> dict[str, ClaimSummary]:
        """Return the claims of `ids` that the caller may see, by id."""

    # Acts

    @command
    def record_acts(self, *, actor: Caller, **form: Unpack[AttendanceForm]) -> Recorded:
        """Record the same act of many people; return an answer for each.

        Raises RoleMissing and, for the whole list, Invalid, InTheFuture, TooLate, NoRulebook, UnknownItem, NotEligible.
        """

    @query
    def list_acts(self, *, actor: Caller, limit: int = 20, cursor: str | None = None) -> Page[Act]:
        """Return recorded acts, newest first. Raises RoleMissing."""

    # Suspensions

    @command
    def suspend_person(self, *, actor: Caller, person_id: str, until: str, reason: str) -> Suspension:
        """Suspend a person's own declaring until a day. Raises RoleMissing, NotFound, AlreadyExists, Invalid."""

    @command
    def lift_suspension(self, *, actor: Caller, suspension_id: str, reason: str) -> Suspension:
        """End a suspension before its day. Raises RoleMissing, NotFound, WrongState."""

    @query
    def list_suspensions(self, *, actor: Caller, limit: int = 20, cursor: str | None = None) -> Page[Suspension]:
        """Return all suspensions, newest first; to people without that role only their own."""

    # Retention

    @command
    def keep_uploads(self, *, actor: Caller, evidence_ids: list[str]) -> None:
        """Keep uploads of the caller as long as evidence, because an inspection names them."""

    @query
    def list_retention_runs(self, *, actor: Caller, limit: int = 20, cursor: str | None = None) -> Page[RetentionRun]:
        """Return how much evidence was deleted when, newest first. Raises RoleMissing."""

    # Files of erased people and of evidence whose retention has ended

    @query
    def files_to_delete(self) -> list[EvidenceKey]:
        """Return the community and the evidence id of files to be deleted now, at most 100."""

    @command
    def files_deleted(self, *, files: list[EvidenceKey]) -> None:
        """Take deleted files off the list; a recent one is listed once more, in case its upload was under way."""
