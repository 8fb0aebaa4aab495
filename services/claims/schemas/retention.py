"""Runs that deleted expired evidence, as replies."""

from contracts.calls import claims as calls
from services.claims.domain.retention import RetentionRun
from services.claims.schemas.instants import instant


def run(found: RetentionRun) -> calls.RetentionRun:
    return {
        "id": found.id,
        "at": instant(found.at),
        "uploads": found.uploads,
        "evidence": found.evidence,
        "complete": found.complete,
    }
