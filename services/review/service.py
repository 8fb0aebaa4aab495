"""The review service: who may judge what, and what has been judged (R12–R17)."""

from contracts.aggregation import BlockSealed
from contracts.claims import ClaimResubmitted, ClaimSubmitted, ClaimWithdrawn
from contracts.inspection import AwardProposed
from contracts.registry import ResidentErased
from directory import KeepsDirectory, keep
from messaging import Actor, command, query, receive, receive_batch, tick
from services.review import answers, months, schemas, waiting
from services.review.domain.objections import Outcome
from services.review.domain.publications import Seal
from services.review.domain.reviews import Stage
from services.review.domain.waiting import overdue_before
from services.review.hearing import Hearing
from services.review.intake import Intake
from services.review.sitting import Sitting
from services.review.store import ReviewStore, ReviewTransaction


class ReviewService(KeepsDirectory):
    name = "review"
    store = ReviewStore()

    # What is heard

    @receive_batch(ClaimSubmitted, ClaimResubmitted, ClaimWithdrawn)
    def follow_claims(self, tx: ReviewTransaction, events):
        for community in sorted({event.community for event in events}):
            Intake(tx.records(community), [event for event in events if event.community == community]).follow()

    @receive(AwardProposed)
    def open_award(self, tx: ReviewTransaction, event):
        Intake(tx.records(event.community), [event]).follow()

    @tick(seconds=20)
    def route_again(self, tx: ReviewTransaction):
        """Offices change by the day: put open first reviews on the desks of whose turn it is now (R12)."""
        waiting.route_again(tx)

    @tick(seconds=300)
    def remind(self, tx: ReviewTransaction):
        """Once a day, remind those before whom something has waited too long (R12, R16)."""
        waiting.remind(tx)

    @receive(BlockSealed)
    def keep_seal(self, tx: ReviewTransaction, event):
        """The next list will bear the ledger's newest seal (R14, R20)."""
        tx.records(event.community).lists.keep_seal(Seal(block=event.height, root=event.block))

    @receive(ResidentErased)
    def forget_person(self, tx: ReviewTransaction, event):
        """Let go of the words about him and of his own; what was decided stays."""
        keep(tx.session, [event])
        tx.records(event.community).words.forget(event.person)

    # Judging

    @query
    def list_reviews(self, tx: ReviewTransaction, actor, stage="first", limit=20, cursor=None):
        """What the actor may judge, the longest waiting first."""
        records, by = tx.records_for(Actor.of(actor)), Actor.of(actor)
        found = records.docket.waiting_for(records.court.judge(by.person), Stage(stage), limit + 1, cursor)
        return answers.page(found, limit, lambda review: answers.review(review, records))

    @query
    def list_overdue_reviews(self, tx: ReviewTransaction, actor, limit=20, cursor=None):
        """First reviews that wait too long: the actor's own, for group and branch everybody's."""
        records, by = tx.records_for(Actor.of(actor)), Actor.of(actor)
        before = overdue_before(records.policy.reminder_days, tx.now)
        found = records.docket.overdue(records.court.judge(by.person), before, limit + 1, cursor)
        return answers.page(found, limit, lambda review: answers.review(review, records))

    @query
    def get_review(self, tx: ReviewTransaction, actor, review_id):
        """One case, for its people and its judges (R15)."""
        records, by = tx.records_for(Actor.of(actor)), Actor.of(actor)
        review = records.docket.get(review_id, records.court.judge(by.person))
        return answers.case(review, records)

    @command
    def decide(self, tx: ReviewTransaction, actor, review_id, decision):
        """One word on one case; `decision` is `{"decision", "reason", "points"}`."""
        sitting = Sitting(tx, Actor.of(actor), [review_id])
        review = sitting.decide(review_id, schemas.verdict(decision))
        sitting.close()
        return answers.review(review, sitting.records)

    @command
    def decide_many(self, tx: ReviewTransaction, actor, decisions):
        """As `decide`, with `review_id` in each, and an answer for each: one that is refused holds up no other."""
        sitting = Sitting(tx, Actor.of(actor), [each["review_id"] for each in decisions])
        data = [sitting.answer(each["review_id"], schemas.verdict(each)) for each in decisions]
        sitting.close()
        return {"data": data}

    # The month

    @query
    def list_periods(self, tx: ReviewTransaction, actor, limit=20, cursor=None):
        found = tx.records_for(Actor.of(actor)).periods.page(limit + 1, cursor)
        return answers.page(found, limit, answers.period, cursor="period")

    @query
    def get_period(self, tx: ReviewTransaction, actor, period):
        return answers.period(tx.records_for(Actor.of(actor)).periods.get(schemas.period(period)))

    @command
    def publish_period(self, tx: ReviewTransaction, actor, period):
        records, by = tx.records_for(Actor.of(actor)), Actor.of(actor)
        return answers.publication(months.publish(tx, records, records.court.judge(by.person), schemas.period(period)))

    @command
    def settle_period(self, tx: ReviewTransaction, actor, period):
        records, by = tx.records_for(Actor.of(actor)), Actor.of(actor)
        return answers.publication(months.settle(tx, records, records.court.judge(by.person), schemas.period(period)))

    @tick(seconds=10)
    def keep_calendar(self, tx: ReviewTransaction):
        """Publish and settle what is due in the communities that leave it to the clock (R14, R17)."""
        months.keep_calendar(tx)

    @tick(seconds=1)
    def go_on_publishing(self, tx: ReviewTransaction):
        """A large month's list is drawn up slice by slice (R14)."""
        months.go_on_publishing(tx)

    @tick(seconds=1)
    def go_on_settling(self, tx: ReviewTransaction):
        """A large month becomes final slice by slice (R17)."""
        months.go_on_settling(tx)

    @query
    def list_publications(self, tx: ReviewTransaction, community_id, limit=20, cursor=None):
        """The lists a community has published, newest first, for everybody (R15)."""
        found = tx.records(community_id).lists.publications(limit + 1, cursor)
        return answers.page(found, limit, answers.publication)

    @query
    def get_publication(self, tx: ReviewTransaction, publication_id, courtyard_id=None, limit=20, cursor=None):
        """A published list, or what of it is one courtyard's, for everybody (R15)."""
        records = tx.records_of_publication(publication_id)
        found = records.lists.publication(publication_id)
        return answers.published(found, records, courtyard_id, limit, schemas.position(cursor))

    # Objections and corrections

    @command
    def object_to_entry(self, tx: ReviewTransaction, actor, entry_id, reason):
        hearing = Hearing(tx, Actor.of(actor))
        return answers.objection(hearing.object_to(entry_id, reason), hearing.records)

    @query
    def list_objections(self, tx: ReviewTransaction, actor, state=None, overdue=False, limit=20, cursor=None):
        """All of them for the branch, his own for everybody else; newest first."""
        records, by = tx.records_for(Actor.of(actor)), Actor.of(actor)
        outcome, late = Outcome(state) if state else None, (records.policy, tx.now) if overdue else None
        found = records.objections.page(records.court.judge(by.person), outcome, limit + 1, cursor, late)
        return answers.page(found, limit, lambda objection: answers.objection(objection, records))

    @command
    def rule_on_objection(self, tx: ReviewTransaction, actor, objection_id, ruling):
        """`ruling` is `{"outcome", "reason", "points"}`."""
        hearing = Hearing(tx, Actor.of(actor))
        return answers.objection(hearing.rule(objection_id, schemas.ruling(ruling)), hearing.records)

    @command
    def correct_entry(self, tx: ReviewTransaction, actor, entry_id, points, reason):
        return answers.correction(Hearing(tx, Actor.of(actor)).correct(entry_id, points, reason))
