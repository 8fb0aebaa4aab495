"""A community 社区 and its settings. A deployment has many; none can access another's data (R1)."""

from dataclasses import dataclass, field
from typing import Any

from contracts import ids
from contracts.errors import Invalid
from contracts.policy import INCOMPATIBLE_OFFICES, Guards, Policy
from contracts.registry import CommunityFounded, PolicySet

PLATFORM = "com_platform"
"""The community of the platform's administrators; only they found communities."""

_LARGEST_RANK = 100_000
_MOST_RANK_POINTS = 10_000


@dataclass(eq=False, kw_only=True)
class Community:
    """A community and the settings it chose."""

    name: str
    district: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    id: str = field(default_factory=lambda: ids.new("com"))
    version: int = 1

    def founded(self) -> CommunityFounded:
        """Return the event that announces it."""
        return CommunityFounded(community=self.id, sequence=self.version)

    @property
    def policy(self) -> Policy:
        """Its settings, with defaults for what it did not choose."""
        return Policy.of(self.settings)

    def choose(
        self, policy: Policy, guards: Guards, by: str | None = None, approved_by: str | None = None
    ) -> PolicySet:
        """Replace all settings. Raises `Invalid` when they contradict each other or the guards."""
        check_policy(policy, guards)
        before, self.settings = self.policy.settings, policy.settings
        self.version += 1
        return PolicySet(
            community=self.id,
            sequence=self.version,
            settings=self.settings,
            changed=tuple(sorted(name for name, value in self.settings.items() if value != before[name])),
            by=by,
            approved_by=approved_by,
        )


def check_policy(policy: Policy, guards: Guards) -> None:
    """Raise `Invalid` with a pointer to each setting that is out of range beside the others or the guards."""
    steps = policy.inspection_rank_points
    errors = [
        {"pointer": f"/inspection_rank_points/{at}/0", "detail": f"应在 1 与 {_LARGEST_RANK} 之间"}
        for at, (rank, _) in enumerate(steps)
        if not 1 <= rank <= _LARGEST_RANK
    ]
    errors += [
        {"pointer": f"/inspection_rank_points/{at}/1", "detail": f"应在 0 与 {_MOST_RANK_POINTS} 之间"}
        for at, (_, points) in enumerate(steps)
        if not 0 <= points <= _MOST_RANK_POINTS
    ]
    ranks = [rank for rank, _ in steps]
    if not errors and ranks != sorted(set(ranks)):
        errors = [{"pointer": "/inspection_rank_points", "detail": "名次必须递增"}]
    if not errors and policy.publication_day <= policy.cut_off_day:
        errors = [{"pointer": "/publication_day", "detail": "公示日必须晚于审核截止日"}]
    if policy.objection_window_days < guards.min_window_days:
        errors.append({"pointer": "/objection_window_days", "detail": f"公示期不得短于 {guards.min_window_days:g} 天"})
    if policy.spending_wait_days < guards.min_spending_wait_days:
        detail = f"动用等待期不得短于 {guards.min_spending_wait_days:g} 天"
        errors.append({"pointer": "/spending_wait_days", "detail": detail})
    errors += [
        {"pointer": f"/office_exceptions/{at}", "detail": "应为两项不相容的职务"}
        for at, pair in enumerate(policy.office_exceptions)
        if tuple(sorted(pair)) not in INCOMPATIBLE_OFFICES
    ]
    if errors:
        raise Invalid(errors=errors)
