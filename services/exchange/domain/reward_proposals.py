"""What one person wants to offer for fewer points or as something else waits for another person (R25)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from contracts import ids
from contracts.errors import AlreadyDecided, ReasonRequired, Recused
from contracts.exchange import RewardDecided, RewardStep
from services.exchange.domain.rewards import Reward, Terms

ProposalState = Literal["open", "approved", "refused", "replaced"]
"""Open → approved or refused; replaced when somebody proposes something else for the same reward."""


@dataclass(eq=False, kw_only=True)
class RewardProposal:
    """A new reward, or a change of one, that waits for somebody else than who proposed it."""

    community: str
    reward: str
    name: str
    points: int
    """The price it would have."""
    points_before: int | None
    """The price that two people agreed on; None for a new reward."""
    changes: dict[str, Any]
    """The terms that would change, dates as text; all of them are in a new reward already."""
    proposed_by: str
    proposed_at: datetime
    id: str = field(default_factory=lambda: ids.new("rpp"))
    state: ProposalState = "open"
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision_reason: str = ""
    version: int = 1

    @classmethod
    def of_new(cls, reward: Reward, by: str, at: datetime) -> "RewardProposal":
        """Return the proposal to offer a reward that nobody can order yet."""
        return cls(
            community=reward.community,
            reward=reward.id,
            name=reward.name,
            points=reward.points,
            points_before=None,
            changes={},
            proposed_by=by,
            proposed_at=at,
        )

    @classmethod
    def of_change(cls, reward: Reward, terms: Terms, by: str, at: datetime) -> "RewardProposal":
        """Return the proposal to change the terms of a reward on offer."""
        return cls(
            community=reward.community,
            reward=reward.id,
            name=terms["name"],
            points=terms["points"],
            points_before=reward.points,
            changes=reward.changes(terms),
            proposed_by=by,
            proposed_at=at,
        )

    def approve(self, by: str, at: datetime) -> None:
        """Approve it; `Reward.apply` puts it into effect. Raises `AlreadyDecided`, `Recused`."""
        self._require_open_to(by)
        self._decide("approved", by, at)

    def refuse(self, by: str, reason: str, at: datetime) -> None:
        """Refuse it. Raises `AlreadyDecided`, `Recused`, `ReasonRequired`."""
        self._require_open_to(by)
        if not reason:
            raise ReasonRequired(errors=[{"pointer": "/reason", "detail": "不予批准必须说明理由"}])
        self.decision_reason = reason
        self._decide("refused", by, at)

    def replace(self) -> None:
        """Close it because something else was proposed for the reward."""
        self.state = "replaced"
        self.version += 1

    def event(self, step: RewardStep, by: str, at: datetime) -> RewardDecided:
        """Return the event of a step on it."""
        return RewardDecided(
            community=self.community,
            reward=self.reward,
            step=step,
            title=self.name,
            points=self.points,
            points_before=self.points_before,
            by=by,
            at=at,
        )

    def _require_open_to(self, by: str) -> None:
        if self.state != "open":
            raise AlreadyDecided(facts={"state": self.state})
        if by == self.proposed_by:
            raise Recused("此提议由您提出，应由另一人批准")

    def _decide(self, state: ProposalState, by: str, at: datetime) -> None:
        self.state, self.decided_by, self.decided_at = state, by, at
        self.version += 1
