"""Tables of the ledger.

`transfers`, `entries`, `blocks` and `leaves` are append-only: the service's role may not change or delete their rows.
`accounts` and `tallies` are derived from them; `unsealed` is the queue of transfers to seal; `holds` and `pending`
follow the events of exchange and review. Half of each page of `accounts` and `tallies` is free, so that updates stay on
the page (heap-only tuples) and touch no index.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB

import directory
import messaging.tables

metadata = MetaData()
messaging.tables.attach(metadata)
directory.attach(metadata)

accounts = Table(
    "accounts",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True, comment="of a book: its owner's id; else the kind itself"),
    Column("kind", String, nullable=False),
    Column("posted", BigInteger, nullable=False, server_default="0", comment="Σ of its entries"),
    Column("held", BigInteger, nullable=False, server_default="0", comment="Σ of its open holds"),
    Column("arrears", BigInteger, nullable=False, server_default="0", comment="corrected after it was spent"),
    Column("cumulative", BigInteger, nullable=False, server_default="0", comment="Σ earned, net of corrections (R21)"),
    Column("merged_into", String, comment="the book that took it over, never one merged itself"),
    Column("merged_at", DateTime(timezone=True)),
    CheckConstraint(
        "kind IN ('household', 'head', 'issued', 'redeemed', 'expired', 'arrears', 'merged')", name="accounts_kind"
    ),
    CheckConstraint(
        "kind NOT IN ('household', 'head') OR (posted >= held AND held >= 0 AND arrears >= 0)",
        name="accounts_never_below_nothing",
    ),
    CheckConstraint("arrears = 0 OR posted = held", name="accounts_repay_arrears_first"),
    CheckConstraint(
        "merged_into IS NULL OR (posted = 0 AND held = 0 AND arrears = 0)", name="accounts_merged_are_empty"
    ),
    Index("accounts_merged", "community", "merged_into", postgresql_where=text("merged_into IS NOT NULL")),
    postgresql_with={"fillfactor": 50},
)

transfers = Table(
    "transfers",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("source", String, nullable=False, comment="what caused it; once per kind"),
    Column("reverses", String, comment="source of the transfer it takes back"),
    Column("book", String, nullable=False),
    Column("points", Integer, nullable=False, comment="what the book's owner gained or lost"),
    Column("origin", String, nullable=False),
    Column("origin_id", String, nullable=False),
    Column("person", String, comment="who acted; none when points lapse or books merge"),
    Column("household", String),
    Column("courtyard", String, comment="where the household lived on `day`; it keeps the credit (R3)"),
    Column("category", String),
    Column("item", String),
    Column("merchant", String),
    Column("day", Date, nullable=False),
    Column("period", String, nullable=False),
    Column("posted_at", DateTime(timezone=True), nullable=False),
    CheckConstraint(
        "kind IN ('credit', 'reversal', 'capture', 'refund', 'repayment', 'expiry', 'closing', 'merge')",
        name="transfers_kind",
    ),
    UniqueConstraint("community", "kind", "source", name="transfers_once"),
    Index("transfers_of_a_book", "community", "book", "id"),
    Index("transfers_of_a_month", "community", "period", "courtyard", "day", "id"),
)

entries = Table(
    "entries",
    metadata,
    Column("community", String, primary_key=True),
    Column("transfer", String, primary_key=True),
    Column("account", String, primary_key=True),
    Column("amount", BigInteger, nullable=False),
    CheckConstraint("amount <> 0", name="entries_move_something"),
)

holds = Table(
    "holds",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("account", String, nullable=False),
    Column("points", Integer, nullable=False),
    Column("state", String, nullable=False),
    Column("captured", Integer, nullable=False),
    Column("refunded", Integer, nullable=False),
    Column("placed_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    CheckConstraint("state IN ('open', 'captured', 'released', 'refused')", name="holds_state"),
    CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="holds_end_once"),
    CheckConstraint("points >= 0 AND captured BETWEEN 0 AND points", name="holds_capture_within"),
    CheckConstraint("refunded BETWEEN 0 AND captured", name="holds_refund_within"),
    Index("holds_of_an_account", "community", "account", "placed_at"),
)

pending = Table(
    "pending",
    metadata,
    Column("community", String, primary_key=True),
    Column("entry", String, primary_key=True),
    Column("book", String, nullable=False),
    Column("points", Integer, nullable=False),
    Column("courtyard", String),
    Column("period", String, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Index("pending_of_a_book", "community", "book"),
    Index("pending_of_a_month", "community", "period", "courtyard"),
)

tallies = Table(
    "tallies",
    metadata,
    Column("community", String, primary_key=True),
    Column("subject_kind", String, primary_key=True, comment="residents, households or courtyards"),
    Column("period", String, primary_key=True),
    Column("subject", String, primary_key=True),
    Column("category", String, primary_key=True),
    Column("points", BigInteger, nullable=False),
    postgresql_with={"fillfactor": 50},
)

blocks = Table(
    "blocks",
    metadata,
    Column("community", String, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("previous_hash", String(64), nullable=False),
    Column("root", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    Column("sealed_at", DateTime(timezone=True), nullable=False),
    Column("hash", String(64), nullable=False),
)

leaves = Table(
    "leaves",
    metadata,
    Column("community", String, primary_key=True),
    Column("block", BigInteger, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("transfer", String, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
    UniqueConstraint("transfer", name="leaves_once"),
)

unsealed = Table(
    "unsealed",
    metadata,
    Column("community", String, primary_key=True),
    Column("transfer", String, primary_key=True),
    comment="posted and in no block yet; filled by a trigger on transfers",
)

lapses = Table(
    "lapses",
    metadata,
    Column("community", String, primary_key=True),
    Column("day", Date, nullable=False, comment="the last on which it was looked what lapses"),
)

rebuilds = Table(
    "rebuilds",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("requested_by", String, nullable=False),
    Column("requested_at", DateTime(timezone=True), nullable=False, server_default=func.now()),
    Column("state", String, nullable=False),
    Column("report", JSONB),
    Column("ended_at", DateTime(timezone=True)),
    CheckConstraint("state IN ('requested', 'done', 'failed')", name="rebuilds_state"),
    CheckConstraint("(state = 'requested') = (ended_at IS NULL)", name="rebuilds_end_once"),
    Index("rebuilds_requested", "requested_at", postgresql_where=text("state = 'requested'")),
)
