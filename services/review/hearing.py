"""An objection from its raising to its ruling, and corrections; always publication first, then entry (R16)."""

from contracts.errors import RoleMissing
from messaging import Actor
from services.review.domain.entries import Correction
from services.review.domain.objections import Objection, Ruling
from services.review.store import ReviewTransaction


class Hearing:
    """What one actor may bring against a published entry, and what the branch answers."""

    def __init__(self, tx: ReviewTransaction, actor: Actor) -> None:
        self._tx, self._actor, self.records = tx, actor, tx.records_for(actor)
        self._lists = self.records.lists

    def object_to(self, entry_id: str, reason: str) -> Objection:
        """A resident of today objects to a published entry."""
        if self.records.directory.household_of(self._actor.person or "", self.records.today) is None:
            raise RoleMissing("只有本社区居民可以提出异议")
        publication = self._lists.publication_of(self._lists.entry(entry_id))
        entry = self._lists.entry(entry_id, lock=True)
        objection = Objection.to(entry, publication, self._actor.person or "", reason, self._tx.now)
        self.records.objections.add(objection)
        self._tx.emit(objection.raised())
        return objection

    def rule(self, objection_id: str, ruling: Ruling) -> Objection:
        """The branch rules. If the period has settled meanwhile, the entry becomes final now, with its corrections."""
        judge = self.records.court.judge(self._actor.person)
        entry = self._lists.entry(self.records.objections.get(objection_id, judge).entry)
        publication = self._lists.publication_of(entry)
        entry = self._lists.entry(entry.id, lock=True)
        objection = self.records.objections.get(objection_id, judge, lock=True)
        judge = self.records.court.judge(self._actor.person, [entry.day])
        correction = objection.rule(ruling, entry, judge, self._tx.now)
        if correction:
            self._lists.add(correction)
        self._tx.emit(objection.ruled())
        if self.records.directory.erased([objection.objector, entry.person]):
            objection.forget()
        if publication.settled_at:
            corrections = self._lists.corrections_of([entry.id])[entry.id]
            self._tx.emit(*entry.finalize(corrections, judge.person, self._tx.now))
        return objection

    def correct(self, entry_id: str, points: int, reason: str) -> Correction:
        """The branch corrects what the ledger already has."""
        entry = self._lists.entry(entry_id, lock=True)
        judge = self.records.court.judge(self._actor.person, [entry.day])
        correction, event = entry.correct_final(points, reason, judge, self._tx.now)
        self._lists.add(correction)
        self._tx.emit(event)
        return correction
