"""说事议事会: meetings, decisions, actions, and what became of a suggestion (R32)."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask.views import MethodView

from contracts.calls.engagement import (
    ActionForm,
    ActionResultForm,
    Lineage,
    MeetingDecisionForm,
    MeetingForm,
    MeetingsQuery,
    MinutesForm,
)
from gateway.blueprint import Blueprint
from gateway.http.public_cache import publicly_cached
from gateway.paging import page, page_schema
from gateway.person_names import find_names
from gateway.schemas.engagement.meetings import Meeting
from gateway.security.auth import actor, signed_in
from gateway.services import engagement

blp = Blueprint("meetings", __name__, description="Meetings about suggestions, and what follows from them")


@blp.route("/v1/meetings")
class Meetings(MethodView):
    @signed_in
    @blp.arguments(MeetingsQuery, location="query")
    @blp.response(200, page_schema(Meeting))
    def get(self, query: MeetingsQuery) -> Any:
        """Meetings, newest first, with agenda, minutes, decisions and actions."""
        found = page(engagement.list_meetings(actor=actor(), **query))
        return found | {"data": _meetings(found["data"])}

    @signed_in
    @blp.arguments(MeetingForm)
    @blp.response(201, Meeting)
    def post(self, form: MeetingForm) -> Any:
        """Plan a meeting with suggestions and other matters on its agenda."""
        return _meeting(engagement.plan_meeting(actor=actor(), **form))


@blp.route("/v1/meetings/<meeting_id>")
class OneMeeting(MethodView):
    @signed_in
    @blp.response(200, Meeting)
    def get(self, meeting_id: str) -> Any:
        """A meeting; who was there is shown to those who run meetings."""
        return _meeting(engagement.get_meeting(actor=actor(), meeting_id=meeting_id))

    @signed_in
    @blp.arguments(MeetingForm)
    @blp.response(200, Meeting)
    def put(self, form: MeetingForm, meeting_id: str) -> Any:
        """Replace the plan of a meeting that was not held."""
        return _meeting(engagement.revise_meeting(actor=actor(), meeting_id=meeting_id, **form))


@blp.route("/v1/meetings/<meeting_id>/cancel")
class MeetingCancellation(MethodView):
    @signed_in
    @blp.response(200, Meeting)
    def post(self, meeting_id: str) -> Any:
        """Cancel a meeting that was not held."""
        return _meeting(engagement.cancel_meeting(actor=actor(), meeting_id=meeting_id))


@blp.route("/v1/meetings/<meeting_id>/minutes")
class Minutes(MethodView):
    @signed_in
    @blp.arguments(MinutesForm)
    @blp.response(200, Meeting)
    def put(self, form: MinutesForm, meeting_id: str) -> Any:
        """Write or correct the minutes and who was there, once the meeting has begun."""
        return _meeting(engagement.put_minutes(actor=actor(), meeting_id=meeting_id, **form))


@blp.route("/v1/meetings/<meeting_id>/decisions")
class Decisions(MethodView):
    @signed_in
    @blp.arguments(MeetingDecisionForm)
    @blp.response(201, Meeting)
    def post(self, form: MeetingDecisionForm, meeting_id: str) -> Any:
        """Store a decision of the meeting; adopting or declining a suggestion is its next step, too.

        409 `wrong_state` before the minutes are written, and when the suggestion cannot take that step; nothing is
        stored then.
        """
        return _meeting(engagement.take_decision(actor=actor(), meeting_id=meeting_id, **form))


@blp.route("/v1/meetings/<meeting_id>/actions")
class Actions(MethodView):
    @signed_in
    @blp.arguments(ActionForm)
    @blp.response(201, Meeting)
    def post(self, form: ActionForm, meeting_id: str) -> Any:
        """Store what is done to carry out a decision, by whom and until when."""
        return _meeting(engagement.add_action(actor=actor(), meeting_id=meeting_id, **form))


@blp.route("/v1/meetings/<meeting_id>/actions/<action_id>/result")
class ActionResult(MethodView):
    @signed_in
    @blp.arguments(ActionResultForm)
    @blp.response(200, Meeting)
    def post(self, form: ActionResultForm, meeting_id: str, action_id: str) -> Any:
        """Store what came of an action; once."""
        return _meeting(engagement.end_action(actor=actor(), meeting_id=meeting_id, action_id=action_id, **form))


@blp.route("/v1/suggestions/<post_id>/lineage")
class SuggestionLineage(MethodView):
    @publicly_cached(seconds=2)
    @blp.response(200, Lineage)
    def get(self, post_id: str) -> Any:
        """What became of a suggestion: post, course, meetings, decisions, actions and results by time. Public."""
        return engagement.get_lineage(post_id=post_id)


def _meeting(found: Mapping[str, Any]) -> dict[str, Any]:
    return _meetings([found])[0]


def _meetings(found: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    names = find_names({person for each in found for person in each["attendee_ids"]}, masked=False)
    return [{**each, "attendee_names": [names.get(person) for person in each["attendee_ids"]]} for each in found]
