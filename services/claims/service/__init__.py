"""The claims service's calls and event handlers, one module a noun (R6–R11, R15)."""

from typing import final

from contracts.calls.claims import ClaimsApi
from contracts.policy import Guards
from directory import DirectoryUpdater
from messaging import Configured
from services.claims.domain.evidence import UploadQuota
from services.claims.service.accesses import AccessCalls
from services.claims.service.acts import ActCalls
from services.claims.service.claims import ClaimCalls
from services.claims.service.consents import ConsentHandlers
from services.claims.service.erasure import ErasureCalls
from services.claims.service.evidence import EvidenceCalls
from services.claims.service.fairness import FairnessCalls
from services.claims.service.records import RecordHandlers
from services.claims.service.retention import RetentionCalls
from services.claims.service.review_events import ReviewEventHandlers
from services.claims.service.rulebooks import RulebookCalls
from services.claims.service.suspensions import SuspensionCalls
from services.claims.store import ClaimsStore


@final
class ClaimsService(
    RulebookCalls,
    EvidenceCalls,
    ClaimCalls,
    ActCalls,
    AccessCalls,
    SuspensionCalls,
    ErasureCalls,
    RetentionCalls,
    FairnessCalls,
    ConsentHandlers,
    RecordHandlers,
    ReviewEventHandlers,
    DirectoryUpdater,
    ClaimsApi,
):
    name = "claims"
    store = ClaimsStore()
    guards: Guards = Configured("GUARDS", Guards.of)
    upload_quota: UploadQuota = Configured("UPLOADS_PER_DAY", UploadQuota.of)
