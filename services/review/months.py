"""The month's two dates, by hand of the working group: publication and settlement (R14, R17)."""

from messaging import Actor
from services.review.domain.publications import Publication
from services.review.store import ReviewTransaction


def publish(tx: ReviewTransaction, actor: Actor, period: str) -> Publication:
    """Make the list of `period` public, once. What is approved later goes on the next list."""
    records = tx.records_for(actor)
    judge = records.court.judge(actor.person)
    rules = records.rules_to_publish()
    tally = records.lists.approved_for(period)
    publication = Publication.of(actor.community or "", period, judge, rules, tally.entries, tally.points, tx.now)
    records.lists.publish(publication)
    tx.emit(publication.published())
    return publication


def settle(tx: ReviewTransaction, actor: Actor, period: str) -> Publication:
    """Make final, once, every entry of `period` that nobody objects to; frozen ones follow with their ruling."""
    records = tx.records_for(actor)
    publication = records.lists.published(period)
    publication.settle(records.court.judge(actor.person), tx.now)
    entries = records.lists.to_settle(publication)
    corrections = records.lists.corrections_of(entry.id for entry in entries)
    for entry in entries:
        tx.emit(*entry.finalize(corrections.get(entry.id, ()), tx.now))
    tx.emit(publication.settled(len(entries), sum(entry.points + entry.corrected for entry in entries)))
    return publication
