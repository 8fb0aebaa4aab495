"""Activities, who signs up for them and who waits (R29)."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask.views import MethodView

from contracts.calls.engagement import (
    ActivitiesQuery,
    ActivityForm,
    CalendarQuery,
    CancellationForm,
    Draw,
    PublicActivity,
    SignUpForm,
    SignUpsQuery,
)
from contracts.paging import PageQuery
from gateway.blueprint import Blueprint
from gateway.http.public_cache import publicly_cached
from gateway.paging import page, page_schema
from gateway.person_names import find_names, with_person_names
from gateway.schemas.engagement.activities import Activity, OwnSignUp, SignUp
from gateway.security.auth import actor, signed_in
from gateway.services import engagement

blp = Blueprint("activities", __name__, description="Activities, sign-ups and waiting lists")


@blp.route("/v1/activities")
class Activities(MethodView):
    @signed_in
    @blp.arguments(ActivitiesQuery, location="query")
    @blp.response(200, page_schema(Activity))
    def get(self, query: ActivitiesQuery) -> Any:
        """Activities, the latest start first, each with my household's sign-ups; drafts for organizers only."""
        found = page(engagement.list_activities(actor=actor(), **query))
        return found | {"data": _activities(found["data"])}

    @signed_in
    @blp.arguments(ActivityForm)
    @blp.response(201, Activity)
    def post(self, form: ActivityForm) -> Any:
        """Prepare an activity; residents see it once it is published."""
        return _activity(engagement.create_activity(actor=actor(), **form))


@blp.route("/v1/activities/<activity_id>")
class OneActivity(MethodView):
    @signed_in
    @blp.response(200, Activity)
    def get(self, activity_id: str) -> Any:
        """An activity with my household's sign-ups and, on the waiting list, their position and why."""
        return _activity(engagement.get_activity(actor=actor(), activity_id=activity_id))

    @signed_in
    @blp.arguments(ActivityForm)
    @blp.response(200, Activity)
    def put(self, form: ActivityForm, activity_id: str) -> Any:
        """Replace what was decided about an activity, before its start.

        Once it is published, allocation and item stay, and places are not fewer than are taken; more places are
        offered to who waits. 409 `places_taken`, `wrong_state`.
        """
        return _activity(engagement.revise_activity(actor=actor(), activity_id=activity_id, **form))


@blp.route("/v1/activities/<activity_id>/publish")
class Publication(MethodView):
    @signed_in
    @blp.response(200, Activity)
    def post(self, activity_id: str) -> Any:
        """Publish an activity: its sign-up is open until `closes_at`."""
        return _activity(engagement.publish_activity(actor=actor(), activity_id=activity_id))


@blp.route("/v1/activities/<activity_id>/cancel")
class Cancellation(MethodView):
    @signed_in
    @blp.arguments(CancellationForm)
    @blp.response(200, Activity)
    def post(self, form: CancellationForm, activity_id: str) -> Any:
        """Cancel an activity before its start; everybody who signed up is told the reason."""
        return _activity(engagement.cancel_activity(actor=actor(), activity_id=activity_id, **form))


@blp.route("/v1/activities/<activity_id>/draw")
class DrawHolding(MethodView):
    @signed_in
    @blp.response(200, Draw)
    def post(self, activity_id: str) -> Any:
        """Hold a draw that is due, which also happens by itself; 409 `draw_waits` before a block is sealed."""
        return engagement.hold_draw(actor=actor(), activity_id=activity_id)


@blp.route("/v1/activities/<activity_id>/signups")
class SignUps(MethodView):
    @signed_in
    @blp.arguments(SignUpsQuery, location="query")
    @blp.response(200, page_schema(SignUp))
    def get(self, query: SignUpsQuery, activity_id: str) -> Any:
        """Who signed up, by number, for organizers and the activity's hosts."""
        found = page(engagement.list_signups(actor=actor(), activity_id=activity_id, **query))
        return found | {"data": _signups(found["data"])}

    @signed_in
    @blp.arguments(SignUpForm)
    @blp.response(201, SignUp)
    def post(self, form: SignUpForm, activity_id: str) -> Any:
        """Sign up a party of one household: places, the waiting list with the reason, or the draw.

        409 `sign_up_closed`, `already_signed_up`; 422 `party_too_large`. Heads and grid officers sign up residents.
        """
        return _signups([engagement.sign_up(actor=actor(), activity_id=activity_id, **form)])[0]


@blp.route("/v1/activities/<activity_id>/signups/<signup_id>")
class OneSignUp(MethodView):
    @signed_in
    @blp.response(200, SignUp)
    def get(self, activity_id: str, signup_id: str) -> Any:
        """A sign-up of mine or my household, with its position and why."""
        return _signups([engagement.get_signup(actor=actor(), activity_id=activity_id, signup_id=signup_id)])[0]

    @signed_in
    @blp.response(200, SignUp)
    def delete(self, activity_id: str, signup_id: str) -> Any:
        """Withdraw a party before the start; its places are offered to who waits. A repeat changes nothing."""
        return _signups([engagement.withdraw_signup(actor=actor(), activity_id=activity_id, signup_id=signup_id)])[0]


@blp.route("/v1/activities/<activity_id>/signups/<signup_id>/accept")
class Acceptance(MethodView):
    @signed_in
    @blp.response(200, SignUp)
    def post(self, activity_id: str, signup_id: str) -> Any:
        """Accept places that were offered; 410 `offer_lapsed` after `offered_until`."""
        return _signups([engagement.accept_places(actor=actor(), activity_id=activity_id, signup_id=signup_id)])[0]


@blp.route("/v1/me/signups")
class OwnSignUps(MethodView):
    @signed_in
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_schema(OwnSignUp))
    def get(self, query: PageQuery) -> Any:
        """My sign-ups and my household's, newest first, each with its activity."""
        found = page(engagement.list_own_signups(actor=actor(), **query))
        return found | {"data": _signups(found["data"])}


@blp.route("/v1/calendar/activities")
class CalendarActivities(MethodView):
    @publicly_cached(seconds=5)
    @blp.arguments(CalendarQuery, location="query")
    @blp.response(200, page_schema(PublicActivity))
    def get(self, query: CalendarQuery) -> Any:
        """A community's activities, the latest start first; public."""
        return page(engagement.list_public_activities(**query))


@blp.route("/v1/calendar/activities/<activity_id>")
class CalendarActivity(MethodView):
    @publicly_cached(seconds=5)
    @blp.response(200, PublicActivity)
    def get(self, activity_id: str) -> Any:
        """A published activity; public."""
        return engagement.get_public_activity(activity_id=activity_id)


@blp.route("/v1/calendar/activities/<activity_id>/draw")
class CalendarDraw(MethodView):
    @publicly_cached(seconds=5)
    @blp.response(200, Draw)
    def get(self, activity_id: str) -> Any:
        """A draw with its entries and all that is needed to replay it (`clients/verify-proof`); public."""
        return engagement.get_draw(activity_id=activity_id)


def _activity(found: Mapping[str, Any]) -> dict[str, Any]:
    return _activities([found])[0]


def _activities(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return activities with the names of hosts, creators and the people of own sign-ups."""
    hosts = find_names({person for each in found for person in each["host_ids"]}, masked=False)
    return [
        {
            **each,
            "host_names": [hosts.get(person) for person in each["host_ids"]],
            "own_signups": _signups(each["own_signups"]),
        }
        for each in with_person_names(found, "created_by_id")
    ]


def _signups(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return sign-ups with the names of their people."""
    names = find_names({person for each in found for person in each["person_ids"]}, masked=False)
    return [
        {**each, "person_names": [names.get(person) for person in each["person_ids"]]}
        for each in with_person_names(found, "signed_up_by_id")
    ]
