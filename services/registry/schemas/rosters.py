"""Rosters: reports and wrong cells."""

from collections.abc import Sequence

from contracts.calls.registry.rosters import Flaw, Roster, RosterReport
from services.registry.domain import (
    roster,
    roster_import,
    roster_uploads,
)
from services.registry.schemas.days import instant

_MOST_FLAWS = 500
"""Flaws in one reply; further ones are left out."""


def roster_report(added: roster_import.Additions, lines: int) -> RosterReport:
    """Return how many objects of each kind a roster adds, with its flaws and notes by row and column."""
    return {
        "lines": lines,
        "grids": len(added.grids),
        "courtyards": len(added.courtyards),
        "households": len(added.households),
        "residents": len(added.people),
        "heads": len(added.appointments),
        "errors": [_flaw(flaw) for flaw in added.flaws[:_MOST_FLAWS]],
        "notes": [_flaw(flaw) for flaw in added.notes[:_MOST_FLAWS]],
    }


def roster_upload(found: roster_uploads.RosterUpload) -> Roster:
    """Return the progress of an upload, with its report once it ended."""
    return {
        "id": found.id,
        "state": found.state,
        "dry_run": found.dry_run,
        "lines": found.lines,
        "lines_done": found.lines_done,
        "handed_in_at": instant(found.handed_in_at),
        "ended_at": instant(found.ended_at) if found.ended_at else None,
        "detail": found.detail,
        "report": found.report,
    }


def flaw_pointers(flaws: Sequence[roster.Flaw]) -> list[dict[str, str]]:
    """Return flaws as errors of a refusal; `/rows/12/手机号` is the cell of that column in the spreadsheet's row 12."""
    return [
        {"pointer": f"/rows/{flaw.row}/{flaw.column}", "detail": flaw.detail, "cell": flaw.cell}
        for flaw in flaws[:_MOST_FLAWS]
    ]


def _flaw(flaw: roster.Flaw) -> Flaw:
    return {"row": flaw.row, "column": flaw.column, "detail": flaw.detail, "cell": flaw.cell}
