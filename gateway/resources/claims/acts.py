"""Acts from the platform's own lists, such as taking part in an activity (R11)."""

from typing import Any

from flask.views import MethodView

from contracts.calls.claims import AttendanceForm, Recorded
from contracts.paging import PageQuery
from gateway.blueprint import Blueprint
from gateway.http import idempotency
from gateway.paging import page, page_schema
from gateway.person_names import with_person_names
from gateway.schemas.claims.acts import Act
from gateway.security.auth import actor, signed_in
from gateway.services import claims

blp = Blueprint("acts", __name__, description="Who took part, by the platform's own lists")


@blp.route("/v1/acts")
class Acts(MethodView):
    @signed_in
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_schema(Act))
    def get(self, query: PageQuery) -> Any:
        """Acts on record, newest first, also those that do not count. For working group and committee."""
        found = page(claims.list_acts(actor=actor(), **query))
        return found | {"data": with_person_names(found["data"], "person_id", "recorded_by_id")}

    @signed_in
    @idempotency.required
    @blp.arguments(AttendanceForm)
    @blp.response(201, Recorded)
    def post(self, form: AttendanceForm) -> Any:
        """Record up to 200 people's part in one thing, with an answer for each.

        Each becomes a claim without first review, within the caps; what does not count is stored with the reason.
        """
        return claims.record_acts(actor=actor(), **form)
