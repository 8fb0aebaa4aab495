"""Claims' tables and their mapping to domain objects. Every key begins with the community (R1)."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Enum,
    Float,
    Identity,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, BIT, JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import registry
from sqlalchemy.types import TypeDecorator

import directory
import directory.access_log
import messaging.tables
from services.claims.domain.acts import Act
from services.claims.domain.caps import Cap
from services.claims.domain.claims import COUNTED, Claim, Status
from services.claims.domain.evidence import HASH_BITS, Evidence, Flag
from services.claims.domain.retention import RetentionRun
from services.claims.domain.rulebooks import Item, Rulebook
from services.claims.domain.suspensions import Suspension

metadata = MetaData()
messaging.tables.attach(metadata)
directory.attach(metadata)
directory.access_log.attach(metadata)


class _Items(TypeDecorator[tuple[Item, ...]]):
    """The items of a rulebook as JSON: they are written once and always read together."""

    impl = JSONB
    cache_ok = True

    def process_bind_param(self, value: tuple[Item, ...] | None, dialect: Dialect) -> Any:
        return [asdict(item) for item in value or ()]

    def process_result_value(self, value: Any, dialect: Dialect) -> tuple[Item, ...]:
        return tuple(Item(**{**item, "caps": tuple(Cap(**cap) for cap in item["caps"])}) for item in value)


class _Flags(TypeDecorator[list[Flag]]):
    """The flags of a claim as JSON."""

    impl = JSONB
    cache_ok = True

    def process_bind_param(self, value: list[Flag] | None, dialect: Dialect) -> Any:
        return [asdict(flag) for flag in value or ()]

    def process_result_value(self, value: Any, dialect: Dialect) -> list[Flag]:
        return [Flag(**flag) for flag in value]


rulebooks = Table(
    "rulebooks",
    metadata,
    Column("community", String, nullable=False),
    Column("id", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("title", Text, nullable=False),
    Column("items", _Items, nullable=False),
    Column("created_by", String, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("effective_from", Date),
    Column("adopted_by", String),
    Column("adopted_at", DateTime(timezone=True)),
    Column("discarded_by", String),
    Column("discarded_at", DateTime(timezone=True)),
    PrimaryKeyConstraint("community", "id"),
    Index("rulebooks_by_version", "community", "version", unique=True),
    Index(
        "rulebooks_in_force",
        "community",
        "effective_from",
        "version",
        postgresql_where=text("effective_from IS NOT NULL"),
    ),
)

evidence = Table(
    "evidence",
    metadata,
    Column("community", String, nullable=False),
    Column("id", String, nullable=False),
    Column("uploaded_by", String, nullable=False),
    Column("uploaded_at", DateTime(timezone=True), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("media_type", String, nullable=False),
    Column("size", Integer, nullable=False),
    Column("width", Integer),
    Column("height", Integer),
    Column("kept", Boolean, nullable=False, server_default=text("false"), comment="an inspection or office needs it"),
    PrimaryKeyConstraint("community", "id"),
    Index("evidence_by_content", "community", "sha256"),
    Index("evidence_by_uploader", "community", "uploaded_by"),
)

evidence_origins = Table(
    "evidence_origins",
    metadata,
    Column("community", String, nullable=False),
    Column("evidence", String, nullable=False),
    Column("captured_at", String),
    Column("latitude", Float),
    Column("longitude", Float),
    PrimaryKeyConstraint("community", "evidence"),
    comment="Where and when the camera says: personal, kept apart from the pictures",
)

evidence_looks = Table(
    "evidence_looks",
    metadata,
    Column("position", BigInteger, Identity(always=True), nullable=False),
    Column("community", String, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("looks", ARRAY(BIT(HASH_BITS)), nullable=False),
    PrimaryKeyConstraint("community", "sha256"),
    Index("evidence_looks_newest", "community", "position"),
    comment="Perceptual hashes of a picture and of the parts one may cut from it; one row a file",
)

evidence_likenesses = Table(
    "evidence_likenesses",
    metadata,
    Column("community", String, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("alike", String(64), nullable=False),
    PrimaryKeyConstraint("community", "sha256", "alike"),
    comment="Files that show nearly the same picture; each pair in both directions",
)

_COUNTED = text(f"status IN ({', '.join(repr(status.value) for status in COUNTED)})")

claims = Table(
    "claims",
    metadata,
    Column("community", String, nullable=False),
    Column("id", String, nullable=False),
    Column("person", String, nullable=False),
    Column("household", String),
    Column("courtyard", String, nullable=False),
    Column("book", String, nullable=False),
    Column("declared_by", String, nullable=False),
    Column("submitted_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("system_made", Boolean, nullable=False),
    Column(
        "status",
        Enum(Status, native_enum=False, length=16, values_callable=lambda kind: [status.value for status in kind]),
        nullable=False,
    ),
    Column("item", String, nullable=False),
    Column("category", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("unit", String, nullable=False),
    Column("rulebook", String, nullable=False),
    Column("rulebook_version", Integer, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("points", Integer, nullable=False),
    Column("day", Date, nullable=False),
    Column("happened_at", DateTime(timezone=True), nullable=False),
    Column("place", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("evidence", ARRAY(String), nullable=False),
    Column("flags", _Flags, nullable=False),
    Column("public", Boolean, nullable=False, server_default=text("true")),
    Column("judged", Integer, nullable=False),
    Column("entry", String),
    Column("period", String),
    Column("approved_points", Integer),
    Column("corrected_points", Integer, nullable=False),
    Column("version", Integer, nullable=False),
    Column("seen_at", DateTime(timezone=True)),
    Column("told_at", DateTime(timezone=True)),
    Column("told_by", String),
    PrimaryKeyConstraint("community", "id"),
    CheckConstraint("quantity > 0", name="claims_quantity"),
    CheckConstraint("told_by IS NULL OR told_by <> declared_by", name="claims_are_told_by_others"),
    CheckConstraint("book = 'head' OR household IS NOT NULL", name="claims_household"),
    Index("claims_by_person", "community", "person", "id"),
    Index("claims_by_declarer", "community", "declared_by", "id"),
    Index("claims_by_courtyard", "community", "courtyard", "id"),
    Index("claims_of_courtyard_by_day", "community", "courtyard", "day", "id"),
    Index("claims_by_day", "community", "day", "id"),
    Index("claims_by_status", "community", "status", "id"),
    Index("claims_by_change", "community", "changed_at", "id"),
    Index("claims_by_period", "community", "period", postgresql_where=text("period IS NOT NULL")),
    Index("claims_by_entry", "community", "entry", unique=True, postgresql_where=text("entry IS NOT NULL")),
    Index("claims_under_cap_of_person", "community", "person", "item", "day", postgresql_where=_COUNTED),
    Index("claims_under_cap_of_household", "community", "household", "item", "day", postgresql_where=_COUNTED),
    Index(
        "claims_to_tell",
        "community",
        "id",
        postgresql_where=text("declared_by <> person AND NOT system_made AND told_at IS NULL AND seen_at IS NULL"),
    ),
    Index("claims_by_evidence", "evidence", postgresql_using="gin"),
)

claim_steps = Table(
    "claim_steps",
    metadata,
    Column("position", BigInteger, Identity(always=True), primary_key=True),
    Column("community", String, nullable=False),
    Column("claim", String, nullable=False),
    Column("step", String, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("by", String),
    Column("reason", Text, nullable=False),
    Column("points", Integer),
    Column("facts", JSONB, nullable=False),
    Index("claim_steps_of_claim", "community", "claim", "position"),
)

acts = Table(
    "acts",
    metadata,
    Column("community", String, nullable=False),
    Column("id", String, nullable=False),
    Column("person", String, nullable=False),
    Column("item", String, nullable=False),
    Column("happened_at", DateTime(timezone=True), nullable=False),
    Column("place", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("recorded_by", String, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("claim", String),
    Column("refused", String),
    Column("reason", Text, nullable=False),
    Column("record", String, comment="of another service, that proves it"),
    Column("undone_by", String),
    Column("undone_at", DateTime(timezone=True)),
    PrimaryKeyConstraint("community", "id"),
    Index("acts_one_a_record", "community", "record", unique=True, postgresql_where=text("record IS NOT NULL")),
    Index("acts_once", "community", "item", "happened_at", "person", unique=True),
    Index("acts_by_person", "community", "person"),
)

false_claims = Table(
    "false_claims",
    metadata,
    Column("community", String, nullable=False),
    Column("claim", String, nullable=False),
    Column("person", String, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("community", "claim"),
    Index("false_claims_by_person", "community", "person", "at"),
)

suspensions = Table(
    "suspensions",
    metadata,
    Column("community", String, nullable=False),
    Column("id", String, nullable=False),
    Column("person", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
    Column("until", Date, nullable=False),
    Column("made_by", String),
    Column("lifted_by", String),
    Column("lifted_at", DateTime(timezone=True)),
    Column("lift_reason", Text, nullable=False),
    PrimaryKeyConstraint("community", "id"),
    Index("suspensions_by_person", "community", "person", "id"),
)

forgettings = Table(
    "forgettings",
    metadata,
    Column("community", String, nullable=False),
    Column("person", String, nullable=False),
    Column("again_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("community", "person"),
    comment="Erased people to be forgotten once more, for what was under way when they were",
)

forgotten_files = Table(
    "forgotten_files",
    metadata,
    Column("community", String, nullable=False),
    Column("evidence", String, nullable=False),
    Column("since", DateTime(timezone=True), nullable=False),
    Column("due_at", DateTime(timezone=True), nullable=False),
    PrimaryKeyConstraint("community", "evidence"),
    Index("forgotten_files_by_time", "due_at"),
    comment="Proof whose files are to be deleted",
)

photo_consents = Table(
    "photo_consents",
    metadata,
    Column("community", String, nullable=False),
    Column("person", String, nullable=False),
    Column("given", Boolean, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    PrimaryKeyConstraint("community", "person"),
    comment="The latest decision on pictures as evidence, as the registry told",
)

retention_runs = Table(
    "retention_runs",
    metadata,
    Column("community", String, nullable=False),
    Column("id", String, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("uploads", Integer, nullable=False),
    Column("evidence", Integer, nullable=False),
    Column("complete", Boolean, nullable=False),
    PrimaryKeyConstraint("community", "id"),
    comment="Deletions of evidence whose retention had ended; rows are only added",
)

_mappers = registry(metadata=metadata)
_mappers.map_imperatively(Rulebook, rulebooks)
_mappers.map_imperatively(Evidence, evidence)
_mappers.map_imperatively(Claim, claims)
_mappers.map_imperatively(RetentionRun, retention_runs)
_mappers.map_imperatively(Act, acts)
_mappers.map_imperatively(Suspension, suspensions)
