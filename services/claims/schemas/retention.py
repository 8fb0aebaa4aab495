"""Runs that deleted expired evidence, as replies."""

from contracts.calls import claims as calls
from contracts.instants import instant
from services.claims.domain.retention import RetentionRun


def run(found: RetentionRun) -> calls.RetentionRun:
    return {
        "id": found.id,
        "at": instant(found.at),
        "uploads": found.uploads,
        "evidence": found.evidence,
        "complete": found.complete,
    }
