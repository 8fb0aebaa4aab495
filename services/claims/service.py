"""Claims over RPC and events: rulebooks, evidence, declarations and their timelines (R7–R11, R15)."""

from datetime import date

from contracts import ids
from contracts.errors import NotFound
from contracts.registry import ResidentErased
from directory import KeepsDirectory
from messaging import command, query, receive, receive_batch, tick
from services.claims import declaring, forgetting, schemas
from services.claims.costing import cost
from services.claims.domain.evidence import Evidence
from services.claims.domain.rulebook import Rulebook
from services.claims.following import FOLLOWED, follow
from services.claims.recording import Attendance
from services.claims.store import ClaimsStore, ClaimsTransaction, traces
from services.claims.suspending import suspend


class ClaimsService(KeepsDirectory):
    name = "claims"
    store = ClaimsStore()

    # Rulebooks

    @command
    def draft_rulebook(self, tx: ClaimsTransaction, actor, title, items):
        office = tx.office(actor)
        office.must_write_rules()
        drafted = Rulebook.draft(
            community=office.community,
            id=ids.new("rbk"),
            version=office.rulebooks.next_version(),
            title=title,
            items=schemas.items(items),
            by=office.person,
            at=tx.now,
        )
        office.rulebooks.add(drafted)
        return schemas.rulebook(drafted)

    @command
    def adopt_rulebook(self, tx: ClaimsTransaction, actor, rulebook_id, effective_from):
        office = tx.office(actor)
        office.must_write_rules()
        office.rulebooks.hold()
        rulebook, day = office.rulebooks.get(rulebook_id), date.fromisoformat(effective_from)
        standing = office.rulebooks.on(day)
        tx.emit(rulebook.adopt(by=office.person, at=tx.now, today=office.today, effective_from=day, in_force=standing))
        return schemas.rulebook(rulebook)

    @command
    def discard_rulebook(self, tx: ClaimsTransaction, actor, rulebook_id):
        office = tx.office(actor)
        office.must_write_rules()
        office.rulebooks.hold()
        rulebook = office.rulebooks.get(rulebook_id)
        rulebook.discard(by=office.person, at=tx.now)
        return schemas.rulebook(rulebook)

    @query
    def list_rulebooks(self, tx: ClaimsTransaction, actor, limit=20, cursor=None):
        found = tx.office(actor).rulebooks.page(limit + 1, schemas.version(cursor))
        return _page(found, limit, schemas.rulebook_head, lambda rulebook: str(rulebook.version))

    @query
    def get_rulebook(self, tx: ClaimsTransaction, actor, rulebook_id):
        return schemas.rulebook(tx.office(actor).rulebooks.get(rulebook_id))

    @query
    def current_rulebook(self, tx: ClaimsTransaction, actor, day=None):
        office = tx.office(actor)
        found = office.rulebooks.on(date.fromisoformat(day) if day else office.today)
        if found is None:
            raise NotFound("该日没有生效的积分细则")
        return schemas.rulebook(found)

    @query
    def cost_draft(self, tx: ClaimsTransaction, actor, rulebook_id, period):
        """What a month's acts would have cost under that rulebook, item by item."""
        office = tx.office(actor)
        office.must_answer_for_costs()
        return schemas.costing(cost(office, rulebook_id, period), period)

    # Evidence

    @command
    def register_evidence(
        self,
        tx: ClaimsTransaction,
        actor,
        sha256,
        media_type,
        size,
        width=None,
        height=None,
        looks=(),
        origin=None,
    ):
        office = tx.office(actor)
        office.must_be_known()
        kept = {"sha256": sha256, "media_type": media_type, "size": size, "width": width, "height": height}
        who = {"community": office.community, "uploaded_by": office.person, "uploaded_at": tx.now}
        piece = Evidence(id=ids.new("evd"), **who, **kept)
        office.evidence.add(piece, schemas.origin(origin), looks)
        return schemas.evidence(piece)

    @query
    def open_evidence(self, tx: ClaimsTransaction, actor, evidence_id):
        office = tx.office(actor)
        piece = office.evidence.get(evidence_id)
        if piece.uploaded_by != office.person and not office.reader.judges_all:
            carriers = office.evidence.carriers_of(evidence_id)
            if not any(office.reader.person == claim.person or office.reader.judges(claim) for claim in carriers):
                raise NotFound("没有此证明材料")
        return schemas.evidence(piece) | {"community_id": office.community}

    @query
    def open_evidence_of(self, tx: ClaimsTransaction, actor, evidence_id, uploaded_by_id):
        """Evidence that somebody else showed: for who asks after another service said that he may see it there."""
        office = tx.office(actor)
        piece = office.evidence.get(evidence_id)
        if piece.uploaded_by != uploaded_by_id:
            raise NotFound("没有此证明材料")
        return schemas.evidence(piece) | {"community_id": office.community}

    # Claims

    @command
    def submit_claim(self, tx: ClaimsTransaction, actor, person_id=None, **form):
        office = tx.office(actor)
        claim = declaring.declare(office, schemas.declaration(form), person_id, tx.now)
        event = claim.submitted()
        office.claims.add(claim, event)
        tx.emit(event)
        return schemas.claim(claim)

    @command
    def resubmit_claim(self, tx: ClaimsTransaction, actor, claim_id, **form):
        office = tx.office(actor)
        claim = office.claims.seen_by(office.reader, claim_id, for_update=True)
        declaring.declare_again(office, claim, schemas.declaration(form), tx.now)
        return _tell(tx, office, claim, claim.resubmitted())

    @command
    def withdraw_claim(self, tx: ClaimsTransaction, actor, claim_id):
        office = tx.office(actor)
        claim = office.claims.seen_by(office.reader, claim_id, for_update=True)
        return _tell(tx, office, claim, claim.withdraw(office.person, tx.now))

    @query
    def list_claims(
        self,
        tx: ClaimsTransaction,
        actor,
        limit=20,
        cursor=None,
        status=None,
        period=None,
        person_id=None,
        courtyard_id=None,
    ):
        office = tx.office(actor)
        wanted = {"status": status, "period": period, "person": person_id, "courtyard": courtyard_id}
        found = office.lists.page(office.reader, limit=limit + 1, before=cursor, **wanted)
        return _page(found, limit, lambda claim: _as_seen(office, claim), lambda claim: claim.id)

    @query
    def list_records(
        self, tx: ClaimsTransaction, actor, courtyard_id=None, period=None, day=None, limit=20, cursor=None
    ):
        """Each day's claims, whatever became of them: a courtyard's, or the whole community's (R9)."""
        office = tx.office(actor)
        office.must_keep_records(courtyard_id)
        span, behind = schemas.span(period, day, office.today), schemas.record_place(cursor)
        found = office.lists.records(span, courtyard=courtyard_id, limit=limit + 1, behind=behind)
        numbers = office.directory.all_courtyards()
        return _page(found, limit, lambda claim: schemas.record(claim, numbers), schemas.record_cursor)

    @query
    def get_claim(self, tx: ClaimsTransaction, actor, claim_id):
        office = tx.office(actor)
        claim = office.claims.seen_by(office.reader, claim_id)
        pieces = office.evidence.all_of(claim.evidence)
        origins = office.evidence.origins_of(claim.evidence) if office.reader.judges(claim) else None
        return schemas.whole_claim(claim, pieces, origins, office.claims.timeline(claim.id))

    @query
    def summaries(self, tx: ClaimsTransaction, actor, ids):
        office = tx.office(actor)
        found = office.claims.some_seen_by(office.reader, ids)
        return {claim.id: schemas.summary(claim, judges=office.reader.judges(claim)) for claim in found}

    # What the platform's own lists say

    @command
    def record_acts(self, tx: ClaimsTransaction, actor, person_ids, **form):
        """Many people's part in one thing, with an answer for each: one that does not count holds up no other."""
        office = tx.office(actor)
        office.must_record_acts()
        attendance = Attendance(office, schemas.declaration(form), tx.now)
        recorded = attendance.record(person_ids)
        tx.emit(*attendance.told)
        return {"data": [schemas.recorded(person, outcome) for person, outcome in recorded]}

    @query
    def list_acts(self, tx: ClaimsTransaction, actor, limit=20, cursor=None):
        office = tx.office(actor)
        office.must_record_acts()
        return _page(office.acts.page(limit + 1, cursor), limit, schemas.act, lambda act: act.id)

    # Who may not declare for himself

    @command
    def suspend_person(self, tx: ClaimsTransaction, actor, person_id, until, reason):
        office = tx.office(actor)
        office.must_suspend()
        return schemas.suspension(suspend(office, person_id, date.fromisoformat(until), reason, tx.now))

    @command
    def lift_suspension(self, tx: ClaimsTransaction, actor, suspension_id, reason):
        office = tx.office(actor)
        office.must_suspend()
        suspension = office.suspensions.get(suspension_id)
        suspension.lift(by=office.person, reason=reason, today=office.today, at=tx.now)
        return schemas.suspension(suspension)

    @query
    def list_suspensions(self, tx: ClaimsTransaction, actor, limit=20, cursor=None):
        """Everybody's for group, branch and committee; one's own for everybody else."""
        office = tx.office(actor)
        found = office.suspensions.page(None if office.reader.sees_all else office.person, limit + 1, cursor)
        return _page(found, limit, schemas.suspension, lambda suspension: suspension.id)

    # What review decides

    @receive_batch(*FOLLOWED, size=200, linger=0.05)
    def follow_review(self, tx: ClaimsTransaction, events):
        follow(tx, events)

    # Who is erased

    @receive(ResidentErased)
    def forget_person(self, tx: ClaimsTransaction, event):
        forgetting.hear_of_erasure(tx, event)

    @tick(seconds=30)
    def forget_again(self, tx: ClaimsTransaction):
        forgetting.forget_again(tx)

    @query
    def files_to_delete(self, tx: ClaimsTransaction):
        """For whoever keeps the files: `[community, evidence id]` of each to be deleted now."""
        return traces.files_due(tx.session, tx.now)

    @command
    def files_deleted(self, tx: ClaimsTransaction, files):
        traces.files_deleted(tx.session, files, tx.now)


def _tell(tx, office, claim, event):
    """Say it, and write it on the claim's own timeline."""
    tx.emit(event)
    office.claims.note(claim.id, event)
    return schemas.claim(claim)


def _as_seen(office, claim):
    return schemas.judged_claim(claim) if office.reader.judges(claim) else schemas.claim(claim)


def _page(found, limit, shown, cursor):
    """A page of `limit` out of `limit + 1` asked for: the extra one tells whether there is more."""
    data = found[:limit]
    return {
        "data": [shown(each) for each in data],
        "next_cursor": cursor(data[-1]) if len(found) > limit else None,
    }
