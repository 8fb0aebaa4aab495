"""Appointments: who holds which role over what, now and before (R2, R4)."""

from typing import Any

from flask.views import MethodView

from contracts.calls.registry.appointments import Appointment, AppointmentForm, AppointmentQuery, EndForm
from gateway.blueprint import Blueprint
from gateway.paging import page, page_schema
from gateway.security.auth import actor, signed_in
from gateway.services import registry

blp = Blueprint("appointments", __name__, description="Roles, dated and scoped")


@blp.route("/v1/appointments")
class Appointments(MethodView):
    @signed_in
    @blp.arguments(AppointmentQuery, location="query")
    @blp.response(200, page_schema(Appointment, counted=True))
    def get(self, query: AppointmentQuery) -> Any:
        """Who holds and held which role in the community."""
        return page(registry.list_appointments(actor=actor(), **query))

    @signed_in
    @blp.arguments(AppointmentForm)
    @blp.response(201, Appointment)
    def post(self, form: AppointmentForm) -> Appointment:
        """Give somebody a role (committee)."""
        return registry.appoint(actor=actor(), **form)


@blp.route("/v1/appointments/<appointment_id>/end")
class End(MethodView):
    @signed_in
    @blp.arguments(EndForm)
    @blp.response(200, Appointment)
    def post(self, form: EndForm, appointment_id: str) -> Appointment:
        """End a role; what was done under it stands (committee)."""
        return registry.end_appointment(actor=actor(), appointment_id=appointment_id, **form)
