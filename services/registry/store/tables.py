"""The registry's tables. Every key begins with the community, so that the store can be partitioned by community.

Sessions, accounts and phone indexes are the exception: they are looked up before the community is known.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    false,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

import directory.access_log
import messaging.tables

metadata = MetaData()
messaging.tables.attach(metadata)
directory.access_log.attach(metadata)


def _refers(column: str, table: str) -> ForeignKeyConstraint:
    """Return the foreign key from a column to the row of `table` in the same community."""
    return ForeignKeyConstraint(["community", column], [f"{table}.community", f"{table}.id"])


communities = Table(
    "communities",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("district", String),
    Column("settings", JSONB, nullable=False),
    Column("version", Integer, nullable=False),
    Index("communities_by_name", "name", func.coalesce(text("district"), ""), unique=True),
)

grids = Table(
    "grids",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    UniqueConstraint("community", "name", name="grids_by_name"),
)

courtyards = Table(
    "courtyards",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("number", Integer, nullable=False),
    Column("row", Integer, nullable=False),
    Column("grid", String, nullable=False),
    Column("name", String),
    Column("dissolved_on", Date, comment="the first day on which it was no more"),
    Column("version", Integer, nullable=False),
    UniqueConstraint("community", "number", name="courtyards_by_number"),
    _refers("grid", "grids"),
    Index("courtyards_by_grid", "community", "grid"),
)

households = Table(
    "households",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("code", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("merged_into", String, comment="the household it became one with"),
    UniqueConstraint("community", "code", name="households_by_code"),
    ForeignKeyConstraint(["community", "merged_into"], ["households.community", "households.id"]),
)

stays = Table(
    "stays",
    metadata,
    Column("community", String, primary_key=True),
    Column("household", String, primary_key=True),
    Column("since", Date, primary_key=True),
    Column("until", Date, comment="the first day on which it no longer lives there"),
    Column("courtyard", String, nullable=False),
    _refers("household", "households"),
    _refers("courtyard", "courtyards"),
    CheckConstraint("until >= since", name="stays_end_after_they_begin"),
    Index("stays_by_courtyard", "community", "courtyard"),
)

cards = Table(
    "cards",
    metadata,
    Column("community", String, primary_key=True),
    Column("digest", String, primary_key=True),
    Column("household", String, nullable=False),
    Column("code_cipher", LargeBinary, nullable=False),
    Column("by", String, nullable=False),
    Column("issued_at", DateTime(timezone=True), nullable=False),
    Column("active_from", DateTime(timezone=True), nullable=False),
    Column("activated_by", String, comment="none: nobody"),
    Column("activated_at", DateTime(timezone=True)),
    Column("activated_as", String(16)),
    Column("revoked_at", DateTime(timezone=True)),
    _refers("household", "households"),
    CheckConstraint("activated_by <> by OR activated_as = 'member'", name="cards_activated_by_another"),
    CheckConstraint(
        "(activated_by IS NULL) = (activated_as IS NULL) AND (activated_by IS NULL) = (activated_at IS NULL)",
        name="cards_activated_by_someone",
    ),
    CheckConstraint("activated_as IN ('member', 'witness')", name="cards_activated_as"),
    CheckConstraint("active_from >= issued_at", name="cards_active_after_issue"),
    Index("cards_that_are_good", "community", "household", unique=True, postgresql_where=text("revoked_at IS NULL")),
)

people = Table(
    "people",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False, comment="empty once erased"),
    Column("phone_cipher", LargeBinary),
    Column("phone_index", LargeBinary),
    Column("phone_recorded_by", String, comment="none: before this was stored"),
    Column("phone_recorded_at", DateTime(timezone=True)),
    Column("password_hash", String),
    Column("birth_year", Integer),
    Column("erased_at", DateTime(timezone=True)),
    Column("version", Integer, nullable=False),
    Index("people_by_id", "id"),
    Index("people_by_name", "community", "name", postgresql_ops={"name": "text_pattern_ops"}),
    Index("people_by_phone", "community", "phone_index", unique=True),
    Index("people_who_sign_in", "phone_index", unique=True, postgresql_where=text("password_hash IS NOT NULL")),
)

memberships = Table(
    "memberships",
    metadata,
    Column("community", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("since", Date, primary_key=True),
    Column("until", Date, comment="the first day on which the person no longer belongs to it"),
    Column("household", String, nullable=False),
    Column("tenure", String, nullable=False),
    Column("away", Boolean, nullable=False),
    _refers("person", "people"),
    _refers("household", "households"),
    CheckConstraint("until >= since", name="memberships_end_after_they_begin"),
    CheckConstraint("tenure IN ('owner', 'tenant')", name="memberships_tenure"),
    Index("memberships_by_household", "community", "household"),
)

appointments = Table(
    "appointments",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("role", String, nullable=False),
    Column("scope", String, nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date, comment="the first day on which it no longer holds"),
    Column("appointed_by", String, comment="none: by a roster or the platform's bootstrap"),
    Column("version", Integer, nullable=False),
    _refers("person", "people"),
    CheckConstraint("until >= since", name="appointments_end_after_they_begin"),
    CheckConstraint("appointed_by <> person", name="appointments_by_somebody_else"),
    Index("appointments_by_person", "community", "person"),
    Index("appointments_by_scope", "community", "role", "scope"),
)

proposals = Table(
    "proposals",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("content", JSONB, nullable=False),
    Column("proposed_by", String, nullable=False),
    Column("proposed_at", DateTime(timezone=True), nullable=False),
    Column("state", String, nullable=False),
    Column("decided_by", String),
    Column("decided_at", DateTime(timezone=True)),
    Column("decision_reason", String, nullable=False),
    Column("takes_effect_at", DateTime(timezone=True)),
    Column("version", Integer, nullable=False),
    ForeignKeyConstraint(["community"], ["communities.id"]),
    CheckConstraint("decided_by <> proposed_by", name="proposals_decided_by_another_person"),
    CheckConstraint(
        "(state = 'open') = (decided_by IS NULL) OR (kind IN ('reset', 'erasure') AND state IN ('applied', 'refused'))"
        " OR (kind = 'binding' AND state = 'refused')",
        name="proposals_decided_by_someone",
    ),
    CheckConstraint("state IN ('open', 'approved', 'applied', 'refused')", name="proposals_state"),
    Index("proposals_due", "takes_effect_at", postgresql_where=text("state IN ('open', 'approved')")),
)

spending_waits = Table(
    "spending_waits",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("cause", String(16), nullable=False),
    Column("person", String, nullable=False),
    Column("household", String, nullable=False),
    Column("deciders", ARRAY(String), nullable=False, comment="the household's adults who may answer"),
    Column("recorded_by", String, nullable=False),
    Column("recorded_at", DateTime(timezone=True), nullable=False),
    Column("ends_at", DateTime(timezone=True), comment="none: not before the person can sign in"),
    Column("state", String(16), nullable=False),
    Column("decided_by", String),
    Column("decided_at", DateTime(timezone=True)),
    Column("reason", String, nullable=False, comment="empty once erased"),
    Column("ruled_by", String),
    Column("ruled_at", DateTime(timezone=True)),
    Column("ruling_reason", String, nullable=False, comment="empty once erased"),
    Column("version", Integer, nullable=False),
    _refers("person", "people"),
    _refers("household", "households"),
    CheckConstraint("person <> ALL (deciders)", name="spending_waits_decided_by_others"),
    CheckConstraint(
        "decided_by IS NULL OR decided_by = ANY (deciders)", name="spending_waits_decided_by_the_household"
    ),
    CheckConstraint(
        "ruled_by <> recorded_by AND ruled_by <> person AND ruled_by <> ALL (deciders)",
        name="spending_waits_ruled_by_somebody_else",
    ),
    CheckConstraint("state NOT IN ('agreed', 'refused') OR decided_by IS NOT NULL", name="spending_waits_decided"),
    CheckConstraint("(state IN ('allowed', 'denied')) <= (ruled_by IS NOT NULL)", name="spending_waits_ruled"),
    Index("spending_waits_by_person", "community", "person"),
    Index("spending_waits_by_household", "community", "household"),
    Index("spending_waits_by_decider", "deciders", postgresql_using="gin"),
    Index("spending_waits_refused", "community", postgresql_where=text("state = 'refused'")),
    comment="Who newly got a say over a household's points and may not spend them yet, and who decided on it",
)

rosters = Table(
    "rosters",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("by", String, nullable=False),
    Column("dry_run", Boolean, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("content_cipher", LargeBinary, comment="none once it ended"),
    Column("handed_in_at", DateTime(timezone=True), nullable=False),
    Column("state", String, nullable=False),
    Column("lines_done", Integer, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("report", JSONB),
    Column("detail", String),
    Column("ended_at", DateTime(timezone=True)),
    ForeignKeyConstraint(["community"], ["communities.id"]),
    Index("rosters_that_wait", "handed_in_at", postgresql_where=text("ended_at IS NULL")),
)

invitations = Table(
    "invitations",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("by", String, nullable=False),
    Column("code_index", LargeBinary, nullable=False),
    Column("expires_at", DateTime(timezone=True), nullable=False),
    Column("accepted_at", DateTime(timezone=True)),
    _refers("person", "people"),
    Index("invitations_by_code", "code_index", unique=True),
    Index("invitations_by_person", "community", "person"),
)

consents = Table(
    "consents",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("purpose", String(16), nullable=False),
    Column("given", Boolean, nullable=False),
    Column("by", String, nullable=False),
    Column("guardian", String),
    Column("at", DateTime(timezone=True), nullable=False),
    _refers("person", "people"),
    CheckConstraint("guardian <> person", name="consents_guardian_is_somebody_else"),
    Index("consents_by_person", "community", "person", "purpose", "id"),
    comment="Decisions on the use of a person's data; rows are only added, the latest holds",
)

erasure_requests = Table(
    "erasure_requests",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("reason", String, nullable=False, comment="empty once erased"),
    Column("requested_at", DateTime(timezone=True), nullable=False),
    Column("state", String(16), nullable=False),
    Column("answered_by", String),
    Column("answered_at", DateTime(timezone=True)),
    Column("answer", String, nullable=False, comment="empty once erased"),
    _refers("person", "people"),
    CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="erasure_requests_answered_at_an_instant"),
    Index("erasure_requests_one_open", "community", "person", unique=True, postgresql_where=text("state = 'open'")),
    Index("erasure_requests_by_person", "community", "person", "id"),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", String, primary_key=True),
    Column("openid_index", LargeBinary, nullable=False),
    Column("person", String),
    Column("community", String),
    Column("bound_at", DateTime(timezone=True)),
    Column("bound_by", String, comment="who gave the invitation; none if by phone"),
    Column("proof", String(16), comment="why it is known to be the person's; none: it gives no office"),
    Column("requested_person", String, comment="who has to confirm the binding"),
    Column("requested_community", String),
    Column("requested_by", String),
    Column("requested_at", DateTime(timezone=True)),
    UniqueConstraint("openid_index", name="accounts_by_openid"),
    CheckConstraint("proof IN ('phone', 'witness', 'own', 'earlier')", name="accounts_proof"),
    CheckConstraint("proof IS NULL OR person IS NOT NULL", name="accounts_proven_of_somebody"),
    _refers("person", "people"),
    Index("accounts_by_person", "community", "person"),
    Index("accounts_by_request", "requested_community", "requested_person"),
)

second_factors = Table(
    "second_factors",
    metadata,
    Column("community", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("secret_cipher", LargeBinary, nullable=False),
    Column("requested_at", DateTime(timezone=True), nullable=False),
    Column("confirmed_at", DateTime(timezone=True)),
    Column("last_step", BigInteger, nullable=False, comment="time step of the last code used"),
    _refers("person", "people"),
)

sign_in_changes = Table(
    "sign_in_changes",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("by", String),
    Column("reason", String),
    Column("at", DateTime(timezone=True), nullable=False),
    _refers("person", "people"),
    Index("sign_in_changes_by_person", "community", "person", "id"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", String, primary_key=True),
    Column("person", String),
    Column("community", String),
    Column("account", String),
    Column("client", String, nullable=False),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("refreshed_at", DateTime(timezone=True), nullable=False),
    Column("closed_at", DateTime(timezone=True)),
    Column("limited", Boolean, nullable=False, server_default=false()),
    _refers("person", "people"),
    ForeignKeyConstraint(["account"], ["accounts.id"]),
    Index("sessions_by_person", "community", "person"),
    Index("sessions_by_account", "account"),
    Index("sessions_by_use", "refreshed_at"),
    Index("sessions_by_closing", "closed_at", postgresql_where=text("closed_at IS NOT NULL")),
)

refresh_tokens = Table(
    "refresh_tokens",
    metadata,
    Column("hash", String, primary_key=True),
    Column("session", String, nullable=False),
    Column("used_at", DateTime(timezone=True)),
    ForeignKeyConstraint(["session"], ["sessions.id"], ondelete="CASCADE"),
    Index("refresh_tokens_by_session", "session"),
)
