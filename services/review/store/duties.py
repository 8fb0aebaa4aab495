"""What one person approved and corrected in a day, and who gained by whose decisions over all time."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from services.review.domain.reviews import DecisionType
from services.review.store.tables import correction_proposals, corrections, decisions

_GAINS = text(
    """
    WITH decided AS (
        SELECT d.person AS decider, d.part, coalesce(e.household, e.person) AS gained, e.points + e.corrected AS points
          FROM entries e JOIN reviews r ON r.community = e.community AND r.id = e.review
         CROSS JOIN LATERAL (
            SELECT recorder AS person, 'recorded' AS part FROM unnest(r.recorded_by) recorder
             WHERE recorder <> e.person
            UNION ALL SELECT r.endorsed_by, 'endorsed' WHERE r.endorsed_by IS NOT NULL
            UNION ALL SELECT unnest(r.approved_by), 'approved'
         ) d
         WHERE e.community = :community
        UNION ALL
        SELECT d.person, 'corrected', coalesce(e.household, e.person), c.points
          FROM corrections c JOIN entries e ON e.community = c.community AND e.id = c.entry
         CROSS JOIN LATERAL (VALUES (c.by), (c.confirmed_by)) d(person)
         WHERE c.community = :community AND c.points > 0 AND d.person IS NOT NULL
    ), gains AS (
        SELECT decider, gained,
               count(*) FILTER (WHERE part = 'recorded') AS recorded,
               count(*) FILTER (WHERE part = 'endorsed') AS endorsed,
               count(*) FILTER (WHERE part = 'approved') AS approved,
               count(*) FILTER (WHERE part = 'corrected') AS corrected,
               coalesce(sum(points) FILTER (WHERE part IN ('approved', 'corrected')), 0)::bigint AS points
          FROM decided GROUP BY 1, 2
    ), homes AS (
        SELECT DISTINCT ON (person) person, household FROM directory_memberships
         WHERE community = :community ORDER BY person, since DESC
    ), known AS (
        SELECT gains.*, coalesce(homes.household, gains.decider) AS home
          FROM gains LEFT JOIN homes ON homes.person = gains.decider
    )
    SELECT decider, gained, recorded, endorsed, approved, corrected, points,
           gained = home AS own,
           EXISTS (SELECT FROM known other WHERE other.gained = known.home AND other.home = known.gained) AS mutual
      FROM known
     ORDER BY own DESC, mutual DESC, points DESC, decider, gained
     LIMIT :limit
    """
)


@dataclass(frozen=True, kw_only=True)
class Gain:
    """What one household, or a head, gained by one person's decisions over the whole history."""

    decider: str
    gained: str
    """A household, or the head whose own book was credited."""
    recorded: int
    endorsed: int
    approved: int
    corrected: int
    points: int
    """Of entries they approved, and of corrections they proposed or confirmed."""
    own: bool
    """Whether it is the decider's own household today."""
    mutual: bool
    """Whether somebody of that household decided for the decider's household as well."""


class DutyRepository:
    """Sums over the decisions of one community."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def approved_since(self, person: str, since: datetime) -> int:
        """Return the points that a person has approved; lock their approvals until the transaction ends."""
        self._lock("approvals", person)
        points = select(func.coalesce(func.sum(func.greatest(decisions.c.points, 0)), 0)).where(
            decisions.c.community == self._community,
            decisions.c.judge == person,
            decisions.c.verb == DecisionType.APPROVE,
            decisions.c.at >= since,
        )
        return int(self._session.scalar(points) or 0)

    def corrected_since(self, person: str, since: datetime) -> int:
        """Return the points that corrections confirmed by a person have added; lock their confirmations likewise."""
        self._lock("corrections", person)
        points = (
            select(func.coalesce(func.sum(func.greatest(corrections.c.points, 0)), 0))
            .join(
                correction_proposals,
                (correction_proposals.c.community == corrections.c.community)
                & (correction_proposals.c.id == corrections.c.id),
            )
            .where(
                correction_proposals.c.community == self._community,
                correction_proposals.c.decided_by == person,
                correction_proposals.c.decided_at >= since,
            )
        )
        return int(self._session.scalar(points) or 0)

    def gains(self, limit: int) -> list[Gain]:
        """Return who gained by whose decisions: first those of one's own, then mutual ones, then the largest."""
        rows = self._session.execute(_GAINS, {"community": self._community, "limit": limit})
        return [Gain(**row) for row in rows.mappings()]

    def _lock(self, duty: str, person: str) -> None:
        name = f"{duty} of {self._community} {person}"
        self._session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
