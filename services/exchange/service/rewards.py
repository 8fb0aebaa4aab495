"""Rewards (R25)."""

from typing import Unpack

from contracts.calls.exchange import rewards as calls
from contracts.paging import page_of
from contracts.rpc import Caller, Page
from directory.permissions import MANAGE_REWARDS
from messaging import command, query
from services.exchange import schemas
from services.exchange.store import ExchangeTransaction
from services.exchange.use_cases import rewards as use_cases


class RewardCalls:
    @query
    def list_rewards(
        self,
        tx: ExchangeTransaction,
        *,
        actor: Caller,
        all: bool = False,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[calls.Reward]:
        scope = tx.scope(actor)
        if all:
            scope.require(MANAGE_REWARDS)
        found = scope.rewards.list(on=None if all else scope.today, limit=limit + 1, after=cursor)
        return page_of(found, limit, schemas.reward, lambda reward: reward.id)

    @query
    def get_reward(self, tx: ExchangeTransaction, *, actor: Caller, reward_id: str) -> calls.Reward:
        return schemas.reward(tx.scope(actor).rewards.get(reward_id))

    @command
    def offer_reward(self, tx: ExchangeTransaction, *, actor: Caller, **form: Unpack[calls.RewardForm]) -> calls.Reward:
        scope = tx.scope(actor)
        scope.require(MANAGE_REWARDS)
        scope.merchants.require_all(form["merchant_ids"])
        return schemas.reward(use_cases.offer_reward(scope, schemas.terms(form), form["stock"]))

    @command
    def revise_reward(
        self, tx: ExchangeTransaction, *, actor: Caller, reward_id: str, **form: Unpack[calls.RewardForm]
    ) -> calls.Reward:
        scope = tx.scope(actor)
        scope.require(MANAGE_REWARDS)
        scope.merchants.require_all(form["merchant_ids"])
        return schemas.reward(use_cases.revise_reward(scope, reward_id, schemas.terms(form), form["stock"]))

    @query
    def list_reward_proposals(
        self,
        tx: ExchangeTransaction,
        *,
        actor: Caller,
        state: calls.ProposalState | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[calls.RewardProposal]:
        scope = tx.scope(actor)
        scope.require(MANAGE_REWARDS)
        found = scope.reward_proposals.list(state, limit + 1, cursor)
        return page_of(found, limit, schemas.reward_proposal, lambda proposal: proposal.id)

    @command
    def approve_reward_proposal(
        self, tx: ExchangeTransaction, *, actor: Caller, proposal_id: str
    ) -> calls.RewardProposal:
        return schemas.reward_proposal(use_cases.approve_proposal(tx.scope(actor), proposal_id))

    @command
    def refuse_reward_proposal(
        self, tx: ExchangeTransaction, *, actor: Caller, proposal_id: str, reason: str
    ) -> calls.RewardProposal:
        return schemas.reward_proposal(use_cases.refuse_proposal(tx.scope(actor), proposal_id, reason))

    @query
    def require_managing_rewards(self, tx: ExchangeTransaction, *, actor: Caller) -> None:
        tx.scope(actor).require(MANAGE_REWARDS)

    @command
    def picture_reward(self, tx: ExchangeTransaction, *, actor: Caller, reward_id: str, sha256: str) -> calls.Reward:
        scope = tx.scope(actor)
        scope.require(MANAGE_REWARDS)
        reward = scope.rewards.get(reward_id, for_update=True)
        reward.set_picture(sha256)
        return schemas.reward(reward)

    @command
    def add_codes(self, tx: ExchangeTransaction, *, actor: Caller, reward_id: str, codes: list[str]) -> calls.Reward:
        scope = tx.scope(actor)
        scope.require(MANAGE_REWARDS)
        reward = scope.rewards.get(reward_id, for_update=True)
        reward.add_codes(codes)
        scope.codes.add(reward, codes, by=scope.person, at=tx.now)
        return schemas.reward(reward)
