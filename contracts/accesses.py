"""Who read or changed a person's data: the part of a service's calls that registry and claims share (R42)."""

from typing import Annotated, Literal, Protocol, TypedDict

from contracts.rpc import Caller, Page, query
from contracts.schema import Doc, Instant

AccessAction = Literal[
    "record_read",
    "registered",
    "corrected",
    "moved",
    "invited",
    "card_issued",
    "card_activated",
    "consent_recorded",
    "erased",
    "claim_read",
    "evidence_opened",
    "declared",
    "act_recorded",
]
"""What was done with somebody's data."""


class Access(TypedDict):
    """One access; the same one by the same person is stored once a day."""

    id: str
    by_id: str
    action: AccessAction
    subject_id: Annotated[str, Doc("The claim, upload, person or household")]
    at: Annotated[Instant, Doc("The first of that day")]


class AccessesApi(Protocol):
    """Calls about accesses to the caller's own data."""

    @query
    def list_accesses(self, *, actor: Caller, limit: int = 20, cursor: str | None = None) -> Page[Access]:
        """Return who read or changed the caller's data, newest first."""
