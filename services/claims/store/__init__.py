"""Claims' store: rulebooks, evidence, claims with their timelines, recorded acts and suspensions."""

from datetime import date
from functools import cached_property

from sqlalchemy import select

from directory import DirectoryScope
from directory.access_log import AccessLog
from directory.permissions import JUDGE_CLAIMS, READ_CLAIMS
from directory.tables import communities
from messaging import ScopedTransaction, Store
from services.claims.domain.readers import ClaimReader
from services.claims.store.acts import ActRepository
from services.claims.store.claim_lists import ClaimListRepository
from services.claims.store.claims import ClaimRepository
from services.claims.store.costing import CostingRepository
from services.claims.store.declaration_facts import DeclarationFacts
from services.claims.store.evidence import EvidenceRepository
from services.claims.store.fairness import DeclaringRepository
from services.claims.store.personal_data import ErasureRepository, PersonalDataRepository
from services.claims.store.photo_consents import PhotoConsentRepository
from services.claims.store.retention import RetentionRepository
from services.claims.store.rulebooks import RulebookRepository
from services.claims.store.suspensions import SuspensionRepository
from services.claims.store.tables import metadata

__all__ = ["ClaimsScope", "ClaimsStore", "ClaimsTransaction", "DeclarationFacts", "metadata"]


class ClaimsScope(DirectoryScope["ClaimsTransaction"]):
    """Repositories of one community, limited to what the caller may see."""

    @cached_property
    def rulebooks(self) -> RulebookRepository:
        return RulebookRepository(self.session, self.community)

    @cached_property
    def evidence(self) -> EvidenceRepository:
        return EvidenceRepository(self.session, self.community)

    @cached_property
    def claims(self) -> ClaimRepository:
        return ClaimRepository(self.session, self.community)

    @cached_property
    def claim_lists(self) -> ClaimListRepository:
        return ClaimListRepository(self.session, self.community)

    @cached_property
    def acts(self) -> ActRepository:
        return ActRepository(self.session, self.community)

    @cached_property
    def accesses(self) -> AccessLog:
        """Where the caller's accesses to other people's data are stored."""
        return AccessLog(self.session, self.community, self.person, self.now)

    @cached_property
    def suspensions(self) -> SuspensionRepository:
        return SuspensionRepository(self.session, self.community)

    @cached_property
    def photo_consents(self) -> PhotoConsentRepository:
        return PhotoConsentRepository(self.session, self.community)

    @cached_property
    def declaring(self) -> DeclaringRepository:
        return DeclaringRepository(self.session, self.community)

    @cached_property
    def retention(self) -> RetentionRepository:
        return RetentionRepository(self.session, self.community)

    def costing(self, period: str) -> CostingRepository:
        """Return the acts of a month, for costing a draft rulebook."""
        return CostingRepository(self.session, self.community, period)

    def personal_data_of(self, person: str) -> PersonalDataRepository:
        """Return the personal data of somebody who was erased."""
        return PersonalDataRepository(self.session, self.community, person)

    def declaration_facts(self, person: str, day: date) -> DeclarationFacts:
        """Return what decides whether that person's act of that day may be declared by the caller now."""
        return DeclarationFacts.load(
            self.session, self.community, person=person, declarer=self.person, day=day, today=self.today
        )

    @cached_property
    def reader(self) -> ClaimReader:
        """The caller as a reader of claims."""
        return ClaimReader(
            person=self.person,
            readable=self.courtyards_for(READ_CLAIMS),
            reviewable=self.courtyards_for(JUDGE_CLAIMS),
        )


class ClaimsTransaction(ScopedTransaction[ClaimsScope]):
    """A transaction on claims' store."""

    scope_class = ClaimsScope

    @cached_property
    def erasures(self) -> ErasureRepository:
        """What remains to be erased, in all communities."""
        return ErasureRepository(self.session)

    def communities(self) -> list[str]:
        """Return every community."""
        return list(self.session.scalars(select(communities.c.community).order_by(communities.c.community)))


class ClaimsStore(Store):
    transaction_class = ClaimsTransaction
