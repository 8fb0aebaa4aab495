"""Scores of a courtyard. Phones may send them twice, late, or after somebody else's: versions decide (R18)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from contracts import errors


@dataclass
class _Sheet:
    """Marks of one courtyard. `version` counts up on the inspector's phone; the highest one is in force."""

    community: str
    inspection: str
    courtyard: str
    version: int
    marks: dict[str, int]
    score: float
    evidence_ids: list[str]
    note: str
    inspector: str
    recorded_at: datetime

    def repeated_by(self, other: Self) -> bool:
        """Return whether `other` is the same upload again."""
        return other.version == self.version and other._content == self._content

    def replaced_by(self, later: Self) -> bool:
        """Return whether `later` takes this one's place; False for the same upload again.

        Raises `StaleVersion`, with the sheet in force, when that is newer or differs at the same version.
        """
        if later.version > self.version:
            return True
        if self.repeated_by(later):
            return False
        raise errors.StaleVersion(
            f"该院落已有第 {self.version} 版记录，请刷新后以更高的版本号重新提交",
            [{"pointer": "/version", "detail": f"应大于 {self.version}"}],
            {"version": self.version, "newest": self._as_facts()},
        )

    @property
    def _content(self) -> tuple[object, ...]:
        return self.marks, self.evidence_ids, self.note

    def _as_facts(self) -> dict[str, Any]:
        return {
            "marks": self.marks,
            "score": self.score,
            "evidence_ids": self.evidence_ids,
            "note": self.note,
            "inspector_id": self.inspector,
            "recorded_at": self.recorded_at.isoformat(),
        }


@dataclass
class Score(_Sheet):
    """A courtyard's score in the round; it decides the courtyard's rank."""


@dataclass
class Reinspection(_Sheet):
    """A courtyard's score after rectification; the rank of the month stays as it is (R19)."""

    passed: bool = False
    """Whether the rectification was carried out."""

    @property
    def _content(self) -> tuple[object, ...]:
        return self.marks, self.evidence_ids, self.note, self.passed
