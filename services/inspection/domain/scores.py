"""What was seen in a courtyard, as a phone sends it: perhaps twice, perhaps late, perhaps after somebody else's."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from contracts import errors


@dataclass
class _Sheet:
    """Marks of one courtyard. `version` counts up on the inspector's phone; the highest one stands."""

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
        """Whether `other` is the same upload again."""
        return other.version == self.version and other._content == self._content

    def replaced_by(self, later: Self) -> bool:
        """Whether `later` takes this one's place; the same upload again changes nothing.

        Raises `StaleVersion`, with what stands, when a newer or different recording of that version already does (R18).
        """
        if later.version > self.version:
            return True
        if self.repeated_by(later):
            return False
        raise errors.StaleVersion(
            f"该院落已有第 {self.version} 版记录，请刷新后以更高的版本号重新提交",
            [{"pointer": "/version", "detail": f"应大于 {self.version}"}],
            {"version": self.version, "newest": self._told()},
        )

    @property
    def _content(self) -> tuple[object, ...]:
        return self.marks, self.evidence_ids, self.note

    def _told(self) -> dict[str, Any]:
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
    """What was seen in the round: it makes the courtyard's place."""


@dataclass
class Reinspection(_Sheet):
    """What was seen after rectification: the place of the month stays as it is (R19)."""

    passed: bool = False
    """Whether what was ordered has been put right."""

    @property
    def _content(self) -> tuple[object, ...]:
        return self.marks, self.evidence_ids, self.note, self.passed
