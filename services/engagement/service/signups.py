"""Calls about sign-ups, and the timer that ends offers (R29)."""

from contracts.calls import engagement as calls
from contracts.paging import number_cursor, page_of
from contracts.rpc import Caller, Page
from messaging import command, query, tick
from services.engagement import permissions
from services.engagement.schemas import activities as schemas
from services.engagement.store import EngagementTransaction
from services.engagement.use_cases import signups as use_cases
from services.engagement.use_cases.activities import show_public, show_signups


class SignUpCalls:
    @command
    def sign_up(
        self, tx: EngagementTransaction, *, actor: Caller, activity_id: str, person_ids: list[str]
    ) -> calls.SignUp:
        scope = tx.scope(actor)
        activity, signup = use_cases.sign_up(scope, activity_id, person_ids)
        return show_signups(scope, [signup], {activity.id: activity})[0]

    @command
    def withdraw_signup(
        self, tx: EngagementTransaction, *, actor: Caller, activity_id: str, signup_id: str
    ) -> calls.SignUp:
        scope = tx.scope(actor)
        activity, signup = use_cases.withdraw(scope, activity_id, signup_id)
        return show_signups(scope, [signup], {activity.id: activity})[0]

    @command
    def accept_places(
        self, tx: EngagementTransaction, *, actor: Caller, activity_id: str, signup_id: str
    ) -> calls.SignUp:
        scope = tx.scope(actor)
        activity, signup = use_cases.accept(scope, activity_id, signup_id)
        return show_signups(scope, [signup], {activity.id: activity})[0]

    @query
    def get_signup(self, tx: EngagementTransaction, *, actor: Caller, activity_id: str, signup_id: str) -> calls.SignUp:
        scope = tx.scope(actor)
        activity = scope.activities.get(activity_id, drafts=False)
        signup = scope.signups.get(activity_id, signup_id)
        permissions.require_change(scope, activity, signup)
        return show_signups(scope, [signup], {activity.id: activity})[0]

    @query
    def list_signups(
        self,
        tx: EngagementTransaction,
        *,
        actor: Caller,
        activity_id: str,
        state: list[str] | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[calls.SignUp]:
        scope = tx.scope(actor)
        activity = scope.activities.get(activity_id, drafts=False)
        permissions.require_organizing(scope, activity)
        found = scope.signups.page(activity_id, limit + 1, number_cursor(cursor), state or ())
        ahead = scope.signups.ahead_of(found)
        return page_of(
            found,
            limit,
            lambda each: schemas.signup(each, activity, ahead.get(each.id), tx.now),
            lambda each: each.number,
        )

    @query
    def list_own_signups(
        self, tx: EngagementTransaction, *, actor: Caller, limit: int = 20, cursor: str | None = None
    ) -> Page[calls.OwnSignUp]:
        scope = tx.scope(actor)
        found = scope.signups.of_household(scope.person, scope.household, limit=limit + 1, before=cursor)
        activities = scope.activities.with_ids({each.activity for each in found})
        public = dict(zip(activities, show_public(scope, list(activities.values())), strict=True))
        shown = {each["id"]: each for each in show_signups(scope, found, activities)}
        return page_of(
            found,
            limit,
            lambda each: {**shown[each.id], "activity": public[each.activity]},
            lambda each: each.id,
        )

    @tick(seconds=5)
    def end_due_offers(self, tx: EngagementTransaction) -> None:
        """End offers whose deadline has passed, and offer the places to who waits next."""
        use_cases.end_due_offers(tx)
