"""Tables of engagement, and their mapping to the domain."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import composite, registry

import directory
import messaging.tables
from services.engagement.domain.activities import Activity, Plan
from services.engagement.domain.attendance import Attendance
from services.engagement.domain.courses import Attempt, Completion, Course, Progress, Question, Unit
from services.engagement.domain.draws import Draw, SealedBlock
from services.engagement.domain.signups import SignUp
from services.engagement.store.columns import Ids, Parts

metadata = MetaData()
messaging.tables.attach(metadata)
directory.attach(metadata)

activities = Table(
    "activities",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("title", Text, nullable=False),
    Column("kind", String, nullable=False),
    Column("description", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("starts_at", DateTime(timezone=True), nullable=False),
    Column("ends_at", DateTime(timezone=True), nullable=False),
    Column("closes_at", DateTime(timezone=True), nullable=False),
    Column("offers_end_at", DateTime(timezone=True), nullable=False),
    Column("places", Integer, nullable=False),
    Column("most_party", Integer, nullable=False),
    Column("allocation", String, nullable=False),
    Column("offer_hours", Integer, nullable=False),
    Column("hosts", Ids, nullable=False),
    Column("item", String, comment="of the rulebook, that attendance earns by"),
    Column("created_by", String, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("state", String, nullable=False),
    Column("published_by", String),
    Column("published_at", DateTime(timezone=True)),
    Column("cancelled_by", String),
    Column("cancelled_at", DateTime(timezone=True)),
    Column("cancel_reason", Text, nullable=False),
    Column("taken", Integer, nullable=False, comment="places that parties have or are offered"),
    Column("signed_up", Integer, nullable=False, comment="sign-ups so far"),
    Column("version", Integer, nullable=False),
    Column("drawn_at", DateTime(timezone=True)),
    Column("presence_secret", String, nullable=False),
    Column("attendance_closed_at", DateTime(timezone=True)),
    Column("attendance_closed_by", String),
    Column("head_count", Integer),
    CheckConstraint("state IN ('draft', 'published', 'cancelled')", name="activities_state"),
    CheckConstraint("allocation IN ('first_come', 'draw')", name="activities_allocation"),
    CheckConstraint("taken BETWEEN 0 AND places", name="activities_places_taken"),
    CheckConstraint(
        "closes_at <= offers_end_at AND offers_end_at <= starts_at AND starts_at < ends_at", name="activities_times"
    ),
    Index("activities_by_id", "id", unique=True),
    Index("activities_by_start", "community", "starts_at", "id"),
    Index(
        "activities_to_draw",
        "closes_at",
        postgresql_where=text("allocation = 'draw' AND state = 'published' AND drawn_at IS NULL"),
    ),
)

signups = Table(
    "signups",
    metadata,
    Column("community", String, primary_key=True),
    Column("activity", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("household", String),
    Column("people", Ids, nullable=False),
    Column("number", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("signed_up_by", String, nullable=False),
    Column("signed_up_at", DateTime(timezone=True), nullable=False),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("entry", String, nullable=False, comment="names it in a public draw"),
    Column("offered_until", DateTime(timezone=True)),
    Column("version", Integer, nullable=False),
    CheckConstraint(
        "state IN ('entered', 'confirmed', 'waiting', 'offered', 'withdrawn', 'lost', 'cancelled')",
        name="signups_state",
    ),
    CheckConstraint("jsonb_array_length(people) > 0", name="signups_of_somebody"),
    CheckConstraint("(state = 'offered') = (offered_until IS NOT NULL)", name="signups_offered_until"),
    Index("signups_in_order", "community", "activity", "state", "number"),
    Index("signups_of_household", "community", "household", "id"),
    Index("signups_of_people", "people", postgresql_using="gin"),
    Index("signups_offers_due", "offered_until", postgresql_where=text("state = 'offered'")),
)

seats = Table(
    "seats",
    metadata,
    Column("community", String, primary_key=True),
    Column("activity", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("signup", String, nullable=False),
    Index("seats_of_signup", "community", "activity", "signup"),
    comment="Who takes part in an activity, waits or is in its draw: nobody twice",
)

draws = Table(
    "draws",
    metadata,
    Column("community", String, primary_key=True),
    Column("activity", String, primary_key=True),
    Column("method", String, nullable=False),
    Column("held_at", DateTime(timezone=True), nullable=False),
    Column("held_by", String, nullable=False),
    Column("places", Integer, nullable=False),
    Column("closed_at", DateTime(timezone=True), nullable=False),
    Column("block", JSONB(none_as_null=True)),
    Column("entries", JSONB, nullable=False),
    CheckConstraint("(method = 'seed') = (block IS NOT NULL)", name="draws_seed"),
)

sealed_blocks = Table(
    "sealed_blocks",
    metadata,
    Column("community", String, primary_key=True),
    Column("height", Integer, primary_key=True, autoincrement=False),
    Column("hash", String, nullable=False),
    Column("root", String, nullable=False),
    Column("previous", String, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sealed_at", DateTime(timezone=True), nullable=False),
    Index("sealed_blocks_by_time", "community", "sealed_at"),
    comment="The ledger's blocks, whose hashes seed draws",
)

attendances = Table(
    "attendances",
    metadata,
    Column("community", String, primary_key=True),
    Column("activity", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("id", String, nullable=False),
    Column("signup", String, nullable=False),
    Column("household", String),
    Column("checked_in_at", DateTime(timezone=True), nullable=False),
    Column("in_method", String, nullable=False),
    Column("in_by", String, nullable=False),
    Column("checked_out_at", DateTime(timezone=True)),
    Column("out_method", String),
    Column("out_by", String),
    Column("state", String, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("revoked_by", String),
    Column("revoked_at", DateTime(timezone=True)),
    Column("revoke_reason", Text, nullable=False),
    Column("version", Integer, nullable=False),
    CheckConstraint("state IN ('present', 'left', 'attended', 'incomplete', 'revoked')", name="attendances_state"),
    CheckConstraint(
        "state NOT IN ('left', 'attended', 'revoked') OR checked_out_at IS NOT NULL", name="attendances_checked_out"
    ),
    Index("attendances_of_person", "community", "person", "id"),
)

attendance_batches = Table(
    "attendance_batches",
    metadata,
    Column("community", String, primary_key=True),
    Column("activity", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("received_by", String, nullable=False),
    Column("received_at", DateTime(timezone=True), nullable=False),
    Column("signature", String, nullable=False),
    Column("results", JSONB, nullable=False),
    comment="What hosts' devices recorded without network, with the answer that a repeat gets",
)

courses = Table(
    "courses",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("title", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("units", Parts(Unit), nullable=False),
    Column("quiz", Parts(Question), nullable=False),
    Column("pass_percent", Integer, nullable=False),
    Column("attempts_a_day", Integer, nullable=False),
    Column("item", String, comment="of the rulebook, that completion earns by"),
    Column("created_by", String, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("state", String, nullable=False),
    Column("published_by", String),
    Column("published_at", DateTime(timezone=True)),
    Column("version", Integer, nullable=False),
    CheckConstraint("state IN ('draft', 'published', 'retired')", name="courses_state"),
)

course_progress = Table(
    "course_progress",
    metadata,
    Column("community", String, primary_key=True),
    Column("course", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("changed_at", DateTime(timezone=True), nullable=False),
    Column("units", JSONB, nullable=False),
    Index("course_progress_of_person", "community", "person", "course"),
)

quiz_attempts = Table(
    "quiz_attempts",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("course", String, nullable=False),
    Column("person", String, nullable=False),
    Column("answers", JSONB, nullable=False),
    Column("percent", Integer, nullable=False),
    Column("passed", Boolean, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Index("quiz_attempts_of_person", "community", "person", "course", "at"),
)

completions = Table(
    "completions",
    metadata,
    Column("community", String, primary_key=True),
    Column("course", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("id", String, nullable=False),
    Column("household", String),
    Column("percent", Integer, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    comment="Who passed the quiz of a course, once and for good",
)

_PLAN = (
    *(activities.c.title, activities.c.kind, activities.c.description, activities.c.place),
    *(activities.c.starts_at, activities.c.ends_at, activities.c.closes_at, activities.c.offers_end_at),
    *(activities.c.places, activities.c.most_party, activities.c.allocation, activities.c.offer_hours),
    *(activities.c.hosts, activities.c.item),
)

_mappers = registry(metadata=metadata)
_mappers.map_imperatively(
    Activity,
    activities,
    properties={"plan": composite(Plan, *_PLAN), **{f"_{column.name}": column for column in _PLAN}},
)
_mappers.map_imperatively(SignUp, signups)
_mappers.map_imperatively(Draw, draws)
_mappers.map_imperatively(Attendance, attendances)
_mappers.map_imperatively(Course, courses)
_mappers.map_imperatively(Progress, course_progress)
_mappers.map_imperatively(Attempt, quiz_attempts)
_mappers.map_imperatively(Completion, completions)
_mappers.map_imperatively(SealedBlock, sealed_blocks)
