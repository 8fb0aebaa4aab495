"""Merchants' own codes, each of which is issued once."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contracts.errors import CodesTaken
from services.exchange.domain.orders import Order
from services.exchange.domain.rewards import Reward
from services.exchange.store.tables import reward_codes as codes


class CodeRepository:
    """Stores the codes of one community's rewards and issues them to orders."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def add(self, reward: Reward, added: Sequence[str], *, by: str, at: datetime) -> None:
        """Store new codes of a reward. Raises CodesTaken, with the place of each code that was added before."""
        common = {"community": self._community, "reward": reward.id, "added_at": at, "added_by": by}
        rows = insert(codes).values([{**common, "code": code} for code in added])
        new = set(self._session.scalars(rows.on_conflict_do_nothing().returning(codes.c.code)))
        if len(new) < len(added):
            taken = [place for place, code in enumerate(added) if code not in new]
            raise CodesTaken(errors=[{"pointer": f"/codes/{place}", "detail": "已经上传过"} for place in taken])

    def issue(self, order: Order) -> None:
        """Issue the oldest codes to an order. The caller has locked the reward's row."""
        oldest = (
            select(codes.c.code)
            .where(codes.c.community == self._community, codes.c.reward == order.reward, codes.c.order.is_(None))
            .order_by(codes.c.added_at, codes.c.code)
            .limit(order.quantity)
        )
        issued = (
            update(codes)
            .where(codes.c.community == self._community, codes.c.reward == order.reward, codes.c.code.in_(oldest))
            .values(order=order.id)
            .returning(codes.c.code)
        )
        assert len(self._session.scalars(issued).all()) == order.quantity, "what is reserved has codes"

    def of_orders(self, orders: Iterable[str]) -> dict[str, list[str]]:
        """Return the codes of each order that has some."""
        rows = select(codes.c.order, codes.c.code).where(
            codes.c.community == self._community, codes.c.order.in_(list(orders))
        )
        found: dict[str, list[str]] = {}
        for order, code in self._session.execute(rows.order_by(codes.c.added_at, codes.c.code)):
            found.setdefault(order, []).append(code)
        return found
