"""Rewards (R25)."""

from typing import Unpack

from contracts.calls.exchange import rewards as calls
from contracts.paging import page_of
from contracts.rpc import Caller, Page
from directory.permissions import MANAGE_REWARDS
from messaging import command, query
from services.exchange import schemas
from services.exchange.domain.rewards import Reward
from services.exchange.store import ExchangeTransaction


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
        terms = schemas.terms(form)
        reward = Reward.offer(community=scope.community, at=tx.now, stock=form["stock"], **terms)
        scope.rewards.add(reward)
        return schemas.reward(reward)

    @command
    def revise_reward(
        self, tx: ExchangeTransaction, *, actor: Caller, reward_id: str, **form: Unpack[calls.RewardForm]
    ) -> calls.Reward:
        scope = tx.scope(actor)
        scope.require(MANAGE_REWARDS)
        scope.merchants.require_all(form["merchant_ids"])
        reward = scope.rewards.get(reward_id, for_update=True)
        reward.revise(stock=form["stock"], **schemas.terms(form))
        return schemas.reward(reward)

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
