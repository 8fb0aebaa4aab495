"""Rectification 整改: a courtyard of a closed round is ordered to correct a fault, then re-inspected (R19)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from contracts import errors, ids
from contracts.inspection import RectificationChecked, RectificationOrdered
from services.inspection.domain.rounds import Inspection
from services.inspection.domain.scores import Reinspection


@dataclass
class Rectification:
    """An order to one courtyard to correct a fault after one round. Its rank of the month stays as it is."""

    community: str
    inspection: str
    courtyard: str
    id: str
    reason: str
    due: date
    ordered_by: str
    ordered_at: datetime
    state: Literal["ordered", "failed", "passed"] = "ordered"
    version: int = 1

    @classmethod
    def order(
        cls, inspection: Inspection, courtyard: str, reason: str, due: date, by: str, at: datetime, today: date
    ) -> "Rectification":
        """Return an order to a courtyard that a closed round has ranked. Raises `WrongState`, `Invalid`."""
        if inspection.state != "closed" or inspection.place_of(courtyard) is None:
            raise errors.WrongState("只有检查结束且已评分的院落可以要求整改")
        _must_be_ahead(due, today)
        where = (inspection.community, inspection.id, courtyard)
        return cls(*where, id=ids.new("rct"), reason=reason, due=due, ordered_by=by, ordered_at=at)

    def amend(self, reason: str, due: date, by: str, at: datetime, today: date) -> bool:
        """Change reason and deadline; return False for the same again. Raises `WrongState` once it passed."""
        if (reason, due) == (self.reason, self.due):
            return False
        if self.state == "passed":
            raise errors.WrongState("整改已经合格")
        _must_be_ahead(due, today)
        self.reason, self.due, self.ordered_by, self.ordered_at = reason, due, by, at
        self.version += 1
        return True

    def check(self, current: Reinspection | None, later: Reinspection) -> RectificationChecked | None:
        """Take a re-inspection's verdict; return None for a repeat. Raises `StaleVersion` for an older one."""
        if current and not current.replaced_by(later):
            return None
        self.state = "passed" if later.passed else "failed"
        self.version += 1
        return RectificationChecked(
            community=self.community,
            sequence=self.version,
            rectification=self.id,
            inspection=self.inspection,
            courtyard=self.courtyard,
            passed=later.passed,
            score=later.score,
            by=later.inspector,
            at=later.recorded_at,
        )

    def ordered(self) -> RectificationOrdered:
        """Return the event of the order and of each change of it."""
        return RectificationOrdered(
            community=self.community,
            sequence=self.version,
            rectification=self.id,
            inspection=self.inspection,
            courtyard=self.courtyard,
            due=self.due,
            by=self.ordered_by,
            at=self.ordered_at,
        )

    def is_overdue(self, today: date) -> bool:
        """Return whether the deadline has passed without a passed re-inspection."""
        return self.state != "passed" and today > self.due


def _must_be_ahead(due: date, today: date) -> None:
    if due < today:
        raise errors.Invalid("整改期限不能早于今天", [{"pointer": "/due", "detail": "不能早于今天"}])
