"""Proposals: what one person proposes and a person of another office approves before it takes effect (R4)."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from contracts import ids
from contracts.errors import AlreadyDecided, ReasonRequired, Recused
from contracts.guards import loosened_guards
from contracts.policy import OFFICES, Guards, Policy
from contracts.registry import ProposalDecided, ProposalKind, ProposalMade, Role
from services.registry.domain.communities import PLATFORM

ProposalState = Literal["open", "approved", "applied", "refused"]
"""Open → approved → applied, or refused. An approved change of settings is applied after the guards' delay."""


def appointment_needs_approval(role: Role, in_set_up: bool) -> bool:
    """Return whether an appointment waits for approval.

    Until a community has had a branch, its committee sets it up alone, but for the first member of the branch.
    """
    return role == "branch" if in_set_up else role in OFFICES


def settings_need_approval(before: Policy, after: Policy, in_set_up: bool) -> bool:
    """Return whether a change of settings waits for approval: it loosens a guard after the community is set up."""
    return not in_set_up and bool(loosened_guards(before, after))


def merge_needs_approval(policy: Policy, in_set_up: bool) -> bool:
    """Return whether a merge waits for approval: points move with it, and after the set-up there may be some."""
    return not in_set_up and policy.spending_wait_days > 0


_DELAYED: tuple[ProposalKind, ...] = ("settings", "merge")


RESETS_EXPIRE_AFTER = timedelta(days=30)


def reset_approvers(community: str, roles: Collection[Role]) -> list[Role]:
    """Return the roles of which one approves the reset of a person with `roles`.

    The committee requests resets of people without an office, and approves none of its own members.
    """
    if community == PLATFORM:
        return ["platform"]
    offices = set(roles) - {"head"}
    return ["branch", "committee"] if offices and "committee" not in offices else ["branch"]


@dataclass(eq=False, kw_only=True)
class Proposal:
    """An appointment, a change of settings, a merge of households or a reset of a sign-in that waits for somebody else.

    An open one with a time to take effect does so unless somebody decides before.
    """

    community: str
    kind: ProposalKind
    content: dict[str, Any]
    """What is proposed: the form of the appointment, merge or reset, or the settings that change."""
    proposed_by: str
    proposed_at: datetime
    id: str = field(default_factory=lambda: ids.new("ppl"))
    state: ProposalState = "open"
    decided_by: str | None = None
    decided_at: datetime | None = None
    decision_reason: str = ""
    takes_effect_at: datetime | None = None
    version: int = 1

    def made(self) -> ProposalMade:
        """Return the event of a new proposal."""
        return ProposalMade(
            community=self.community,
            proposal=self.id,
            kind=self.kind,
            settings=self._settings,
            role=self.content.get("role"),
            person=self.content.get("person"),
            by=self.proposed_by,
            at=self.proposed_at,
        )

    def approve(self, by: str, guards: Guards, at: datetime) -> ProposalDecided:
        """Approve it: appointments and resets take effect at once, settings and merges after the delay of the guards.

        Raises `AlreadyDecided`, `Recused`.
        """
        self._require_open_to(by)
        delay = guards.change_delay_days if self.kind in _DELAYED else 0.0
        self.takes_effect_at = at + timedelta(days=delay)
        return self._decide("approved", by, at)

    def refuse(self, by: str, reason: str, at: datetime) -> ProposalDecided:
        """Refuse it. Raises `AlreadyDecided`, `Recused`, `ReasonRequired`."""
        self._require_open_to(by)
        if not reason:
            raise ReasonRequired(errors=[{"pointer": "/reason", "detail": "不予批准必须说明理由"}])
        self.decision_reason = reason
        return self._decide("refused", by, at)

    def end(self, at: datetime) -> ProposalDecided:
        """End a reset on behalf of the person who would be reset. Raises `AlreadyDecided`."""
        if self.state != "open":
            raise AlreadyDecided(facts={"state": self.state})
        self.decision_reason = "本人终止"
        return self._decide("refused", self.content["person"], at)

    def is_due(self, at: datetime) -> bool:
        """Return whether its delay is over."""
        due = self.takes_effect_at is not None and self.takes_effect_at <= at
        return self.state in ("open", "approved") and due

    def is_expired(self, at: datetime) -> bool:
        """Return whether it is a reset that nobody decided on for too long."""
        unanswered = self.state == "open" and self.takes_effect_at is None
        return self.kind == "reset" and unanswered and self.proposed_at + RESETS_EXPIRE_AFTER <= at

    def applied(self) -> None:
        """Mark it as in effect."""
        self.state = "applied"
        self.version += 1
        self._forget_password()

    def lapse(self, reason: str) -> None:
        """Mark a proposal as refused because it no longer fits."""
        self.state, self.decision_reason = "refused", reason
        self.version += 1
        self._forget_password()

    @property
    def _settings(self) -> tuple[str, ...]:
        return tuple(sorted(self.content)) if self.kind == "settings" else ()

    def _forget_password(self) -> None:
        if self.kind == "reset":
            self.content = {**self.content, "password_hash": None}

    def _require_open_to(self, by: str) -> None:
        if self.state != "open":
            raise AlreadyDecided(facts={"state": self.state})
        if by in (self.proposed_by, self.content.get("person")):
            raise Recused("不能批准自己提出的或关于自己的提议")

    def _decide(self, state: ProposalState, by: str, at: datetime) -> ProposalDecided:
        self.state, self.decided_by, self.decided_at = state, by, at
        self.version += 1
        if state == "refused":
            self._forget_password()
        return ProposalDecided(
            community=self.community,
            sequence=self.version,
            proposal=self.id,
            kind=self.kind,
            settings=self._settings,
            role=self.content.get("role"),
            person=self.content.get("person"),
            approved=state == "approved",
            takes_effect_at=self.takes_effect_at,
            by=by,
            at=at,
        )
