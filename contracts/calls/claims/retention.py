"""Deletion of evidence whose retention has ended (R10, R42)."""

from typing import Annotated, TypedDict

from contracts.schema import Doc, Instant


class RetentionRun(TypedDict):
    """What was deleted at a time, once a day or in several runs."""

    id: str
    at: Instant
    uploads: Annotated[int, Doc("Files that no claim named within `upload_retention_days`")]
    evidence: Annotated[int, Doc("Files of claims decided, and of inspections, over `evidence_retention_days` ago")]
    complete: Annotated[bool, Doc("false: more remained, and followed in the next run")]
