"""The month: its list, its publication, its settlement (R13, R14, R17)."""

from typing import Any

from flask.views import MethodView

from contracts.calls.review import Period, Publication, WholePeriod
from contracts.paging import PageQuery
from gateway.blueprint import Blueprint
from gateway.paging import page, page_schema
from gateway.security.auth import actor, signed_in
from gateway.services import review

blp = Blueprint("periods", __name__, description="Months from approval to settlement")


@blp.route("/v1/periods")
class Periods(MethodView):
    @signed_in
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_schema(Period))
    def get(self, query: PageQuery) -> Any:
        """Months with entries or a published list, newest first."""
        return page(review.list_periods(actor=actor(), **query))


@blp.route("/v1/periods/<period>")
class OnePeriod(MethodView):
    @signed_in
    @blp.response(200, WholePeriod)
    def get(self, period: str) -> Any:
        """The state of a month, its figures, and what its publication needs (for the working group)."""
        return review.get_period(actor=actor(), period=period)


@blp.route("/v1/periods/<period>/publish")
class PeriodPublication(MethodView):
    @signed_in
    @blp.response(201, Publication)
    def post(self, period: str) -> Any:
        """Close the month, make its list public and open the window for objections (working group).

        A list of thousands is `publishing` for some seconds: nobody sees it until it is complete. What is approved
        meanwhile goes on the next.
        """
        return review.publish_period(actor=actor(), period=period)


@blp.route("/v1/periods/<period>/settle")
class PeriodSettlement(MethodView):
    @signed_in
    @blp.response(200, Publication)
    def post(self, period: str) -> Any:
        """Make the entries final that are not under objection, once the window has closed (working group).

        A month of thousands is `settling` for some seconds before it is `settled`.
        """
        return review.settle_period(actor=actor(), period=period)
