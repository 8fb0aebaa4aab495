"""Making proposals, and ending those that something else came before (R4)."""

from datetime import datetime
from typing import Any

from contracts.registry import ProposalKind
from services.registry.domain.proposals import Proposal
from services.registry.store import RegistryScope

ABOUT_PEOPLE: tuple[ProposalKind, ...] = ("reset", "binding", "erasure")
"""Kinds that a change of the person makes pointless."""


def propose(
    scope: RegistryScope,
    kind: ProposalKind,
    content: dict[str, Any],
    by: str,
    takes_effect_at: datetime | None = None,
) -> Proposal:
    """Store and announce a proposal; with a time it takes effect then, unless somebody decides before."""
    proposal = Proposal(
        community=scope.community,
        kind=kind,
        content=content,
        proposed_by=by,
        proposed_at=scope.now,
        takes_effect_at=takes_effect_at,
    )
    scope.proposals.add(proposal)
    scope.tx.emit(proposal.made())
    return proposal


def lapse(scope: RegistryScope, person: str, kinds: tuple[ProposalKind, ...], reason: str) -> None:
    """Mark the open proposals of these kinds about a person as refused, because something else came before them."""
    for each in scope.proposals.open_about(person, *kinds):
        proposal = scope.proposals.get(each.id)
        if proposal.state == "open":
            proposal.lapse(reason)
