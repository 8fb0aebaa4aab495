"""Tables of publicity, and their mapping to the domain."""

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKeyConstraint,
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
from services.publicity.domain.announcements import Announcement, Message
from services.publicity.domain.inbox import InboxItem
from services.publicity.domain.notices import Subject, WaitingNotice
from services.publicity.domain.reach import Posting, ReachProof
from services.publicity.store.columns import Words

metadata = MetaData()
messaging.tables.attach(metadata)
directory.attach(metadata)

announcements = Table(
    "announcements",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("title", Text, nullable=False),
    Column("kind", String, nullable=False),
    Column("text", Text, nullable=False),
    Column("courtyards", Words, nullable=False),
    Column("grids", Words, nullable=False),
    Column("roles", Words, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("public", Boolean, nullable=False),
    Column("asks_acknowledgement", Boolean, nullable=False),
    Column("corrects", String, comment="the withdrawn announcement that it replaces"),
    Column("attachments", JSONB, nullable=False, comment="uploads, with who uploaded them"),
    Column("created_by", String, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("state", String, nullable=False),
    Column("scheduled_for", DateTime(timezone=True)),
    Column("sent_by", String),
    Column("sent_at", DateTime(timezone=True)),
    Column("people", Integer, nullable=False),
    Column("households", Integer, nullable=False),
    Column("withdrawn_by", String),
    Column("withdrawn_at", DateTime(timezone=True)),
    Column("withdrawal_reason", Text, nullable=False),
    Column("version", Integer, nullable=False),
    CheckConstraint("state IN ('draft', 'scheduled', 'sent', 'withdrawn')", name="announcements_state"),
    CheckConstraint("state <> 'sent' OR sent_at IS NOT NULL", name="announcements_sent_at"),
    Index("announcements_by_id", "id", unique=True),
    Index("announcements_public", "community", "id", postgresql_where=text("state = 'sent' AND public")),
    Index("announcements_due", "scheduled_for", postgresql_where=text("state = 'scheduled'")),
)

inbox_items = Table(
    "inbox_items",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("household", String),
    Column("kind", String, nullable=False),
    Column("arrived_at", DateTime(timezone=True), nullable=False),
    Column("announcement", String),
    Column("source", String, comment="what a notice is of"),
    Column("about", String),
    Column("title", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("opened_at", DateTime(timezone=True)),
    Column("acknowledged_at", DateTime(timezone=True)),
    CheckConstraint("(announcement IS NULL) <> (source IS NULL)", name="inbox_items_of_something"),
    CheckConstraint("acknowledged_at IS NULL OR opened_at IS NOT NULL", name="inbox_items_acknowledged"),
    Index("inbox_items_of_person", "community", "person", "id"),
    Index("inbox_items_once", "community", "announcement", "person", unique=True),
    Index("inbox_items_of_source", "community", "source", "person", unique=True),
)

audience_households = Table(
    "audience_households",
    metadata,
    Column("community", String, primary_key=True),
    Column("announcement", String, primary_key=True),
    Column("household", String, primary_key=True),
    Column("courtyard", String, nullable=False),
    Index("audience_households_by_courtyard", "community", "courtyard", "announcement"),
    comment="The households an announcement was sent to, and where they lived on that day",
)

reach_proofs = Table(
    "reach_proofs",
    metadata,
    Column("community", String, primary_key=True),
    Column("announcement", String, primary_key=True),
    Column("household", String, primary_key=True),
    Column("proof", String, primary_key=True),
    Column("by", String, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    CheckConstraint(
        "proof IN ('opened', 'acknowledged', 'told', 'card_scanned', 'slip_returned')", name="reach_proofs_kind"
    ),
    ForeignKeyConstraint(
        ["community", "announcement", "household"],
        ["audience_households.community", "audience_households.announcement", "audience_households.household"],
        name="reach_proofs_of_the_audience",
    ),
)

postings = Table(
    "postings",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("announcement", String, nullable=False),
    Column("channel", String, nullable=False),
    Column("place", Text, nullable=False),
    Column("photo", String, nullable=False, comment="SHA-256 of the photo"),
    Column("posted_by", String, nullable=False),
    Column("posted_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("channel IN ('notice_board', 'screen', 'wechat_group')", name="postings_channel"),
    Index("postings_of_announcement", "community", "announcement", "id"),
)

household_cards = Table(
    "household_cards",
    metadata,
    Column("community", String, primary_key=True),
    Column("digest", String, primary_key=True),
    Column("household", String, nullable=False),
    Column("revoked", Boolean, nullable=False),
    comment="Households' printed cards, which prove a visit when they are scanned",
)

notice_subjects = Table(
    "notice_subjects",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("person", String, nullable=False),
    Index("notice_subjects_of_person", "community", "person"),
    comment="Whose claims, entries and objections are, for notices of their steps",
)

waiting_notices = Table(
    "waiting_notices",
    metadata,
    Column("community", String, primary_key=True),
    Column("source", String, primary_key=True),
    Column("subject", String, nullable=False),
    Column("template", String, nullable=False),
    Column("about", String, nullable=False),
    Column("values", JSONB, nullable=False),
    Index("waiting_notices_of_subject", "community", "subject"),
    comment="Notices about things whose event has not come yet",
)

_MESSAGE = (
    *(announcements.c.title, announcements.c.kind, announcements.c.text),
    *(announcements.c.courtyards, announcements.c.grids, announcements.c.roles),
    *(announcements.c.urgent, announcements.c.public, announcements.c.asks_acknowledgement),
    announcements.c.corrects,
)

_mappers = registry(metadata=metadata)
_mappers.map_imperatively(
    Announcement,
    announcements,
    properties={"message": composite(Message, *_MESSAGE), **{f"_{column.name}": column for column in _MESSAGE}},
)
_mappers.map_imperatively(InboxItem, inbox_items)
_mappers.map_imperatively(ReachProof, reach_proofs)
_mappers.map_imperatively(Posting, postings)
_mappers.map_imperatively(Subject, notice_subjects)
_mappers.map_imperatively(WaitingNotice, waiting_notices)
