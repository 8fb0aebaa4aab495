"""Questions about merchants' own codes: each is issued once."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contracts.errors import CodesTaken
from services.exchange.domain.orders import Order
from services.exchange.domain.rewards import Reward
from services.exchange.store.tables import reward_codes as codes


class Codes:
    """The pool of every reward that gives codes. Whoever takes from it holds the lock of the reward."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, reward: Reward, added: Sequence[str], *, by: str, at: datetime) -> None:
        """Fill the pool; `CodesTaken`, with the place of each, when some were in it before."""
        common = {"community": reward.community, "reward": reward.id, "added_at": at, "added_by": by}
        wanted = insert(codes).values([{**common, "code": code} for code in added])
        new = set(self._session.scalars(wanted.on_conflict_do_nothing().returning(codes.c.code)))
        if len(new) < len(added):
            taken = [place for place, code in enumerate(added) if code not in new]
            raise CodesTaken(errors=[{"pointer": f"/codes/{place}", "detail": "已经上传过"} for place in taken])

    def issue(self, order: Order) -> None:
        """Give the order its codes, those added first."""
        in_the_pool = (
            select(codes.c.code)
            .where(codes.c.community == order.community, codes.c.reward == order.reward, codes.c.order.is_(None))
            .order_by(codes.c.added_at, codes.c.code)
            .limit(order.quantity)
        )
        given = update(codes).where(
            codes.c.community == order.community, codes.c.reward == order.reward, codes.c.code.in_(in_the_pool)
        )
        found = self._session.execute(given.values(order=order.id))
        assert found.rowcount == order.quantity, "what is reserved is in the pool"

    def of(self, community: str, orders: Iterable[str]) -> dict[str, list[str]]:
        """The codes of each order that has some."""
        wanted = select(codes.c.order, codes.c.code).where(
            codes.c.community == community, codes.c.order.in_(list(orders))
        )
        found: dict[str, list[str]] = {}
        for order, code in self._session.execute(wanted.order_by(codes.c.added_at, codes.c.code)):
            found.setdefault(order, []).append(code)
        return found
