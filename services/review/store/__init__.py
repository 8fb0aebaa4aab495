"""Review's store: tables, the repositories of one community, and the transaction that offers them."""

from datetime import date, datetime
from functools import cached_property

from sqlalchemy import Column, ColumnElement, select

from contracts import calendar
from contracts.errors import NotFound
from directory import DirectoryScope
from directory.tables import communities
from messaging import ScopedTransaction, Store
from services.review.domain.community_rules import CommunityRules
from services.review.store.corrections import CorrectionRepository
from services.review.store.duties import DutyRepository
from services.review.store.entries import EntryRepository
from services.review.store.fairness import FairnessRepository
from services.review.store.ledger_seals import LedgerSealRepository
from services.review.store.objections import ObjectionRepository
from services.review.store.office_decisions import OfficeDecisionRepository
from services.review.store.periods import PeriodRepository
from services.review.store.personal_data import PersonalDataRepository
from services.review.store.publications import PublicationRepository
from services.review.store.reminders import ReminderRepository, communities_to_remind
from services.review.store.reviewers import ReviewerRepository
from services.review.store.reviews import ReviewRepository
from services.review.store.sweeps import OpenReviewSweep
from services.review.store.tables import metadata, publications

__all__ = ["ReviewScope", "ReviewStore", "ReviewTransaction", "metadata"]


class ReviewScope(DirectoryScope["ReviewTransaction"]):
    """Repositories of one community, limited to what the caller may see."""

    @cached_property
    def reviews(self) -> ReviewRepository:
        return ReviewRepository(self.session, self.community)

    @cached_property
    def reviewers(self) -> ReviewerRepository:
        return ReviewerRepository(self.directory, self.today)

    @cached_property
    def entries(self) -> EntryRepository:
        return EntryRepository(self.session, self.community)

    @cached_property
    def corrections(self) -> CorrectionRepository:
        return CorrectionRepository(self.session, self.community)

    @cached_property
    def publications(self) -> PublicationRepository:
        return PublicationRepository(self.session, self.community)

    @cached_property
    def objections(self) -> ObjectionRepository:
        return ObjectionRepository(self.session, self.community)

    @cached_property
    def periods(self) -> PeriodRepository:
        return PeriodRepository(self.session, self.community)

    @cached_property
    def ledger_seals(self) -> LedgerSealRepository:
        return LedgerSealRepository(self.session, self.community)

    @cached_property
    def reminders(self) -> ReminderRepository:
        return ReminderRepository(self.session, self.community)

    @cached_property
    def office_decisions(self) -> OfficeDecisionRepository:
        return OfficeDecisionRepository(self.session, self.community)

    @cached_property
    def duties(self) -> DutyRepository:
        return DutyRepository(self.session, self.community)

    def fairness(self, first: date, after: date) -> FairnessRepository:
        """Return the decisions on deeds from the day `first` to before `after`."""
        return FairnessRepository(self.session, self.community, first, after)

    @cached_property
    def personal_data(self) -> PersonalDataRepository:
        return PersonalDataRepository(self.session, self.community)

    def rules_for_decisions(self) -> CommunityRules:
        """Return the rules to decide by. No month is closed until the transaction ends."""
        self.publications.lock_for_decisions()
        return self.rules()

    def rules_for_publication(self) -> CommunityRules:
        """Return the rules to close a month by. Nothing is approved or closed meanwhile until the transaction ends."""
        self.publications.lock_for_closing()
        return self.rules()

    def rules(self) -> CommunityRules:
        """Return the rules as they are; a month may be closed meanwhile."""
        return CommunityRules(policy=self.policy, closed=self.publications.closed_periods(), today=self.today)


class ReviewTransaction(ScopedTransaction[ReviewScope]):
    """A transaction on review's store."""

    scope_class = ReviewScope

    def scope_of_publication(self, publication_id: str) -> ReviewScope:
        """Return the repositories of the community that published a list (R15). Raises `NotFound`."""
        community = self.session.scalar(select(publications.c.community).where(publications.c.id == publication_id))
        if community is None:
            raise NotFound("没有这份公示")
        return self.scope_of(community)

    def sweep(self, name: str) -> OpenReviewSweep:
        """Return the sweep of that name through the open first reviews of all communities."""
        return OpenReviewSweep(self.session, name)

    def communities_to_remind(self) -> list[str]:
        """Return the communities that sent no reminders today."""
        return communities_to_remind(self.session, calendar.day_of(self.now))

    def communities_with_calendar(self) -> list[str]:
        """Return the communities whose months are published and settled automatically."""
        automatic = select(communities.c.community).where(communities.c.settings["calendar"].as_boolean())
        return list(self.session.scalars(automatic.order_by(communities.c.community)))

    def oldest_publishing(self) -> tuple[str, str] | None:
        """Return community and month of the list that was closed first and is not complete; None if there is none."""
        return self._oldest(publications.c.closed_at, publications.c.published_at.is_(None))

    def oldest_settling(self) -> tuple[str, str] | None:
        """Return community and month of the list that began to settle first and is not settled; None if none is."""
        settling = publications.c.settling_since.is_not(None) & publications.c.settled_at.is_(None)
        return self._oldest(publications.c.settling_since, settling)

    def _oldest(self, since: Column[datetime], condition: ColumnElement[bool]) -> tuple[str, str] | None:
        lists = select(publications.c.community, publications.c.period).where(condition)
        found = self.session.execute(lists.order_by(since).limit(1)).first()
        return (found.community, found.period) if found else None


class ReviewStore(Store):
    transaction_class = ReviewTransaction
