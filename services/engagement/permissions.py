"""Who may sign up whom, and see and change sign-ups, beyond what `directory.permissions` says of roles."""

from collections.abc import Sequence

from contracts import errors
from directory.permissions import ORGANIZE_ACTIVITIES, SIGN_UP_RESIDENTS
from services.engagement.domain.activities import Activity
from services.engagement.domain.signups import SignUp
from services.engagement.store import EngagementScope


def household_of_party(scope: EngagementScope, people: Sequence[str]) -> str | None:
    """Return the household of people who are signed up together; None for one without a household.

    Raises `NotFound` for unknown people, `Invalid` for people of several households, `RoleMissing` unless the caller
    belongs to the household or acts for its courtyard.
    """
    homes = scope.directory.households_of(people, scope.today)
    if scope.directory.erased(people) or not all(each in homes or scope.directory.knows(each) for each in people):
        raise errors.NotFound("没有这个人")
    household = homes.get(people[0])
    others = [person for person in people if homes.get(person) != household or (household is None and len(people) > 1)]
    if others:
        wrong = [{"pointer": f"/person_ids/{people.index(each)}", "detail": "不是同一户的人"} for each in others]
        raise errors.Invalid("一次报名只能是同一户的人", wrong)
    if scope.person not in people and (household is None or not _acts_for(scope, household)):
        raise errors.RoleMissing("只能为本户、本院落或本网格的居民报名")
    return household


def require_change(scope: EngagementScope, activity: Activity, signup: SignUp) -> None:
    """Raise `NotFound` unless the caller may withdraw the party or accept for it."""
    if not (_is_own(scope, signup) or _acts_for(scope, signup.household) or organizes(scope, activity)):
        raise errors.NotFound("没有这次报名")


def organizes(scope: EngagementScope, activity: Activity) -> bool:
    """Return whether the caller organizes activities or receives people at this one."""
    return scope.may(ORGANIZE_ACTIVITIES) or scope.person in activity.plan.hosts


def require_organizing(scope: EngagementScope, activity: Activity) -> None:
    """Raise `RoleMissing` unless the caller organizes activities or is a host of this one."""
    if not organizes(scope, activity):
        raise errors.RoleMissing("只有活动的组织者和接待人可以查看或办理")


def _is_own(scope: EngagementScope, signup: SignUp) -> bool:
    return scope.person in signup.people or (scope.household is not None and scope.household == signup.household)


def _acts_for(scope: EngagementScope, household: str | None) -> bool:
    if household is None:
        return False
    courtyard = scope.directory.courtyard_of(household, scope.today)
    return scope.household == household or scope.may(SIGN_UP_RESIDENTS, courtyard=courtyard)
