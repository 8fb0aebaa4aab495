"""Offering rewards and changing them; new ones and much lower prices wait for another person (R25)."""

from contracts.exchange import RewardDecided
from directory.permissions import MANAGE_REWARDS
from services.exchange.domain.reward_proposals import RewardProposal
from services.exchange.domain.rewards import Reward, Terms
from services.exchange.store import ExchangeScope


def offer_reward(scope: ExchangeScope, terms: Terms, stock: int | None) -> Reward:
    """Store a new reward and propose to offer it. Raises Invalid for contradicting terms."""
    reward = Reward.offer(community=scope.community, at=scope.now, stock=stock, **terms)
    _propose(scope, reward, RewardProposal.of_new(reward, scope.person, scope.now))
    scope.rewards.add(reward)
    return reward


def revise_reward(scope: ExchangeScope, reward_id: str, terms: Terms, stock: int | None) -> Reward:
    """Replace the terms of a reward, or propose to when that needs another person; the stock changes at once.

    Raises NotFound, Invalid for contradicting terms.
    """
    reward = scope.rewards.get(reward_id, for_update=True)
    before = reward.points
    if reward.approved_points is None:
        reward.revise(stock=stock, **terms)
        _propose(scope, reward, RewardProposal.of_new(reward, scope.person, scope.now))
    elif reward.needs_second_person(terms):
        reward.restock(stock)
        _propose(scope, reward, RewardProposal.of_change(reward, terms, scope.person, scope.now))
    else:
        reward.revise(stock=stock, **terms)
        if reward.points != before:
            scope.tx.emit(_changed(scope, reward, before))
    return reward


def approve_proposal(scope: ExchangeScope, proposal_id: str) -> RewardProposal:
    """Put into effect what somebody else proposed. Raises NotFound, AlreadyDecided, Recused, Invalid."""
    reward, proposal = _locked(scope, proposal_id)
    proposal.approve(scope.person, scope.now)
    reward.apply(proposal.points, proposal.changes)
    scope.tx.emit(proposal.event("approved", scope.person, scope.now))
    return proposal


def refuse_proposal(scope: ExchangeScope, proposal_id: str, reason: str) -> RewardProposal:
    """Leave the reward as it is. Raises NotFound, AlreadyDecided, Recused, ReasonRequired."""
    reward, proposal = _locked(scope, proposal_id)
    proposal.refuse(scope.person, reason, scope.now)
    reward.proposal = None
    scope.tx.emit(proposal.event("refused", scope.person, scope.now))
    return proposal


def _propose(scope: ExchangeScope, reward: Reward, proposal: RewardProposal) -> None:
    scope.reward_proposals.add(proposal, replaced=reward.proposal)
    reward.proposal = proposal.id
    scope.tx.emit(proposal.event("proposed", scope.person, scope.now))


def _locked(scope: ExchangeScope, proposal_id: str) -> tuple[Reward, RewardProposal]:
    """Return a proposal and its reward, both locked. Raises RoleMissing, NotFound."""
    scope.require(MANAGE_REWARDS)
    reward = scope.rewards.get(scope.reward_proposals.get(proposal_id).reward, for_update=True)
    return reward, scope.reward_proposals.get(proposal_id, for_update=True)


def _changed(scope: ExchangeScope, reward: Reward, before: int) -> RewardDecided:
    return RewardDecided(
        community=scope.community,
        reward=reward.id,
        step="changed",
        title=reward.name,
        points=reward.points,
        points_before=before,
        by=scope.person,
        at=scope.now,
    )
