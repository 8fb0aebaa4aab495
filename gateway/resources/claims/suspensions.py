"""Suspensions: people who may not declare for themselves for a while."""

from collections.abc import Iterable
from typing import Any

from flask.views import MethodView

from contracts.calls import claims as calls
from contracts.calls.claims import LiftForm, SuspensionForm
from contracts.paging import PageQuery
from gateway.blueprint import Blueprint
from gateway.paging import page, page_schema
from gateway.person_names import with_person_names
from gateway.schemas.claims.suspensions import Suspension
from gateway.security.auth import actor, signed_in
from gateway.services import claims

blp = Blueprint("suspensions", __name__, description="Suspensions of declaring")


@blp.route("/v1/suspensions")
class Suspensions(MethodView):
    @signed_in
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_schema(Suspension))
    def get(self, query: PageQuery) -> Any:
        """Suspensions, newest first: one's own; for group, branch and committee everybody's."""
        found = page(claims.list_suspensions(actor=actor(), **query))
        return found | {"data": _with_names(found["data"])}

    @signed_in
    @blp.arguments(SuspensionForm)
    @blp.response(201, Suspension)
    def post(self, form: SuspensionForm) -> Any:
        """Suspend somebody's own declaring until a day. For the working group."""
        return _with_names([claims.suspend_person(actor=actor(), **form)])[0]


@blp.route("/v1/suspensions/<suspension_id>/lift")
class Lifting(MethodView):
    @signed_in
    @blp.arguments(LiftForm)
    @blp.response(200, Suspension)
    def post(self, form: LiftForm, suspension_id: str) -> Any:
        """End a suspension before its day. For the working group."""
        return _with_names([claims.lift_suspension(actor=actor(), suspension_id=suspension_id, **form)])[0]


def _with_names(suspensions: Iterable[calls.Suspension]) -> list[dict[str, Any]]:
    return with_person_names(suspensions, "person_id", "made_by_id", "lifted_by_id")
