"""Rewards and the codes that some of them give."""

from sqlalchemy import Boolean, CheckConstraint, Column, Date, DateTime, Index, Integer, String, Table, Text, text
from sqlalchemy.dialects.postgresql import JSONB

from services.exchange.domain.reward_proposals import RewardProposal
from services.exchange.domain.rewards import Reward
from services.exchange.store.tables.mapping import mappers, metadata

rewards = Table(
    "rewards",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("name", String, nullable=False),
    Column("description", Text, nullable=False),
    Column("points", Integer, nullable=False),
    Column("stock", Integer, nullable=False),
    Column("reserved", Integer, nullable=False),
    Column("sold", Integer, nullable=False),
    Column("starts_on", Date),
    Column("ends_on", Date),
    Column("limit_per_household", Integer),
    Column("limit_per_person", Integer),
    Column("gives", String, nullable=False),
    Column("picture", String),
    Column("merchants", JSONB, nullable=False),
    Column("listed", Boolean, nullable=False),
    Column("approved_points", Integer, comment="the price that two people agreed on; none: a new reward waits"),
    Column("proposal", String, comment="the proposal that waits for another person"),
    Column("version", Integer, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    CheckConstraint("points > 0", name="rewards_cost_points"),
    CheckConstraint("reserved >= 0 AND sold >= 0", name="rewards_count_up"),
    CheckConstraint("sold + reserved <= stock", name="rewards_never_oversold"),
    CheckConstraint("points * 100 >= approved_points * 80", name="rewards_cheaper_by_two_people"),
)

reward_proposals = Table(
    "reward_proposals",
    metadata,
    Column("community", String, primary_key=True),
    Column("id", String, primary_key=True),
    Column("reward", String, nullable=False),
    Column("name", String, nullable=False),
    Column("points", Integer, nullable=False),
    Column("points_before", Integer, comment="none: a new reward"),
    Column("changes", JSONB, nullable=False),
    Column("proposed_by", String, nullable=False),
    Column("proposed_at", DateTime(timezone=True), nullable=False),
    Column("state", String(16), nullable=False),
    Column("decided_by", String),
    Column("decided_at", DateTime(timezone=True)),
    Column("decision_reason", Text, nullable=False),
    Column("version", Integer, nullable=False),
    CheckConstraint("state IN ('open', 'approved', 'refused', 'replaced')", name="reward_proposals_state"),
    CheckConstraint("decided_by <> proposed_by", name="reward_proposals_decided_by_another_person"),
    CheckConstraint(
        "(state IN ('approved', 'refused')) = (decided_by IS NOT NULL)", name="reward_proposals_decided_by_someone"
    ),
    Index("reward_proposals_one_open", "community", "reward", unique=True, postgresql_where=text("state = 'open'")),
    comment="New rewards and changes of rewards, as one person proposed them and another decided",
)

reward_codes = Table(
    "reward_codes",
    metadata,
    Column("community", String, primary_key=True),
    Column("reward", String, primary_key=True),
    Column("code", String, primary_key=True),
    Column("added_at", DateTime(timezone=True), nullable=False),
    Column("added_by", String, nullable=False),
    Column("order", String, comment="whose it is; none: still in the pool"),
    Index("reward_codes_left", "community", "reward", "added_at", "code", postgresql_where=text('"order" IS NULL')),
    Index("reward_codes_by_order", "community", "order"),
)

mappers.map_imperatively(Reward, rewards)
mappers.map_imperatively(RewardProposal, reward_proposals)
