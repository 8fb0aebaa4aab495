"""Review's store: tables, repositories of one community each, and the transaction that holds them together."""

from datetime import datetime
from functools import cached_property

from sqlalchemy import Column, ColumnElement, select

from contracts import calendar
from contracts.errors import NotFound
from contracts.policy import Policy
from directory import Directory
from directory.tables import communities
from messaging import Actor, Store, Transaction
from services.review.domain.house import HouseRules
from services.review.store.court import Court
from services.review.store.docket import Docket
from services.review.store.lists import Lists
from services.review.store.objections import Objections
from services.review.store.periods import Periods
from services.review.store.reminders import Reminders, communities_to_remind
from services.review.store.rounds import Round
from services.review.store.tables import metadata, publications
from services.review.store.words import Words

__all__ = ["Records", "ReviewStore", "ReviewTransaction", "metadata"]


class Records:
    """All that review keeps of one community, as one transaction sees it."""

    def __init__(self, tx: Transaction, community: str) -> None:
        self.community, self.now = community, tx.now
        self.today = calendar.day_of(tx.now)
        self.directory = Directory(tx.session, community)
        self.court = Court(self.directory, self.today)
        self.docket = Docket(tx.session, community)
        self.lists = Lists(tx.session, community)
        self.objections = Objections(tx.session, community)
        self.periods = Periods(tx.session, community)
        self.reminders = Reminders(tx.session, community)
        self.words = Words(tx.session, community)

    @cached_property
    def policy(self) -> Policy:
        """What the community has chosen."""
        return self.directory.policy()

    def rules(self) -> HouseRules:
        """The rules to decide by; no list is published until the transaction ends."""
        return self.lists.rules(self.policy, self.today)

    def rules_to_publish(self) -> HouseRules:
        """The rules to publish by; nothing is approved until the transaction ends."""
        return self.lists.rules_to_publish(self.policy, self.today)


class ReviewTransaction(Transaction):
    """A transaction on review's store."""

    _records: dict[str, Records] | None = None

    def records(self, community: str | None) -> Records:
        """What there is of one community; the same object each time."""
        self._records = self._records or {}
        key = community or ""
        if key not in self._records:
            self._records[key] = Records(self, key)
        return self._records[key]

    def records_for(self, actor: Actor) -> Records:
        """What there is of the actor's community."""
        return self.records(actor.community)

    def records_of_publication(self, publication_id: str) -> Records:
        """What there is of the community whose list that is: published lists are asked for by id alone (R15)."""
        community = self.session.scalar(select(publications.c.community).where(publications.c.id == publication_id))
        if community is None:
            raise NotFound("没有这份公示")
        return self.records(community)

    def round(self, name: str) -> Round:
        """The round of that name through all open first reviews."""
        return Round(self.session, name)

    def communities_to_remind(self) -> list[str]:
        """The communities that have not reminded their judges today."""
        return communities_to_remind(self.session, calendar.day_of(self.now))

    def communities_by_the_clock(self) -> list[str]:
        """The communities that let the clock keep their calendar."""
        keeping = select(communities.c.community).where(communities.c.settings["calendar"].as_boolean())
        return list(self.session.scalars(keeping.order_by(communities.c.community)))

    def publishing(self) -> tuple[str, str] | None:
        """The community and period of the list that has been drawn up for longest."""
        return self._oldest(publications.c.closed_at, publications.c.published_at.is_(None))

    def settling(self) -> tuple[str, str] | None:
        """The community and period of the list that has been settling for longest."""
        begun = publications.c.settling_since.is_not(None) & publications.c.settled_at.is_(None)
        return self._oldest(publications.c.settling_since, begun)

    def _oldest(self, since: Column[datetime], wanted: ColumnElement[bool]) -> tuple[str, str] | None:
        lists = select(publications.c.community, publications.c.period).where(wanted)
        found = self.session.execute(lists.order_by(since).limit(1)).first()
        return (found.community, found.period) if found else None


class ReviewStore(Store):
    transaction_class = ReviewTransaction
