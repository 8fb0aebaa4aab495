"""Suspensions: people with false claims may not declare, for themselves or for others, for a while (*policy*)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Self

from contracts import ids
from contracts.errors import DeclaringSuspended, Invalid, WrongState
from contracts.policy import Policy


@dataclass(kw_only=True, eq=False)
class Suspension:
    """One person's suspension, up to the day before `until`; others may still declare for them (R6)."""

    community: str
    id: str
    person: str
    reason: str
    made_at: datetime
    until: date
    made_by: str | None = None
    """The member of the working group; None when it follows from the community's policy."""
    lifted_by: str | None = None
    lifted_at: datetime | None = None
    lift_reason: str = ""

    @classmethod
    def by_policy(cls, *, community: str, person: str, policy: Policy, today: date, at: datetime) -> Self:
        """Return the suspension that follows from as many false claims as the policy allows."""
        return cls(
            community=community,
            id=ids.new("sus"),
            person=person,
            reason=f"{policy.suspend_after_false_claims} 次申报被认定为虚假",
            made_at=at,
            until=today + timedelta(days=policy.suspension_days),
        )

    @classmethod
    def by_working_group(
        cls, *, community: str, person: str, reason: str, until: date, by: str, today: date, at: datetime
    ) -> Self:
        """Return a suspension that the working group decided. Raises `Invalid` for `until` outside the next year."""
        if not today < until <= today + timedelta(days=366):
            raise Invalid(errors=[{"pointer": "/until", "detail": "应在明日至一年之内"}])
        return cls(
            community=community, id=ids.new("sus"), person=person, reason=reason, made_at=at, until=until, made_by=by
        )

    def refusal(self) -> DeclaringSuspended:
        """Return the error for a claim of the suspended person: why, and until when."""
        return DeclaringSuspended(
            f"您的申报已暂停（{self.reason}），{self.until:%Y-%m-%d} 起恢复；"
            "期间可由院长或网格员为您代为申报，您不能代他人申报",
            facts={"suspension_id": self.id, "until": self.until.isoformat()},
        )

    def lift(self, *, by: str, reason: str, today: date, at: datetime) -> None:
        """End the suspension before its day. Raises `WrongState` when it has ended."""
        if self.lifted_at is not None or self.until <= today:
            raise WrongState("此暂停已经结束")
        self.lifted_by, self.lifted_at, self.lift_reason = by, at, reason
