"""Claims' own store: rulebooks, evidence and claims, and the directory it keeps beside them."""

from datetime import date
from functools import cached_property

from contracts.calendar import day_of
from contracts.errors import NotFound, RoleMissing
from directory import Directory
from messaging import Actor, Store, Transaction
from services.claims.domain.readers import Reader
from services.claims.store.acts import Acts
from services.claims.store.circumstances import Circumstances
from services.claims.store.claims import Claims
from services.claims.store.deeds import Deeds
from services.claims.store.evidence import EvidenceShelf
from services.claims.store.lists import Lists
from services.claims.store.rulebooks import Rulebooks
from services.claims.store.suspensions import Suspensions
from services.claims.store.tables import metadata
from services.claims.store.traces import Traces

__all__ = ["Circumstances", "ClaimsStore", "ClaimsTransaction", "Office", "metadata"]


class Office:
    """One community's part of the store, as the person at the counter may use it."""

    def __init__(self, tx: "ClaimsTransaction", community: str, person: str | None) -> None:
        self._tx = tx
        self.community = community
        self.person = person or ""
        self.today = day_of(tx.now)

    @cached_property
    def directory(self) -> Directory:
        return Directory(self._tx.session, self.community)

    def circumstances(self, person: str, day: date) -> Circumstances:
        """What decides whether that person's act of that day may be declared now, by whoever is at the counter."""
        who = {"person": person, "declarer": self.person}
        return Circumstances.ask(self._tx.session, self.community, **who, day=day, today=self.today)

    @cached_property
    def rulebooks(self) -> Rulebooks:
        return Rulebooks(self._tx.session, self.community)

    @cached_property
    def evidence(self) -> EvidenceShelf:
        return EvidenceShelf(self._tx.session, self.community)

    @cached_property
    def claims(self) -> Claims:
        return Claims(self._tx.session, self.community)

    @cached_property
    def acts(self) -> Acts:
        return Acts(self._tx.session, self.community)

    def deeds(self, period: str) -> Deeds:
        """A month's acts, to be counted again."""
        return Deeds(self._tx.session, self.community, period)

    @cached_property
    def suspensions(self) -> Suspensions:
        return Suspensions(self._tx.session, self.community)

    @cached_property
    def lists(self) -> Lists:
        return Lists(self._tx.session, self.community)

    def traces(self, person: str) -> Traces:
        """What is kept of that person."""
        return Traces(self._tx.session, self.community, person)

    @cached_property
    def reader(self) -> Reader:
        """The person as he stands today."""
        roles = self.directory.roles_of(self.person, self.today)
        of_grids = self.directory.courtyards_in(roles.grids) if roles.grids else set()
        return Reader(person=self.person, courtyards=roles.courtyards | of_grids, offices=roles.offices)

    def must_write_rules(self) -> None:
        """Rulebooks are written by the working group and the committee (R7)."""
        if not self.reader.writes_rules:
            raise RoleMissing("只有积分管理工作小组和社区可以制定积分细则")

    def must_answer_for_costs(self) -> None:
        """What a draft would have cost is for group, branch and committee."""
        if not self.reader.sees_all:
            raise RoleMissing("积分预算由积分管理工作小组、支部和社区查看")

    def must_be_known(self) -> None:
        """Of an erased person nothing is taken in any more, as long as his last access token may live."""
        if self.directory.erased([self.person]):
            raise NotFound("没有此居民")

    def must_suspend(self) -> None:
        """Who declares what never happened is suspended by the working group."""
        if not self.reader.suspends:
            raise RoleMissing("只有积分管理工作小组可以暂停或恢复申报")

    def must_record_acts(self) -> None:
        """Who took part is recorded by working group and committee (R11)."""
        if not self.reader.records_acts:
            raise RoleMissing("只有积分管理工作小组和社区可以登记参与记录")

    def must_keep_records(self, courtyard: str | None) -> None:
        """A courtyard's are kept by its head and grid officer, all by group, branch and committee (R9)."""
        if courtyard is None:
            if not self.reader.sees_all:
                raise RoleMissing("管理台账由积分管理工作小组、支部和社区查看")
        elif not self.reader.keeps_records_of(courtyard) or self.directory.grid_of(courtyard) is None:
            raise NotFound("没有此院落")


class ClaimsTransaction(Transaction):
    def office(self, actor: dict[str, str | None]) -> Office:
        """The store as the caller may use it."""
        caller = Actor.of(actor)
        return Office(self, caller.community or "", caller.person)

    def office_of(self, community: str) -> Office:
        """The store for what no person asked for: events, the platform's own records."""
        return Office(self, community, None)


class ClaimsStore(Store):
    transaction_class = ClaimsTransaction
