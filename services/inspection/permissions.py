"""Who may record scores in a round, and who may see them, beyond what `directory.permissions` says of roles."""

from collections.abc import Sequence

from contracts.errors import NotFound, Recused, RoleMissing
from directory.permissions import INSPECT
from services.inspection.domain import Inspection, Share, covered_by
from services.inspection.store import InspectionScope


def require_follow(scope: InspectionScope, inspection: Inspection) -> None:
    """Raise `RoleMissing` unless the caller inspects or has a share of the round."""
    if not scope.may(INSPECT) and not _has_share(scope, inspection.shares):
        raise RoleMissing("只有网格员、工作小组、社区和本轮的检查人员可以查看")


def require_recording(scope: InspectionScope, inspection: Inspection, courtyard: str) -> None:
    """Raise when the caller may not record a score of the courtyard.

    `RoleMissing` outside their share, `NotFound` when there is no such courtyard, `CourtyardGone` when it is dissolved,
    `Recused` where they live or are head: nobody scores their own courtyard.
    """
    scope.require_courtyard(courtyard)
    layout = scope.layout()
    if not scope.may(INSPECT) and courtyard not in covered_by(inspection.shares, scope.person, layout):
        raise RoleMissing("只有网格员、工作小组、社区和分到该院落的检查人员可以记录")
    if courtyard not in layout:
        raise NotFound("没有这个院落")
    if courtyard in interests(scope):
        raise Recused("不能给自己居住或担任院长的院落打分，请由他人检查")


def may_see_record(scope: InspectionScope, inspection: Inspection, courtyard: str) -> bool:
    """Return whether the caller inspects, has a share of the round, or lives in the courtyard or heads it (R15)."""
    return scope.may(INSPECT) or courtyard in interests(scope) or _has_share(scope, inspection.shares)


def interests(scope: InspectionScope) -> frozenset[str]:
    """Return the courtyard the caller lives in, and those they head."""
    household = scope.directory.household_of(scope.person, scope.today)
    home = scope.directory.courtyard_of(household, scope.today) if household else None
    return scope.roles.courtyards | ({home} if home else frozenset())


def _has_share(scope: InspectionScope, shares: Sequence[Share]) -> bool:
    return scope.person in {share.inspector for share in shares}
