"""A community 社区 and its settings. A deployment has many; none can access another's data (R1)."""

from dataclasses import asdict, dataclass, field
from typing import Any

from contracts import ids
from contracts.errors import Invalid
from contracts.policy import Policy
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

    def choose(self, policy: Policy) -> PolicySet:
        """Replace all settings. Raises `Invalid` when they contradict each other."""
        _check(policy)
        self.settings = {**asdict(policy), "inspection_rank_points": [list(s) for s in policy.inspection_rank_points]}
        self.version += 1
        return PolicySet(community=self.id, sequence=self.version, settings=self.settings)


def _check(policy: Policy) -> None:
    """Raise `Invalid` with a pointer to each setting that is out of range beside the others."""
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
    if errors:
        raise Invalid(errors=errors)
