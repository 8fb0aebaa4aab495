"""Signing up, withdrawing and accepting offers; check, place and promotion are one transaction (R29)."""

from collections.abc import Sequence

from contracts import errors
from services.engagement import permissions
from services.engagement.domain import places
from services.engagement.domain.activities import Activity
from services.engagement.domain.places import Party
from services.engagement.domain.signups import SignUp
from services.engagement.store import EngagementScope, EngagementTransaction
from services.engagement.use_cases.activities import offer_free_places


def sign_up(scope: EngagementScope, activity_id: str, person_ids: Sequence[str]) -> tuple[Activity, SignUp]:
    """Give a party places, put it on the waiting list or enter it in the draw."""
    people = tuple(dict.fromkeys(person_ids)) or (scope.person,)
    household = permissions.household_of_party(scope, people)
    activity = scope.activities.get(activity_id, drafts=False, for_update=True)
    if seated := sorted(scope.signups.seated(activity.id, people)):
        wrong = [{"pointer": f"/person_ids/{people.index(each)}", "detail": "已经报过名"} for each in seated]
        raise errors.AlreadySignedUp("名单里有人已经报过名", wrong, {"person_ids": seated})
    party = Party(household, people, scope.signups.active_people_of(activity.id, household))
    signup, signed_up = places.sign_up(activity, party, scope.person, scope.now)
    scope.signups.add(signup)
    scope.tx.emit(signed_up)
    return activity, signup


def withdraw(scope: EngagementScope, activity_id: str, signup_id: str) -> tuple[Activity, SignUp]:
    """Take a party out and offer its places to who waits; a repeat changes nothing."""
    activity, signup = _locked(scope, activity_id, signup_id)
    if lost := places.withdraw(activity, signup, scope.person, scope.now):
        scope.tx.emit(lost)
        scope.signups.free_seats([signup])
        offer_free_places(scope, activity)
    return activity, signup


def accept(scope: EngagementScope, activity_id: str, signup_id: str) -> tuple[Activity, SignUp]:
    """Accept places that were offered; a repeat changes nothing."""
    activity, signup = _locked(scope, activity_id, signup_id)
    if accepted := places.accept(activity, signup, scope.person, scope.now):
        scope.tx.emit(accepted)
    return activity, signup


def end_due_offers(tx: EngagementTransaction) -> None:
    """End the offers whose deadline has passed, and offer their places to who waits next."""
    for community, activity_id in tx.public_activities.with_offers_due(tx.now):
        scope = tx.scope_of(community)
        activity = scope.activities.get(activity_id, drafts=False, for_update=True)
        due = scope.signups.offers_due(activity_id, tx.now)
        tx.emit(*places.lapse(activity, due, tx.now))
        scope.signups.free_seats(due)
        offer_free_places(scope, activity)


def forget(tx: EngagementTransaction, community: str, person: str) -> None:
    """Take an erased person out of the activities to come; the others of their party stay."""
    scope = tx.scope_of(community)
    for found in scope.signups.of_household(person, None):
        activity = scope.activities.get(found.activity, drafts=False, for_update=True)
        if found.is_active and activity.phase(tx.now) in ("open", "closed"):
            if lost := places.leave(activity, found, person, "clock", tx.now):
                tx.emit(lost)
            scope.signups.free_seat(found, person)
            offer_free_places(scope, activity)


def _locked(scope: EngagementScope, activity_id: str, signup_id: str) -> tuple[Activity, SignUp]:
    """Return an activity, locked, and a sign-up that the caller may change. Raises `NotFound`."""
    activity = scope.activities.get(activity_id, drafts=False, for_update=True)
    signup = scope.signups.get(activity_id, signup_id)
    permissions.require_change(scope, activity, signup)
    return activity, signup
