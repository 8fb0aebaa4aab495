"""Who may for a while not declare for himself, having declared what never happened."""

from typing import Any

from flask.views import MethodView

from gateway.blueprint import Blueprint
from gateway.paging import Page, page, page_of
from gateway.person_names import with_person_names
from gateway.rpc import rpc
from gateway.schemas.suspensions import LiftForm, Suspension, SuspensionForm
from gateway.security.auth import actor, signed_in

blp = Blueprint("suspensions", __name__, description="Suspensions of declaring")


@blp.route("/v1/suspensions")
class Suspensions(MethodView):
    @signed_in
    @blp.arguments(Page, location="query")
    @blp.response(200, page_of(Suspension))
    def get(self, query: dict[str, Any]) -> Any:
        """Suspensions, newest first: one's own; for group, branch and committee everybody's."""
        found = page(rpc.query("claims", "list_suspensions", actor=actor(), **query))
        return found | {"data": _told(found["data"])}

    @signed_in
    @blp.arguments(SuspensionForm)
    @blp.response(201, Suspension)
    def post(self, form: dict[str, Any]) -> Any:
        """Suspend somebody's own declaring until a day. For the working group."""
        return _told([rpc.command("claims", "suspend_person", actor=actor(), **form)])[0]


@blp.route("/v1/suspensions/<suspension_id>/lift")
class Lifting(MethodView):
    @signed_in
    @blp.arguments(LiftForm)
    @blp.response(200, Suspension)
    def post(self, form: dict[str, Any], suspension_id: str) -> Any:
        """End a suspension before its day. For the working group."""
        lifted = rpc.command("claims", "lift_suspension", actor=actor(), suspension_id=suspension_id, **form)
        return _told([lifted])[0]


def _told(suspensions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return with_person_names(suspensions, "person_id", "made_by_id", "lifted_by_id")
