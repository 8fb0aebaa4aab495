"""The behaviour bank over RPC and events (R20–R24)."""

from contracts.exchange import (
    CodesIssued,
    OrderCancelled,
    OrderPlaced,
    PaymentAuthorized,
    PaymentCaptured,
    PaymentRefunded,
    PaymentVoided,
    VoucherLapsed,
    VoucherRedeemed,
)
from contracts.registry import HouseholdMerged
from contracts.review import EntryApproved, EntryCorrected, EntryFinalized
from directory import KeepsDirectory
from messaging import Actor, command, query, receive, receive_batch, tick
from services.aggregation import reading, rebuild, schemas
from services.aggregation.accounts import Accounts
from services.aggregation.domain import Span
from services.aggregation.sealing import Seals
from services.aggregation.store import AggregationStore, AggregationTransaction


class AggregationService(KeepsDirectory, Seals, Accounts):
    name = "aggregation"
    store = AggregationStore()

    # What is heard

    @receive_batch(EntryApproved, EntryFinalized, EntryCorrected, size=500, linger=0.05)
    def post(self, tx: AggregationTransaction, events):
        tx.emit(*tx.ledger.post(events))

    @receive_batch(
        OrderPlaced,
        OrderCancelled,
        VoucherRedeemed,
        CodesIssued,
        VoucherLapsed,
        PaymentAuthorized,
        PaymentCaptured,
        PaymentVoided,
        PaymentRefunded,
        size=500,
        linger=0.005,
    )
    def hold(self, tx: AggregationTransaction, events):
        """As `post`, with hardly any waiting: somebody stands at the till."""
        tx.emit(*tx.ledger.post(events))

    @receive(HouseholdMerged)
    def merge(self, tx: AggregationTransaction, event):
        """Whatever is still to come for the household goes to the other's book as well."""
        tx.ledger.merge(event)

    # What time brings about

    @tick(seconds=15)
    def lapse(self, tx: AggregationTransaction):
        """Once a day, one community after another, what can no longer be spent (R24)."""
        if due := tx.lapses.take(reading.today(tx)):
            tx.emit(*tx.ledger.lapse(due.community, due.policy))

    # Passbooks

    @query
    def get_passbook(self, tx: AggregationTransaction, actor, account_id, as_of=None):
        by, today = Actor.of(actor), reading.today(tx)
        owners = reading.must_see(tx, by, account_id)
        shown = reading.passbook(tx, by.community, account_id, schemas.day(as_of, today), today)
        return shown | {"owner_ids": sorted(owners)}

    @query
    def list_passbook_entries(self, tx: AggregationTransaction, actor, account_id, limit=20, cursor=None):
        by = Actor.of(actor)
        reading.must_see(tx, by, account_id)
        found = tx.passbooks.lines(by.community, account_id, limit + 1, before=cursor)
        return schemas.page(found, limit, [schemas.line(line) for line in found], "id")

    # Boards

    @query
    def get_board(
        self, tx: AggregationTransaction, kind, community_id, period=None, category=None, limit=20, cursor=None
    ):
        """Public: places of residents, households or courtyards; ties share one (1, 2, 2, 4).

        Of the newest month that has points, if none is asked for: those of a month become final in the next.
        """
        reading.must_exist(tx, community_id)
        period, after = period or reading.newest_month(tx, community_id, kind), schemas.board_cursor(cursor)
        span = Span.of(period)
        found = tx.boards.page(community_id, kind, span, category, limit + 1, after)
        places = reading.places(tx, community_id, kind, span.last_day(reading.today(tx)), found[:limit])
        shown = schemas.page(found, limit, places, "points", "subject")
        return shown | {
            "period": period,
            "category": category,
            "masked": tx.directory(community_id).policy().mask_names,
        }

    @query
    def get_own_place(self, tx: AggregationTransaction, actor, kind, period, category=None):
        """The actor's own, his household's or his courtyard's place; none for who belongs to no such thing."""
        by, span = Actor.of(actor), Span.of(period)
        if (subject := reading.own_subject(tx, by, kind)) is None:
            return None
        found = tx.boards.place(by.community, kind, span, category, subject)
        [place] = reading.places(tx, by.community, kind, span.last_day(reading.today(tx)), [found])
        return place

    # Ledgers

    @query
    def get_courtyard_ledger(self, tx: AggregationTransaction, actor, courtyard_id, period=None, limit=20, cursor=None):
        by, month = Actor.of(actor), period or reading.this_month(tx)
        reading.must_answer_for(tx, by, courtyard_id)
        summary = reading.courtyard(tx, by.community, courtyard_id, month)
        return summary | reading.records(tx, by.community, month, courtyard_id, limit, cursor)

    @query
    def get_community_ledger(self, tx: AggregationTransaction, actor, period=None, limit=20, cursor=None):
        by, month = Actor.of(actor), period or reading.this_month(tx)
        reading.must_answer_for_all(tx, by)
        summary = reading.community(tx, by.community, month)
        return summary | reading.records(tx, by.community, month, None, limit, cursor)

    @command
    def request_rebuild(self, tx: AggregationTransaction, actor):
        by = Actor.of(actor)
        reading.must_be_committee(tx, by)
        return schemas.rebuild(tx.rebuilds.request(by.community, by.person))

    @tick(seconds=1)
    def rebuild(self, tx: AggregationTransaction):
        """Recompute everything derived from a ledger, put right what differs, and tell."""
        if asked := tx.rebuilds.take():
            state, report = rebuild.attempt(tx, asked["community"])
            tx.rebuilds.end(asked["community"], asked["id"], state, report)

    @query
    def get_rebuild(self, tx: AggregationTransaction, actor, rebuild_id):
        by = Actor.of(actor)
        reading.must_be_committee(tx, by)
        return schemas.rebuild(tx.rebuilds.get(by.community, rebuild_id))

    @query
    def list_rebuilds(self, tx: AggregationTransaction, actor, limit=20, cursor=None):
        by = Actor.of(actor)
        reading.must_be_committee(tx, by)
        found = tx.rebuilds.page(by.community, limit + 1, cursor)
        return schemas.page(found, limit, [schemas.rebuild(asked) for asked in found], "id")
