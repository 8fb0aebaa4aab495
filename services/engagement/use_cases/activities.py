"""Preparing, changing and cancelling activities, and reading them with what belongs to the caller (R29)."""

from collections.abc import Sequence
from secrets import token_hex

from contracts import errors
from contracts.calls import engagement as calls
from directory.permissions import ORGANIZE_ACTIVITIES
from services.engagement.domain import places
from services.engagement.domain.activities import Activity, Plan
from services.engagement.domain.signups import SignUp
from services.engagement.schemas import activities as shown
from services.engagement.store import EngagementScope


def create(scope: EngagementScope, plan: Plan) -> Activity:
    """Store a draft."""
    scope.require(ORGANIZE_ACTIVITIES)
    _require_known_hosts(scope, plan)
    activity = Activity.draft(scope.community, plan, scope.person, scope.now, token_hex(32))
    scope.activities.add(activity)
    return activity


def revise(scope: EngagementScope, activity_id: str, plan: Plan) -> Activity:
    """Replace an activity's plan, and offer places that became free to who waits."""
    activity = _locked(scope, activity_id)
    _require_known_hosts(scope, plan)
    signed_up = tuple(sorted(person for each in scope.signups.active(activity.id) for person in each.people))
    if changed := activity.revise(plan, signed_up, scope.person, scope.now):
        scope.tx.emit(changed)
    offer_free_places(scope, activity)
    return activity


def publish(scope: EngagementScope, activity_id: str) -> Activity:
    """Open an activity's sign-up."""
    activity = _locked(scope, activity_id)
    scope.tx.emit(activity.publish(scope.person, scope.now))
    return activity


def cancel(scope: EngagementScope, activity_id: str, reason: str) -> Activity:
    """Cancel an activity; everybody who signed up is named in the event."""
    activity = _locked(scope, activity_id)
    signups = scope.signups.active(activity.id)
    if cancelled := activity.cancel(reason, signups, scope.person, scope.now):
        scope.tx.emit(cancelled)
    scope.signups.free_seats(signups)
    return activity


def offer_free_places(scope: EngagementScope, activity: Activity) -> None:
    """Offer an activity's free places to who waits; its row is locked."""
    if activity.free:
        scope.tx.emit(*places.promote(activity, scope.signups.waiting_that_fit(activity), scope.now))


def show(scope: EngagementScope, found: Sequence[Activity]) -> list[calls.Activity]:
    """Return activities with their counts and the sign-ups of the caller and their household."""
    ids = [activity.id for activity in found]
    counts = scope.activities.people_by_state(ids)
    own = scope.signups.of_household(scope.person, scope.household, activities=ids)
    by_activity = {activity.id: activity for activity in found}
    signups = show_signups(scope, own, by_activity)
    return [
        shown.activity(activity, counts, [each for each in signups if each["activity_id"] == activity.id], scope.now)
        for activity in found
    ]


def show_public(scope: EngagementScope, found: Sequence[Activity]) -> list[calls.PublicActivity]:
    """Return activities as the public sees them."""
    counts = scope.activities.people_by_state([activity.id for activity in found])
    return [shown.public_activity(activity, counts, scope.now) for activity in found]


def show_signups(
    scope: EngagementScope, found: Sequence[SignUp], activities: dict[str, Activity]
) -> list[calls.SignUp]:
    """Return sign-ups, each with its position and its explanation."""
    ahead = scope.signups.ahead_of(found)
    return [shown.signup(each, activities[each.activity], ahead.get(each.id), scope.now) for each in found]


def _locked(scope: EngagementScope, activity_id: str) -> Activity:
    """Return an activity, locked, for who may organize. Raises `NotFound`, `RoleMissing`."""
    scope.require(ORGANIZE_ACTIVITIES)
    return scope.activities.get(activity_id, drafts=True, for_update=True)


def _require_known_hosts(scope: EngagementScope, plan: Plan) -> None:
    unknown = [
        {"pointer": f"/host_ids/{position}", "detail": "没有这个人"}
        for position, person in enumerate(plan.hosts)
        if not scope.directory.knows(person)
    ]
    if unknown:
        raise errors.Invalid("接待人不在本社区", unknown)
