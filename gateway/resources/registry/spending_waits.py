"""Who newly got a say over a household's points and waits before they spend them (R6)."""

from typing import Any

from flask.views import MethodView

from contracts.calls.registry import spending_waits as calls
from contracts.calls.registry.spending_waits import SpendingRefusalForm, SpendingRulingForm, SpendingWaitQuery
from gateway.blueprint import Blueprint
from gateway.paging import PageQuery, page, page_schema
from gateway.person_names import with_person_names
from gateway.schemas.registry.spending_waits import SpendingWait
from gateway.security.auth import actor, signed_in
from gateway.services import registry

blp = Blueprint("spending waits", __name__, description="New members wait before they spend a household's points")

_PAGE = page_schema(SpendingWait)


@blp.route("/v1/me/spending-waits")
class OwnSpendingWaits(MethodView):
    @signed_in
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, _PAGE)
    def get(self, query: PageQuery) -> Any:
        """Who wants to spend my household's points and waits for my answer (`asks_me`), and my own waits."""
        found = registry.list_own_spending_waits(actor=actor(), **query)
        return page({**found, "data": _with_names(*found["data"])})


@blp.route("/v1/spending-waits")
class SpendingWaits(MethodView):
    @signed_in
    @blp.arguments(SpendingWaitQuery, location="query")
    @blp.response(200, _PAGE)
    def get(self, query: SpendingWaitQuery) -> Any:
        """Waits over points of the households that the caller may see, newest first; offices rule on refused ones."""
        found = registry.list_spending_waits(actor=actor(), **query)
        return page({**found, "data": _with_names(*found["data"])})


@blp.route("/v1/spending-waits/<wait_id>/agreement")
class SpendingAgreement(MethodView):
    @signed_in
    @blp.response(200, SpendingWait)
    def post(self, wait_id: str) -> Any:
        """Let the person spend my household's points at once (adult members who do not wait themselves)."""
        return _with_names(registry.agree_to_spending(actor=actor(), wait_id=wait_id))[0]


@blp.route("/v1/spending-waits/<wait_id>/refusal")
class SpendingRefusal(MethodView):
    @signed_in
    @blp.arguments(SpendingRefusalForm)
    @blp.response(200, SpendingWait)
    def post(self, form: SpendingRefusalForm, wait_id: str) -> Any:
        """Stop the person from spending my household's points until branch or committee rule on it."""
        return _with_names(registry.refuse_spending(actor=actor(), wait_id=wait_id, **form))[0]


@blp.route("/v1/spending-waits/<wait_id>/ruling")
class SpendingRuling(MethodView):
    @signed_in
    @blp.arguments(SpendingRulingForm)
    @blp.response(200, SpendingWait)
    def post(self, form: SpendingRulingForm, wait_id: str) -> Any:
        """Rule on what a household refused (branch, committee; never who recorded the person)."""
        return _with_names(registry.rule_on_spending(actor=actor(), wait_id=wait_id, **form))[0]


def _with_names(*waits: calls.SpendingWait) -> list[dict[str, Any]]:
    return with_person_names(waits, "person_id", "recorded_by_id", "decided_by_id", "ruled_by_id")
