"""The shelf over RPC: what points buy (R25)."""

from contracts.calendar import day_of
from messaging import Actor, command, query
from services.exchange import access, schemas
from services.exchange.domain.rewards import Reward
from services.exchange.store import ExchangeTransaction


class Shelf:
    """Beside the service class: rewards."""

    @query
    def list_rewards(self, tx: ExchangeTransaction, actor, all=False, limit=20, cursor=None):
        by = Actor.of(actor)
        if all:
            access.keeper(tx, by)
        found = tx.rewards.page(by.community, on=None if all else day_of(tx.now), limit=limit + 1, after=cursor)
        return schemas.page(found, limit, schemas.reward)

    @query
    def get_reward(self, tx: ExchangeTransaction, actor, reward_id):
        return schemas.reward(tx.rewards.get(Actor.of(actor).community, reward_id))

    @command
    def offer_reward(self, tx: ExchangeTransaction, actor, **form):
        by = access.keeper(tx, Actor.of(actor))
        tx.merchants.must_all_exist(by.community, form["merchant_ids"])
        reward = Reward.offer(community=by.community, at=tx.now, **schemas.terms(form))
        tx.rewards.add(reward)
        return schemas.reward(reward)

    @command
    def revise_reward(self, tx: ExchangeTransaction, actor, reward_id, **form):
        by = access.keeper(tx, Actor.of(actor))
        tx.merchants.must_all_exist(by.community, form["merchant_ids"])
        reward = tx.rewards.get(by.community, reward_id, for_update=True)
        reward.revise(**schemas.terms(form))
        return schemas.reward(reward)

    @command
    def picture_reward(self, tx: ExchangeTransaction, actor, reward_id, sha256):
        by = access.keeper(tx, Actor.of(actor))
        reward = tx.rewards.get(by.community, reward_id, for_update=True)
        reward.picture_as(sha256)
        return schemas.reward(reward)

    @command
    def add_codes(self, tx: ExchangeTransaction, actor, reward_id, codes):
        by = access.keeper(tx, Actor.of(actor))
        reward = tx.rewards.get(by.community, reward_id, for_update=True)
        reward.stock_up(codes)
        tx.codes.add(reward, codes, by=by.person, at=tx.now)
        return schemas.reward(reward)
