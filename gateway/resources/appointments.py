"""Who holds which role over what, now and before (R2, R4)."""

from typing import Any

from flask.views import MethodView

from gateway.blueprint import Blueprint
from gateway.paging import page, page_of
from gateway.rpc import rpc
from gateway.schemas.appointments import Appointment, AppointmentForm, AppointmentQuery, EndForm
from gateway.security.auth import actor, signed_in

blp = Blueprint("appointments", __name__, description="Roles, dated and scoped")


@blp.route("/v1/appointments")
class Appointments(MethodView):
    @signed_in
    @blp.arguments(AppointmentQuery, location="query")
    @blp.response(200, page_of(Appointment))
    def get(self, query: dict[str, Any]) -> Any:
        """Who holds and held which role in the community."""
        return page(rpc.query("registry", "list_appointments", actor=actor(), **query))

    @signed_in
    @blp.arguments(AppointmentForm)
    @blp.response(201, Appointment)
    def post(self, form: dict[str, Any]) -> Any:
        """Give somebody a role (committee)."""
        return rpc.command("registry", "appoint", actor=actor(), **form)


@blp.route("/v1/appointments/<appointment_id>/end")
class End(MethodView):
    @signed_in
    @blp.arguments(EndForm)
    @blp.response(200, Appointment)
    def post(self, form: dict[str, Any], appointment_id: str) -> Any:
        """End a role; what was done under it stands (committee)."""
        return rpc.command("registry", "end_appointment", actor=actor(), appointment_id=appointment_id, **form)
