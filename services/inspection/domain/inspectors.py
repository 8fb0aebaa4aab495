"""Who may organize a round, who may record scores, and who may see what was recorded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from contracts import errors
from contracts.registry import Role
from services.inspection.domain.shares import Place, Share

ORGANIZERS: frozenset[Role] = frozenset({"working_group_chair", "working_group", "committee"})
"""They decide what is looked at, open a round, share it out and close it; and they may record scores."""


@dataclass(frozen=True, kw_only=True)
class Inspector:
    """One person as he stands today."""

    person: str
    offices: frozenset[str] = frozenset()
    grids: frozenset[str] = frozenset()
    """Grids he is the officer of."""
    interests: frozenset[str] = frozenset()
    """The courtyard he lives in, and those he heads."""

    @property
    def organizes(self) -> bool:
        return not self.offices.isdisjoint(ORGANIZERS)

    @property
    def inspects(self) -> bool:
        """Organizers and grid officers, everywhere: whoever is ill is stood in for."""
        return self.organizes or bool(self.grids)

    def must_organize(self) -> None:
        """`RoleMissing` but for working group and committee."""
        if not self.organizes:
            raise errors.RoleMissing("只有工作小组和社区可以组织卫生检查")

    def must_inspect(self) -> None:
        """`RoleMissing` but for organizers and grid officers."""
        if not self.inspects:
            raise errors.RoleMissing("只有网格员、工作小组和社区可以要求整改")

    def must_follow(self, shares: Sequence[Share]) -> None:
        """`RoleMissing` for who neither inspects nor has a share of the round."""
        if not self.inspects and self.person not in {share.inspector for share in shares}:
            raise errors.RoleMissing("只有网格员、工作小组、社区和本轮的检查人员可以查看")

    def must_record(self, courtyard: str, shares: Sequence[Share], layout: Mapping[str, Place]) -> None:
        """`NotFound` for no courtyard, `RoleMissing` outside his share, `Recused` where he lives or is head."""
        mine = {each for share in shares if share.inspector == self.person for each in share.covers(layout)}
        if not self.inspects and courtyard not in mine:
            raise errors.RoleMissing("只有网格员、工作小组、社区和分到该院落的检查人员可以记录")
        if courtyard not in layout:
            raise errors.NotFound("没有这个院落")
        if courtyard in self.interests:
            raise errors.Recused("不能给自己居住或担任院长的院落打分，请由他人检查")

    def sees_record(self, courtyard: str, shares: Sequence[Share]) -> bool:
        """Inspectors see all that a round recorded; who lives in a courtyard or heads it, what is of his own (R15)."""
        return self.inspects or courtyard in self.interests or self.person in {share.inspector for share in shares}
