"""The directory's tables: one row per fact, dated by `since`, with the `sequence` of its event."""

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, MetaData, String, Table
from sqlalchemy.dialects.postgresql import JSONB

_METADATA = MetaData()

communities = Table(
    "directory_communities",
    _METADATA,
    Column("community", String, primary_key=True),
    Column("settings", JSONB, nullable=False),
    Column("sequence", BigInteger, nullable=False),
)

courtyards = Table(
    "directory_courtyards",
    _METADATA,
    Column("community", String, primary_key=True),
    Column("courtyard", String, primary_key=True),
    Column("grid", String, nullable=False),
    Column("row", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("dissolved_on", Date, comment="the first day on which it was no more"),
    Column("sequence", BigInteger, nullable=False),
    Index("directory_courtyards_by_grid", "community", "grid"),
)

locations = Table(
    "directory_locations",
    _METADATA,
    Column("community", String, primary_key=True),
    Column("household", String, primary_key=True),
    Column("since", Date, primary_key=True),
    Column("courtyard", String, comment="none: left the community"),
    Column("sequence", BigInteger, nullable=False),
    Index("directory_locations_by_courtyard", "community", "courtyard"),
)

memberships = Table(
    "directory_memberships",
    _METADATA,
    Column("community", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("since", Date, primary_key=True),
    Column("household", String, comment="none: belongs to no household"),
    Column("tenure", String),
    Column("away", Boolean, nullable=False),
    Column("sequence", BigInteger, nullable=False),
    Index("directory_memberships_by_household", "community", "household"),
)

erasures = Table(
    "directory_erasures",
    _METADATA,
    Column("community", String, primary_key=True),
    Column("person", String, primary_key=True),
    Column("sequence", BigInteger, nullable=False),
    comment="Those whose personal data was erased; their ids stay",
)

appointments = Table(
    "directory_appointments",
    _METADATA,
    Column("community", String, primary_key=True),
    Column("appointment", String, primary_key=True),
    Column("person", String, nullable=False),
    Column("role", String, nullable=False),
    Column("scope", String, nullable=False),
    Column("since", Date, nullable=False),
    Column("until", Date, comment="the first day on which it no longer holds"),
    Column("sequence", BigInteger, nullable=False),
    Index("directory_appointments_by_person", "community", "person"),
    Index("directory_appointments_by_scope", "community", "role", "scope"),
)


def attach(metadata: MetaData) -> None:
    """Add the directory's tables to a service's metadata, so that its migrations create them."""
    for table in _METADATA.sorted_tables:
        table.to_metadata(metadata)
