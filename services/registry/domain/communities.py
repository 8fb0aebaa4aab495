"""A community 社区 and its settings; one deployment holds many, and none sees another's data (R1)."""

from dataclasses import asdict, dataclass, field
from typing import Any

from contracts import ids
from contracts.policy import Policy
from contracts.registry import CommunityFounded, PolicySet


@dataclass(eq=False, kw_only=True)
class Community:
    """A community and the policy it chose."""

    name: str
    district: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)
    id: str = field(default_factory=lambda: ids.new("com"))
    version: int = 1

    def founded(self) -> CommunityFounded:
        """The fact that it exists."""
        return CommunityFounded(community=self.id, sequence=self.version)

    @property
    def policy(self) -> Policy:
        """What it chose, and the defaults for the rest."""
        return Policy.of(self.settings)

    def choose(self, policy: Policy) -> PolicySet:
        """From now on that policy holds, as a whole."""
        self.settings = {**asdict(policy), "inspection_rank_points": [list(s) for s in policy.inspection_rank_points]}
        self.version += 1
        return PolicySet(community=self.id, sequence=self.version, settings=self.settings)
