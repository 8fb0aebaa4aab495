"""Acts from the platform's own lists, such as who came to an activity (R11)."""

from typing import Any

from flask.views import MethodView

from gateway.blueprint import Blueprint
from gateway.paging import Page, page, page_of
from gateway.person_names import with_person_names
from gateway.rpc import rpc
from gateway.schemas.acts import Act, AttendanceForm, Recorded
from gateway.security.auth import actor, signed_in

blp = Blueprint("acts", __name__, description="Who took part, by the platform's own lists")


@blp.route("/v1/acts")
class Acts(MethodView):
    @signed_in
    @blp.arguments(Page, location="query")
    @blp.response(200, page_of(Act))
    def get(self, query: dict[str, Any]) -> Any:
        """Acts on record, newest first, also those that do not count. For working group and committee."""
        found = page(rpc.query("claims", "list_acts", actor=actor(), **query))
        return found | {"data": with_person_names(found["data"], "person_id", "recorded_by_id")}

    @signed_in
    @blp.arguments(AttendanceForm)
    @blp.response(201, Recorded)
    def post(self, form: dict[str, Any]) -> Any:
        """Record up to 200 people's part in one thing, with an answer for each.

        Each becomes a claim without first review, within the caps; what does not count is kept with the reason.
        """
        return rpc.command("claims", "record_acts", actor=actor(), **form)
