"""Rewards."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from contracts.errors import NotFound
from services.exchange.domain.rewards import Reward
from services.exchange.store.tables import rewards


class RewardRepository:
    """Loads and stores one community's rewards.

    Transactions lock orders before rewards, and rewards in the order of their ids, so that they cannot deadlock.
    """

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def add(self, reward: Reward) -> None:
        self._session.add(reward)

    def get(self, reward: str, *, for_update: bool = False) -> Reward:
        """Return a reward, locked if asked for. Raises NotFound."""
        found = self._session.get(Reward, (self._community, reward), with_for_update=for_update or None)
        if found is None:
            raise NotFound("没有此兑换商品")
        return found

    def lock(self, ids: Iterable[str]) -> dict[str, Reward]:
        """Return rewards by id, locked in the order of their ids."""
        return {reward: self.get(reward, for_update=True) for reward in sorted(set(ids))}

    def by_id(self, ids: Iterable[str]) -> dict[str, Reward]:
        """Return rewards by id."""
        rows = select(Reward).where(rewards.c.community == self._community, rewards.c.id.in_(set(ids)))
        return {reward.id: reward for reward in self._session.scalars(rows)}

    def cheapest_at(self, merchant: str) -> Reward:
        """Return the cheapest listed reward that a merchant redeems. Raises NotFound."""
        offered = (rewards.c.listed, rewards.c.approved_points.is_not(None))
        listed = self._session.scalars(select(Reward).where(rewards.c.community == self._community, *offered))
        redeemable = [reward for reward in listed if reward.redeemable_at(merchant)]
        if not redeemable:
            raise NotFound("货架上还没有本店可兑换的商品")
        return min(redeemable, key=lambda reward: reward.points)

    def list(self, *, on: date | None, limit: int, after: str | None) -> Sequence[Reward]:
        """Return the rewards on offer on a day, or all, newest first."""
        rows = select(Reward).where(rewards.c.community == self._community)
        if on is not None:
            rows = rows.where(
                rewards.c.listed,
                rewards.c.approved_points.is_not(None),
                or_(rewards.c.starts_on.is_(None), rewards.c.starts_on <= on),
                or_(rewards.c.ends_on.is_(None), rewards.c.ends_on >= on),
            )
        if after is not None:
            rows = rows.where(rewards.c.id < after)
        return self._session.scalars(rows.order_by(rewards.c.id.desc()).limit(limit)).all()
