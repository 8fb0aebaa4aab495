"""The review service's calls, event handlers and timers (R12–R17)."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import final

from contracts.aggregation import BlockSealed
from contracts.calls import review as calls
from contracts.calls.registry.public_labels import LinesOfPerson
from contracts.claims import ActUndone, ClaimResubmitted, ClaimSubmitted, ClaimWithdrawn, RulebookAdopted
from contracts.community_calendar import CalendarEvent
from contracts.event import Event
from contracts.exchange import RewardDecided
from contracts.inspection import AwardProposed
from contracts.paging import Selection, counted_page, number_cursor, page_of
from contracts.registry import (
    Appointed,
    AppointmentEnded,
    PolicySet,
    ProposalDecided,
    ProposalMade,
    ResidentErased,
    SpendingWaitChanged,
)
from contracts.review import OfficeDecisionKind
from contracts.rpc import Caller, CountedPage, Page
from directory import DirectoryUpdater, apply_facts
from directory.permissions import (
    CONFIRM_CORRECTIONS,
    LIST_OVERDUE_REVIEWS,
    READ_CORRECTIONS,
    READ_FAIRNESS,
    READ_OBJECTIONS,
    READ_PUBLICITY,
    READ_SELF_DEALING,
    RULE_ON_OBJECTIONS,
)
from messaging import command, query, receive, receive_batch, tick
from messaging.sql.listing import Listing
from services.review import permissions, schemas
from services.review.domain.office_decisions import of_reward, of_rulebook
from services.review.domain.overdue import overdue_before
from services.review.domain.public_calendar import days_of_lists
from services.review.domain.publications import Seal
from services.review.domain.reviews import Review, Stage
from services.review.store import ReviewScope, ReviewStore, ReviewTransaction
from services.review.store.publications import Line
from services.review.use_cases import decisions as deciding
from services.review.use_cases import duties, fairness, incoming, objections, periods, reminders, routing, undoing

_MOST_COUNTED = 1000
_MOST_SELECTED = 2000
_LISTS_OF_CALENDAR = 60
"""As many as one call decides on."""


@final
class ReviewService(DirectoryUpdater, calls.ReviewApi):
    name = "review"
    store = ReviewStore()

    # Events

    @receive_batch(ClaimSubmitted, ClaimResubmitted, ClaimWithdrawn)
    def follow_claims(self, tx: ReviewTransaction, events: Sequence[incoming.ClaimEvent]) -> None:
        for community in sorted({event.community for event in events}):
            incoming.apply_events(tx.scope_of(community), [event for event in events if event.community == community])

    @receive(ActUndone)
    def undo_acts(self, tx: ReviewTransaction, event: ActUndone) -> None:
        """Take back what a record earned that was taken back (R33)."""
        undoing.undo_act(tx.scope_of(event.community), event)

    @receive(AwardProposed)
    def open_award(self, tx: ReviewTransaction, event: AwardProposed) -> None:
        incoming.apply_events(tx.scope_of(event.community), [event])

    @receive(BlockSealed)
    def keep_seal(self, tx: ReviewTransaction, event: BlockSealed) -> None:
        """Store the ledger's newest block, which the next publication mentions (R14, R20)."""
        tx.scope_of(event.community).ledger_seals.put(Seal(block=event.height, root=event.block))

    @receive(ResidentErased)
    def forget_person(self, tx: ReviewTransaction, event: ResidentErased) -> None:
        """Delete texts about the person; decisions stay."""
        apply_facts(tx.session, [event])
        tx.scope_of(event.community).personal_data.redact(event.person)

    @receive_batch(Appointed, AppointmentEnded, PolicySet, ProposalMade, ProposalDecided, SpendingWaitChanged)
    def record_office_decisions(self, tx: ReviewTransaction, events: Sequence[Event]) -> None:
        """Add what the registry's offices decided to the record that residents read (R4)."""
        for community in sorted({event.community for event in events}):
            duties.record_of_registry(
                tx.scope_of(community), [event for event in events if event.community == community]
            )

    @receive(RulebookAdopted)
    def record_rulebooks(self, tx: ReviewTransaction, event: RulebookAdopted) -> None:
        """Add who wrote and who adopted a rulebook to the record that residents read (R7)."""
        duties.record(tx.scope_of(event.community), of_rulebook(event))

    @receive_batch(RewardDecided)
    def record_reward_decisions(self, tx: ReviewTransaction, events: Sequence[RewardDecided]) -> None:
        """Add what was decided on rewards and their prices to the record that residents read (R25)."""
        for event in events:
            duties.record(tx.scope_of(event.community), of_reward(event))

    # Timers

    @tick(seconds=20)
    def route_again(self, tx: ReviewTransaction) -> None:
        """Route open first reviews by today's roles (R12)."""
        routing.route_open_reviews(tx)

    @tick(seconds=300)
    def remind(self, tx: ReviewTransaction) -> None:
        """Send the day's reminders of overdue reviews and objections (R12, R16)."""
        reminders.send_reminders(tx)

    @tick(seconds=10)
    def keep_calendar(self, tx: ReviewTransaction) -> None:
        """Publish and settle what is due by the communities' calendars (R14, R17)."""
        periods.keep_calendar(tx)

    @tick(seconds=1)
    def go_on_publishing(self, tx: ReviewTransaction) -> None:
        """Write the next batch of a long list (R14)."""
        periods.continue_publishing(tx)

    @tick(seconds=1)
    def go_on_settling(self, tx: ReviewTransaction) -> None:
        """Settle the next batch of a long list (R17)."""
        periods.continue_settling(tx)

    # Reviews and decisions

    @query
    def list_reviews(
        self,
        tx: ReviewTransaction,
        *,
        actor: Caller,
        stage: calls.OpenStage = "first",
        matching: calls.ReviewFilter | None = None,
        changed_since: str | None = None,
        totals: bool = False,
        limit: int = 20,
        cursor: str | None = None,
    ) -> CountedPage[calls.Review]:
        scope = tx.scope(actor)
        queue, matching = permissions.queue(scope), matching or {}
        if since := Selection.of(None, changed_since).changed_since:
            return _changes(
                scope, scope.reviews.list_changed(queue, Stage(stage), matching, since), limit, cursor, totals
            )
        return _reviews(scope, scope.reviews.list_waiting(queue, Stage(stage), matching), limit, cursor, totals)

    @query
    def select_reviews(
        self,
        tx: ReviewTransaction,
        *,
        actor: Caller,
        stage: calls.OpenStage,
        matching: calls.ReviewFilter | None = None,
    ) -> calls.Selection:
        scope = tx.scope(actor)
        found = scope.reviews.select_waiting(permissions.queue(scope), Stage(stage), matching or {}, _MOST_SELECTED)
        return schemas.selection(found)

    @query
    def count_waiting(self, tx: ReviewTransaction, *, actor: Caller) -> calls.WaitingCases:
        scope = tx.scope(actor)
        queue = permissions.queue(scope)
        return {
            "first_reviews": scope.reviews.count_waiting(queue, Stage.FIRST, _MOST_COUNTED),
            "final_approvals": scope.reviews.count_waiting(queue, Stage.FINAL, _MOST_COUNTED) if queue.group else 0,
            "objections": (
                scope.objections.count_open(scope.person, _MOST_COUNTED) if scope.may(RULE_ON_OBJECTIONS) else 0
            ),
            "corrections": (
                scope.corrections.count_open_proposals(scope.person, _MOST_COUNTED)
                if scope.may(CONFIRM_CORRECTIONS)
                else 0
            ),
        }

    @query
    def list_overdue_reviews(
        self,
        tx: ReviewTransaction,
        *,
        actor: Caller,
        totals: bool = False,
        limit: int = 20,
        cursor: str | None = None,
    ) -> CountedPage[calls.Review]:
        scope = tx.scope(actor)
        queue = None if scope.may(LIST_OVERDUE_REVIEWS) else permissions.queue(scope)
        before = overdue_before(scope.policy.reminder_days, scope.now)
        return _reviews(scope, scope.reviews.list_overdue(queue, before), limit, cursor, totals)

    @query
    def get_review(self, tx: ReviewTransaction, *, actor: Caller, review_id: str) -> calls.Case:
        scope = tx.scope(actor)
        review = scope.reviews.get(review_id)
        caller = permissions.reviewer(scope, [review.day])
        permissions.require_read(scope, review, caller)
        terms = None
        if permissions.reads_as_reviewer(scope, review):
            reviewers = scope.reviewers.of_courtyard(review.courtyard, review.grid)
            terms = review.terms_for(caller, reviewers, scope.rules())
        shown = _shown(scope, scope.directory.all_courtyards(), review)
        return schemas.case(shown, scope.reviews.decisions_on(review), terms)

    @command
    def decide(
        self, tx: ReviewTransaction, *, actor: Caller, review_id: str, decision: calls.DecisionForm
    ) -> calls.Review:
        scope = tx.scope(actor)
        review = deciding.decide(scope, review_id, schemas.decision_request(decision))
        return _shown(scope, scope.directory.all_courtyards(), review)

    @command
    def decide_many(
        self, tx: ReviewTransaction, *, actor: Caller, decisions: list[calls.DecisionOnForm]
    ) -> calls.DecisionAnswers:
        return {"data": deciding.decide_many(tx.scope(actor), schemas.decision_requests(decisions))}

    # Months and published lists

    @query
    def list_periods(
        self, tx: ReviewTransaction, *, actor: Caller, limit: int = 20, cursor: str | None = None
    ) -> Page[calls.Period]:
        found = tx.scope(actor).periods.list(limit + 1, cursor)
        return page_of(found, limit, schemas.period, lambda each: each.period)

    @query
    def get_period(self, tx: ReviewTransaction, *, actor: Caller, period: str) -> calls.WholePeriod:
        scope, month = tx.scope(actor), schemas.month(period)
        return schemas.whole_period(scope.periods.get(month), periods.preparation(scope, month))

    @command
    def publish_period(self, tx: ReviewTransaction, *, actor: Caller, period: str) -> calls.Publication:
        scope = tx.scope(actor)
        return schemas.publication(periods.publish_period(scope, schemas.month(period)), scope.policy)

    @command
    def settle_period(self, tx: ReviewTransaction, *, actor: Caller, period: str) -> calls.Publication:
        scope = tx.scope(actor)
        return schemas.publication(periods.settle_period(scope, schemas.month(period)), scope.policy)

    @query
    def list_lines_of_people(self, tx: ReviewTransaction, *, actor: Caller, period: str) -> list[LinesOfPerson]:
        scope = tx.scope(actor)
        scope.require(READ_PUBLICITY)
        return schemas.lines_of_people(scope.periods.lines_of_people(schemas.month(period)))

    @query
    def list_publications(
        self, tx: ReviewTransaction, *, community_id: str, limit: int = 20, cursor: str | None = None
    ) -> Page[calls.Publication]:
        scope = tx.scope_of(community_id)
        found = scope.publications.list(limit + 1, cursor)
        return page_of(found, limit, lambda each: schemas.publication(each, scope.policy), lambda each: each.id)

    @query
    def list_calendar(self, tx: ReviewTransaction, *, community_id: str, first: str, last: str) -> list[CalendarEvent]:
        scope = tx.scope_of(community_id)
        since, until = date.fromisoformat(first), date.fromisoformat(last)
        return days_of_lists(scope.publications.list(_LISTS_OF_CALENDAR, None), scope.policy, since, until, scope.today)

    @query
    def get_publication(
        self,
        tx: ReviewTransaction,
        *,
        publication_id: str,
        courtyard_id: str | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> calls.PublishedList:
        scope = tx.scope_of_publication(publication_id)
        publication = scope.publications.get(publication_id)
        lines = scope.publications.lines(publication, courtyard_id, limit + 1, number_cursor(cursor) or 0)
        ids = [line.entry.id for line in lines]
        raised, corrections = scope.objections.of_entries(ids), scope.corrections.of_entries(ids)

        def show(line: Line) -> calls.ListedEntry:
            return schemas.listed_entry(line, raised.get(line.entry.id, ()), corrections.get(line.entry.id, ()))

        return schemas.published_list(
            publication, scope.policy, page_of(lines, limit, show, lambda line: line.position)
        )

    # Objections and corrections

    @command
    def object_to_entry(self, tx: ReviewTransaction, *, actor: Caller, entry_id: str, reason: str) -> calls.Objection:
        scope = tx.scope(actor)
        raised = objections.object_to_entry(scope, entry_id, reason)
        return schemas.objection(raised, scope.policy, scope.now, scope.entries.get(raised.entry))

    @query
    def list_objections(
        self,
        tx: ReviewTransaction,
        *,
        actor: Caller,
        state: list[calls.Outcome] | calls.Outcome | None = None,
        changed_since: str | None = None,
        overdue: bool = False,
        totals: bool = False,
        limit: int = 20,
        cursor: str | None = None,
    ) -> CountedPage[calls.Objection]:
        scope = tx.scope(actor)
        listing = scope.objections.list(
            objector=None if scope.may(READ_OBJECTIONS) else scope.person,
            selection=Selection.of(state, changed_since),
            raised_before=overdue_before(scope.policy.ruling_days, scope.now) if overdue else None,
        )
        found = listing.page(limit + 1, cursor)
        entries = scope.entries.of_ids(each.entry for each in found)
        numbers = scope.directory.all_courtyards() if scope.may(READ_OBJECTIONS) else None
        return counted_page(
            found,
            limit,
            lambda each: schemas.objection(each, scope.policy, scope.now, entries[each.entry], numbers),
            lambda each: each.id,
            count=listing.count if totals else None,
        )

    @command
    def rule_on_objection(
        self, tx: ReviewTransaction, *, actor: Caller, objection_id: str, ruling: calls.RulingForm
    ) -> calls.Objection:
        scope = tx.scope(actor)
        ruled = objections.rule_on_objection(scope, objection_id, schemas.ruling(ruling))
        numbers = scope.directory.all_courtyards()
        return schemas.objection(ruled, scope.policy, scope.now, scope.entries.get(ruled.entry), numbers)

    @command
    def propose_correction(
        self, tx: ReviewTransaction, *, actor: Caller, entry_id: str, points: int, reason: str
    ) -> calls.ProposedCorrection:
        proposal = objections.propose_correction(tx.scope(actor), entry_id, points, reason)
        return schemas.proposed_correction(proposal)

    @query
    def list_corrections(
        self,
        tx: ReviewTransaction,
        *,
        actor: Caller,
        state: list[calls.ProposalState] | calls.ProposalState | None = None,
        changed_since: str | None = None,
        totals: bool = False,
        limit: int = 20,
        cursor: str | None = None,
    ) -> CountedPage[calls.ProposedCorrection]:
        scope = tx.scope(actor)
        scope.require(READ_CORRECTIONS)
        found = scope.corrections.list_proposals(Selection.of(state, changed_since))
        count = found.count if totals else None
        return counted_page(
            found.page(limit + 1, cursor), limit, schemas.proposed_correction, lambda each: each.id, count=count
        )

    @command
    def confirm_correction(
        self, tx: ReviewTransaction, *, actor: Caller, correction_id: str
    ) -> calls.ProposedCorrection:
        return schemas.proposed_correction(objections.confirm_correction(tx.scope(actor), correction_id))

    @command
    def refuse_correction(
        self, tx: ReviewTransaction, *, actor: Caller, correction_id: str, reason: str
    ) -> calls.ProposedCorrection:
        return schemas.proposed_correction(objections.refuse_correction(tx.scope(actor), correction_id, reason))

    # Duties

    @query
    def list_office_decisions(
        self,
        tx: ReviewTransaction,
        *,
        actor: Caller,
        kind: OfficeDecisionKind | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[calls.OfficeDecision]:
        scope = tx.scope(actor)
        permissions.require_member(scope)
        found = scope.office_decisions.list(kind, limit + 1, cursor)
        return page_of(found, limit, schemas.office_decision, lambda each: each.id)

    @query
    def self_dealing(self, tx: ReviewTransaction, *, actor: Caller, limit: int = 100) -> calls.SelfDealingReport:
        scope = tx.scope(actor)
        scope.require(READ_SELF_DEALING)
        return {"data": [schemas.gain(each) for each in scope.duties.gains(limit)]}

    @query
    def get_review_fairness(
        self, tx: ReviewTransaction, *, actor: Caller, first: str, last: str
    ) -> calls.ReviewFairness:
        scope = tx.scope(actor)
        scope.require(READ_FAIRNESS)
        return fairness.review_fairness(scope, first, last)


def _reviews(
    scope: ReviewScope, found: Listing[Review], limit: int, cursor: str | None, totals: bool
) -> CountedPage[calls.Review]:
    show = partial(_shown, scope, scope.directory.all_courtyards())
    count = found.count if totals else None
    return counted_page(found.page(limit + 1, cursor), limit, show, lambda each: each.id, count=count)


def _changes(
    scope: ReviewScope, found: Listing[tuple[Review, bool]], limit: int, cursor: str | None, totals: bool
) -> CountedPage[calls.Review]:
    numbers = scope.directory.all_courtyards()
    return counted_page(
        found.page(limit + 1, cursor),
        limit,
        lambda row: {**_shown(scope, numbers, row[0]), "still_listed": row[1]},
        lambda row: row[0].id,
        count=found.count if totals else None,
    )


def _shown(scope: ReviewScope, numbers: Mapping[str, int], review: Review) -> calls.Review:
    return schemas.review(review, numbers, scope.policy, scope.now)
