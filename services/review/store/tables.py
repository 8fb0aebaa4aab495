"""Review's tables. Triggers refuse changes to rows that were decided, published or corrected.

Wherever a table has a reviewer, a CHECK refuses people with an interest (R12).
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Enum,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import registry

import directory
import messaging.tables
from services.review.domain.correction_proposals import CorrectionProposal, ProposalState
from services.review.domain.entries import Correction, Entry, EntryState
from services.review.domain.objections import Objection, Outcome
from services.review.domain.publications import Publication
from services.review.domain.reviewers import Level
from services.review.domain.reviews import DecisionType, Review, Stage

metadata = MetaData()
messaging.tables.attach(metadata)
directory.attach(metadata)


def _enum(kind: type[StrEnum], name: str) -> Enum:
    """Return a text column type with the values of `kind`, enforced by the CHECK `name`."""
    return Enum(
        kind,
        name=name,
        native_enum=False,
        create_constraint=True,
        values_callable=lambda members: [member.value for member in members],
        length=16,
    )


def _person_ids() -> ARRAY[str]:
    return ARRAY(Text, as_tuple=True)


def _instant(name: str, nullable: bool = False) -> Column[datetime]:
    return Column(name, DateTime(timezone=True), nullable=nullable)


def _deed_columns() -> list[Column[Any]]:
    """Return the columns of a `Deed`, except its interested people."""
    return [
        Column("origin", String(8), nullable=False),
        Column("source", String, nullable=False),
        Column("book", String(16), nullable=False),
        Column("person", String, nullable=False),
        Column("household", String),
        Column("courtyard", String, nullable=False),
        Column("grid", String, nullable=False),
        Column("day", Date, nullable=False),
        Column("item", String, nullable=False),
        Column("category", String(24), nullable=False),
        Column("points", Integer, nullable=False),
        Column("public", Boolean, nullable=False, server_default=text("true")),
    ]


reviews = Table(
    "reviews",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    *_deed_columns(),
    Column("interested", _person_ids(), nullable=False),
    Column("month", String(7), nullable=False),
    Column("stage", _enum(Stage, "reviews_stage"), nullable=False),
    Column("level", _enum(Level, "reviews_level"), nullable=False),
    Column("flagged", Boolean, nullable=False),
    Column("system_made", Boolean, nullable=False),
    Column("source_sequence", Integer, nullable=False),
    _instant("opened_at"),
    _instant("changed_at"),
    Column("endorsed_by", String),
    Column("approved_by", _person_ids(), nullable=False),
    _instant("reminded_at", nullable=True),
    Column("recorded_by", _person_ids(), nullable=False, comment="who declared, recorded or scored the deed"),
    Column("declared_points", Integer, comment="the score before any adjustment"),
    Column("version", Integer, nullable=False),
    UniqueConstraint("community", "source", name="reviews_one_per_source"),
    CheckConstraint("person = ANY (interested)", name="reviews_know_who_has_an_interest"),
    CheckConstraint("endorsed_by <> ALL (interested)", name="reviews_endorsed_without_interest"),
    CheckConstraint("NOT approved_by && interested", name="reviews_approved_without_interest"),
    CheckConstraint(
        "declared_points IS NULL OR NOT recorded_by && approved_by AND endorsed_by <> ALL (approved_by)",
        name="reviews_approved_by_other_hands",
    ),
    Index("reviews_of_heads", "community", "courtyard", "id", postgresql_where=text("stage='first' AND level='head'")),
    Index("reviews_of_officers", "community", "grid", "id", postgresql_where=text("stage='first' AND level='officer'")),
    Index("reviews_up_to_group", "community", "id", postgresql_where=text("stage='first' AND level='group'")),
    Index("reviews_open", "community", "changed_at", "id", postgresql_where=text("stage='first'")),
    Index("reviews_final", "community", "id", postgresql_where=text("stage='final'")),
    Index("reviews_by_change", "community", "changed_at", "id"),
)

decisions = Table(
    "decisions",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("review", String, nullable=False),
    Column("stage", _enum(Stage, "decisions_stage"), nullable=False),
    Column("judge", String, nullable=False),
    Column("verb", _enum(DecisionType, "decisions_verb"), nullable=False),
    Column("reason", Text, nullable=False),
    Column("points_before", Integer, nullable=False),
    Column("points", Integer, nullable=False),
    Column("interested", _person_ids(), nullable=False),
    _instant("at"),
    CheckConstraint("judge <> ALL (interested)", name="decisions_judged_without_interest"),
    Index("decisions_of_review", "community", "review", "id"),
    Index("decisions_of_judge", "community", "judge", "at"),
)

publications = Table(
    "publications",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("period", String(7), nullable=False),
    Column("entries", Integer, nullable=False),
    Column("points", Integer, nullable=False),
    Column("published_by", String, nullable=False),
    _instant("closed_at"),
    Column("listed", Integer, nullable=False),
    _instant("published_at", nullable=True),
    _instant("window_closes_at", nullable=True),
    Column("masked", Boolean, nullable=False),
    Column("public_place", String(16)),
    Column("public_deed", String(16)),
    Column("public_min_residents", Integer),
    Column("settled_by", String),
    Column("ledger_block", BigInteger),
    Column("ledger_root", String),
    _instant("settling_since", nullable=True),
    _instant("settled_at", nullable=True),
    Column("version", Integer, nullable=False),
    UniqueConstraint("community", "period", name="publications_one_per_period"),
    CheckConstraint("(published_at IS NULL) = (listed < entries)", name="publications_public_when_complete"),
    CheckConstraint("(published_at IS NULL) = (window_closes_at IS NULL)", name="publications_public_with_a_window"),
    CheckConstraint("settling_since >= published_at", name="publications_settled_after_they_are_public"),
    CheckConstraint("(settling_since IS NULL) = (settled_by IS NULL)", name="publications_settled_by_someone"),
    CheckConstraint("settled_at >= settling_since", name="publications_settled_after_it_began"),
    Index("publications_publishing", "community", "period", postgresql_where=text("published_at IS NULL")),
    Index(
        "publications_settling",
        "community",
        "period",
        postgresql_where=text("settling_since IS NOT NULL AND settled_at IS NULL"),
    ),
    Index("publications_to_settle", "community", "window_closes_at", postgresql_where=text("settling_since IS NULL")),
    Index("publications_by_id", "id", unique=True),
)

entries = Table(
    "entries",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    *_deed_columns(),
    Column("interested", _person_ids(), nullable=False),
    Column("review", String, nullable=False),
    Column("period", String(7), nullable=False),
    Column("state", _enum(EntryState, "entries_state"), nullable=False),
    Column("publication", String),
    Column("approved_by", String, nullable=False),
    _instant("approved_at"),
    Column("corrected", Integer, nullable=False),
    _instant("finalized_at", nullable=True),
    Column("declared_points", Integer, comment="the score before any adjustment"),
    Column("version", Integer, nullable=False),
    UniqueConstraint("community", "review", name="entries_one_per_review"),
    CheckConstraint("person = ANY (interested)", name="entries_know_who_has_an_interest"),
    CheckConstraint("approved_by <> ALL (interested)", name="entries_approved_without_interest"),
    CheckConstraint("(state = 'approved') = (publication IS NULL)", name="entries_published_on_a_list"),
    CheckConstraint("(state = 'final') = (finalized_at IS NOT NULL)", name="entries_final_at_an_instant"),
    Index("entries_by_period", "community", "period", "state"),
    Index("entries_unpublished", "community", "period", postgresql_where=text("state='approved'")),
    Index("entries_to_settle", "community", "publication", "id", postgresql_where=text("state='published'")),
)

published_entries = Table(
    "published_entries",
    metadata,
    Column("community", String, primary_key=True),
    Column("publication", String, primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("entry", String, nullable=False),
    *_deed_columns(),
    UniqueConstraint("community", "entry", name="published_entries_once"),
    Index("published_entries_of_courtyard", "community", "publication", "courtyard", "position"),
    comment="The list as it was made public (R14)",
)

ledger_seals = Table(
    "ledger_seals",
    metadata,
    Column("community", String, primary_key=True),
    Column("block", BigInteger, nullable=False),
    Column("root", String, nullable=False),
    comment="The newest block of each community's ledger, as aggregation told",
)

objections = Table(
    "objections",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("entry", String, nullable=False),
    Column("review", String, nullable=False),
    Column("publication", String, nullable=False),
    Column("objector", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("interested", _person_ids(), nullable=False),
    _instant("raised_at"),
    Column("outcome", _enum(Outcome, "objections_outcome"), nullable=False),
    Column("ruled_by", String),
    Column("ruling_reason", Text),
    _instant("ruled_at", nullable=True),
    _instant("reminded_at", nullable=True),
    Column("version", Integer, nullable=False),
    CheckConstraint("ruled_by <> ALL (interested)", name="objections_ruled_without_interest"),
    CheckConstraint("(outcome = 'open') = (ruled_by IS NULL)", name="objections_ruled_by_someone"),
    Index("objections_one_open", "community", "entry", unique=True, postgresql_where=text("outcome='open'")),
    CheckConstraint("objector = ANY (interested)", name="objections_know_who_has_an_interest"),
    Index("objections_of_entry", "community", "entry", "id"),
    Index("objections_of_objector", "community", "objector", "id"),
    Index("objections_by_outcome", "community", "outcome", "id"),
    Index("objections_by_change", "community", text("coalesce(ruled_at, raised_at)")),
)

corrections = Table(
    "corrections",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("entry", String, nullable=False),
    Column("points", Integer, nullable=False),
    Column("corrected_to", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", String, nullable=False),
    Column("interested", _person_ids(), nullable=False),
    Column("objection", String),
    _instant("at"),
    Column("confirmed_by", String, comment="none: it follows from an objection"),
    UniqueConstraint("community", "objection", name="corrections_one_per_objection"),
    CheckConstraint("points <> 0", name="corrections_change_something"),
    CheckConstraint('"by" <> ALL (interested)', name="corrections_made_without_interest"),
    CheckConstraint(
        'confirmed_by <> "by" AND confirmed_by <> ALL (interested)', name="corrections_confirmed_by_another_person"
    ),
    Index("corrections_of_entry", "community", "entry", "id"),
)

correction_proposals = Table(
    "correction_proposals",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("entry", String, nullable=False),
    Column("points", Integer, nullable=False),
    Column("corrected_to", Integer, nullable=False),
    Column("reason", Text, nullable=False),
    Column("proposed_by", String, nullable=False),
    Column("interested", _person_ids(), nullable=False),
    _instant("proposed_at"),
    Column("state", _enum(ProposalState, "correction_proposals_state"), nullable=False),
    Column("decided_by", String),
    _instant("decided_at", nullable=True),
    Column("decision_reason", Text, nullable=False),
    Column("version", Integer, nullable=False),
    CheckConstraint("decided_by <> proposed_by", name="correction_proposals_decided_by_another_person"),
    CheckConstraint(
        "proposed_by <> ALL (interested) AND decided_by <> ALL (interested)",
        name="correction_proposals_without_interest",
    ),
    CheckConstraint("(state = 'open') = (decided_by IS NULL)", name="correction_proposals_decided_by_someone"),
    Index("correction_proposals_one_open", "community", "entry", unique=True, postgresql_where=text("state='open'")),
    comment="Corrections as they were proposed; what became of them is in corrections",
)

office_decisions = Table(
    "office_decisions",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("subject", String, nullable=False),
    Column("by", String, nullable=False),
    Column("facts", JSONB, nullable=False),
    _instant("at"),
    Index("office_decisions_by_kind", "community", "kind", "id"),
    comment="What offices decided, readable by residents; never changed",
)

reminders = Table(
    "reminders",
    metadata,
    Column("community", String, primary_key=True),
    Column("day", Date, primary_key=True),
    comment="On which days a community has reminded its judges",
)

rounds = Table(
    "rounds",
    metadata,
    Column("name", String, primary_key=True),
    Column("community", String, nullable=False),
    _instant("since"),
    Column("review", String, nullable=False),
    comment="How far a round through all open first reviews has come; nothing at its beginning",
)

_mappers = registry(metadata=metadata)
_mappers.map_imperatively(Review, reviews)
_mappers.map_imperatively(Publication, publications)
_mappers.map_imperatively(Entry, entries)
_mappers.map_imperatively(Objection, objections)
_mappers.map_imperatively(Correction, corrections)
_mappers.map_imperatively(CorrectionProposal, correction_proposals)
