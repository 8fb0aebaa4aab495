"""Proposals: what one person proposes and a person of another office approves before it takes effect (R4)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from contracts import ids
from contracts.errors import AlreadyDecided, ReasonRequired, Recused
from contracts.guards import loosened_guards
from contracts.policy import OFFICES, Guards, Policy
from contracts.registry import ProposalDecided, ProposalKind, ProposalMade, Role
from services.registry.domain.communities import PLATFORM
from services.registry.domain.sessions import INVITATION_LIFE

ProposalState = Literal["open", "approved", "applied", "refused"]
"""Open → approved → applied, or refused. An approved change of settings is applied after the guards' delay."""


ADMINISTRATORS_COUNT_FOR = timedelta(days=30)
"""How long an administrator whose appointment ended still counts, so that who ended it does not appoint alone."""


def appointment_needs_approval(role: Role, in_set_up: bool, other_administrators: int) -> bool:
    """Return whether an appointment waits for approval.

    Until a community has had a branch, its committee sets it up alone, but for the first member of the branch. An
    administrator of the platform appoints another one alone while there is no third who could approve it.
    """
    if role == "platform":
        return other_administrators > 0
    return role == "branch" if in_set_up else role in OFFICES


def settings_need_approval(before: Policy, after: Policy, in_set_up: bool) -> bool:
    """Return whether a change of settings waits for approval: it loosens a guard after the community is set up."""
    return not in_set_up and bool(loosened_guards(before, after))


def merge_needs_approval(policy: Policy, in_set_up: bool) -> bool:
    """Return whether a merge waits for approval: points move with it, and after the set-up there may be some."""
    return not in_set_up and policy.spending_wait_days > 0


_DELAYED: tuple[ProposalKind, ...] = ("settings", "merge")


EXPIRE_AFTER: Mapping[ProposalKind, timedelta] = {
    "reset": timedelta(days=30),
    "binding": INVITATION_LIFE,
    "erasure": timedelta(days=30),
}
"""How long a proposal of a kind waits for an answer; others wait until they are answered."""


def binding_approvers(by: Collection[Role], of: Collection[Role]) -> list[Role]:
    """Return the roles of which one confirms the first binding of a person with the roles `of`.

    `by` are the roles of who invited them or recorded their number: another office confirms it. The platform does it
    where a community has no other office yet.
    """
    offices: list[Role] = ["branch", "committee", "platform"]
    return [role for role in offices if role not in by and (role != "committee" or "committee" not in of)]


def erasure_needs_approval(asked: bool, in_set_up: bool, has_seat: bool) -> bool:
    """Return whether an erasure waits for approval: the person did not ask for it, and could lose something by it.

    Until a community is set up nobody has points, and the committee removes alone who was recorded by mistake.
    """
    return not asked and (has_seat or not in_set_up)


def erasure_approvers() -> list[Role]:
    """Return the roles of which one approves that the committee erases somebody who did not ask for it."""
    return ["branch", "platform"]


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
    """An appointment, settings, a merge, a reset, a first binding or an erasure that waits for somebody else.

    An open one with a time to take effect does so unless somebody decides before.
    """

    community: str
    kind: ProposalKind
    content: dict[str, Any]
    """What is proposed: the form of the appointment, merge, reset, binding or erasure, or the settings that change."""
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
        """Approve it: what concerns a person takes effect at once, settings and merges after the delay of the guards.

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
        """End a reset on behalf of the person concerned. Raises `AlreadyDecided`."""
        if self.state != "open":
            raise AlreadyDecided(facts={"state": self.state})
        self.decision_reason = "本人终止"
        return self._decide("refused", self.content["person"], at)

    def is_due(self, at: datetime) -> bool:
        """Return whether its delay is over."""
        due = self.takes_effect_at is not None and self.takes_effect_at <= at
        return self.state in ("open", "approved") and due

    def is_expired(self, at: datetime) -> bool:
        """Return whether nobody decided on it for too long."""
        unanswered = self.state == "open" and self.takes_effect_at is None
        return self.kind in EXPIRE_AFTER and unanswered and self.proposed_at + EXPIRE_AFTER[self.kind] <= at

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
