"""Priorities in public services, shown by consent (R26)."""

from typing import Any

import segno
from flask.views import MethodView

from contracts.calls.exchange.priorities import PriorityCheck, PriorityForm
from gateway import person_names
from gateway.blueprint import Blueprint
from gateway.http import idempotency
from gateway.paging import page, page_schema
from gateway.schemas.exchange.priorities import HeldPriorities, PriorityCode
from gateway.security.auth import actor, signed_in
from gateway.security.merchant_keys import for_merchants
from gateway.services import exchange

blp = Blueprint("priorities", __name__, description="Priorities, shown by consent")


@blp.route("/v1/me/priority-code")
class PriorityCodes(MethodView):
    @signed_in
    @idempotency.ignored
    @blp.response(201, PriorityCode)
    def post(self) -> Any:
        """Create a code that lets its reader ask once, within five minutes, what priorities I have."""
        code = exchange.issue_priority_code(actor=actor())
        drawn = segno.make_qr(code["qr"], error="m")
        return {**code, "qr_image": drawn.svg_data_uri(scale=8), "qr_png": drawn.png_data_uri(scale=8)}


@blp.route("/v1/me/priority-checks")
class OwnChecks(MethodView):
    @signed_in
    @blp.response(200, page_schema(PriorityCheck))
    def get(self) -> Any:
        """List who asked about my priorities, latest first."""
        return page(exchange.list_priority_checks(actor=actor()))


@blp.route("/v1/merchant/priority-checks")
class Checks(MethodView):
    @for_merchants("priorities", signed=True)
    @idempotency.required
    @blp.arguments(PriorityForm)
    @blp.response(201, HeldPriorities)
    def post(self, form: PriorityForm) -> Any:
        """Use up a code and get its owner's priorities, without points. The owner sees who asked."""
        found = exchange.check_priorities(actor=actor(), **form)
        holder = person_names.find_names({found["person_id"]}, masked=True).get(found["person_id"])
        return {"holder": holder, "priorities": found["priorities"]}
