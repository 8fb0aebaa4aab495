"""Questions about the shelf."""

from collections.abc import Iterable
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from contracts.errors import NotFound
from services.exchange.domain.merchants import Till
from services.exchange.domain.rewards import Reward
from services.exchange.store.tables import rewards


class Rewards:
    """Every community's shelf."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, reward: Reward) -> None:
        self._session.add(reward)

    def get(self, community: str, reward: str, *, for_update: bool = False) -> Reward:
        """`NotFound` when this community has no such reward. Orders are locked before rewards, never after."""
        found = self._session.get(Reward, (community, reward), with_for_update=for_update or None)
        if found is None:
            raise NotFound("没有此兑换商品")
        return found

    def locked(self, ids: Iterable[tuple[str, str]]) -> dict[str, Reward]:
        """Rewards by id, locked in the order of their ids, so that no two transactions wait in a circle."""
        return {reward: self.get(community, reward, for_update=True) for community, reward in sorted(set(ids))}

    def named(self, community: str, ids: Iterable[str]) -> dict[str, Reward]:
        """Rewards by id, to show beside orders."""
        wanted = select(Reward).where(rewards.c.community == community, rewards.c.id.in_(set(ids)))
        return {reward.id: reward for reward in self._session.scalars(wanted)}

    def for_trying(self, till: Till) -> Reward:
        """Something on the shelf that the till's shop honours, to make a test voucher of."""
        shelf = self._session.scalars(select(Reward).where(rewards.c.community == till.community, rewards.c.listed))
        honoured = [reward for reward in shelf if reward.honoured_by(till.merchant)]
        if not honoured:
            raise NotFound("货架上还没有本店可兑换的商品")
        return min(honoured, key=lambda reward: reward.points)

    def page(self, community: str, *, on: date | None, limit: int, after: str | None) -> list[Reward]:
        """Newest first; those on offer on a day, or all."""
        wanted = select(Reward).where(rewards.c.community == community)
        if on is not None:
            wanted = wanted.where(
                rewards.c.listed,
                or_(rewards.c.starts_on.is_(None), rewards.c.starts_on <= on),
                or_(rewards.c.ends_on.is_(None), rewards.c.ends_on >= on),
            )
        if after is not None:
            wanted = wanted.where(rewards.c.id < after)
        return list(self._session.scalars(wanted.order_by(rewards.c.id.desc()).limit(limit)))
