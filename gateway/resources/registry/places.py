"""Courtyards and households; how households split and merge (R1, R3)."""

from typing import Any

from flask.views import MethodView

from contracts.calls.registry.places import (
    Courtyard,
    CourtyardForm,
    CourtyardQuery,
    DissolveForm,
    Household,
    HouseholdForm,
    HouseholdInFull,
    HouseholdQuery,
    MergedHousehold,
    MergeForm,
    SplitForm,
)
from gateway.blueprint import Blueprint
from gateway.paging import page, page_schema
from gateway.security.auth import actor, signed_in
from gateway.services import registry

blp = Blueprint("places", __name__, description="Courtyards and households")


@blp.route("/v1/courtyards")
class Courtyards(MethodView):
    @signed_in
    @blp.arguments(CourtyardQuery, location="query")
    @blp.response(200, page_schema(Courtyard, counted=True))
    def get(self, query: CourtyardQuery) -> Any:
        """The community's courtyards by number, without those that were dissolved."""
        return page(
            registry.list_courtyards(
                actor=actor(),
                totals=query["totals"],
                limit=query["limit"],
                cursor=query["cursor"],
                grid_id=query.get("grid_id"),
                dissolved=query["dissolved"] is not None,
            )
        )

    @signed_in
    @blp.arguments(CourtyardForm)
    @blp.response(201, Courtyard)
    def post(self, form: CourtyardForm) -> Courtyard:
        """Register a courtyard (committee)."""
        return registry.register_courtyard(actor=actor(), **form)


@blp.route("/v1/courtyards/<courtyard_id>")
class OneCourtyard(MethodView):
    @signed_in
    @blp.response(200, Courtyard)
    def get(self, courtyard_id: str) -> Courtyard:
        """One courtyard."""
        return registry.get_courtyard(actor=actor(), courtyard_id=courtyard_id)


@blp.route("/v1/courtyards/<courtyard_id>/dissolve")
class Dissolution(MethodView):
    @signed_in
    @blp.arguments(DissolveForm)
    @blp.response(200, Courtyard)
    def post(self, form: DissolveForm, courtyard_id: str) -> Courtyard:
        """Dissolve a courtyard without households and head; what it earned stays (committee)."""
        return registry.dissolve_courtyard(actor=actor(), courtyard_id=courtyard_id, **form)


@blp.route("/v1/households")
class Households(MethodView):
    @signed_in
    @blp.arguments(HouseholdQuery, location="query")
    @blp.response(200, page_schema(Household, counted=True))
    def get(self, query: HouseholdQuery) -> Any:
        """The households the caller may see: their own, their courtyard's, their grid's, or all."""
        return page(registry.list_households(actor=actor(), **query))

    @signed_in
    @blp.arguments(HouseholdForm)
    @blp.response(201, HouseholdInFull)
    def post(self, form: HouseholdForm) -> HouseholdInFull:
        """Register a household in a courtyard (grid officer, committee)."""
        return registry.register_household(actor=actor(), **form)


@blp.route("/v1/households/<household_id>")
class OneHousehold(MethodView):
    @signed_in
    @blp.response(200, HouseholdInFull)
    def get(self, household_id: str) -> HouseholdInFull:
        """One household with its members and everywhere it has lived."""
        return registry.get_household(actor=actor(), household_id=household_id)


@blp.route("/v1/households/<household_id>/split")
class Split(MethodView):
    @signed_in
    @blp.arguments(SplitForm)
    @blp.response(201, HouseholdInFull)
    def post(self, form: SplitForm, household_id: str) -> HouseholdInFull:
        """Some members become a household of their own, with a new passbook (grid officer, committee)."""
        return registry.split_household(actor=actor(), household_id=household_id, **form)


@blp.route("/v1/households/<household_id>/merge")
class Merge(MethodView):
    @signed_in
    @blp.arguments(MergeForm)
    @blp.response(200, MergedHousehold)
    def post(self, form: MergeForm, household_id: str) -> MergedHousehold:
        """Merge into another household, which gets the spendable points (grid officer, committee), or propose it."""
        return registry.merge_household(actor=actor(), household_id=household_id, **form)
