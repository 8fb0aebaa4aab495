"""The report of evidence that was deleted because its retention has ended (R10, R42)."""

from typing import Any

from flask.views import MethodView

from contracts.calls.claims import RetentionRun
from contracts.paging import PageQuery
from gateway.blueprint import Blueprint
from gateway.paging import page, page_schema
from gateway.security.auth import actor, signed_in
from gateway.services import claims

blp = Blueprint("retention", __name__, description="Deletion of evidence after its retention")


@blp.route("/v1/retention-runs")
class RetentionRuns(MethodView):
    @signed_in
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_schema(RetentionRun))
    def get(self, query: PageQuery) -> Any:
        """How much evidence was deleted when, by `evidence_retention_days` and `upload_retention_days` (*policy*)."""
        return page(claims.list_retention_runs(actor=actor(), **query))
