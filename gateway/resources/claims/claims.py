"""Declaring deeds and following what becomes of them (R6, R8, R15)."""

from typing import Any

from flask.views import MethodView

from contracts.calls.claims import ClaimForm, ClaimQuery, DeedForm
from contracts.paging import PageQuery
from gateway.blueprint import Blueprint
from gateway.http import idempotency
from gateway.paging import page, page_schema
from gateway.person_names import with_person_names
from gateway.resources.claims.evidence import with_evidence_links
from gateway.schemas.claims.claims import Claim, ClaimNotice, WholeClaim
from gateway.security.auth import actor, signed_in
from gateway.services import claims

blp = Blueprint("claims", __name__, description="Declarations")


@blp.route("/v1/claims")
class Claims(MethodView):
    @signed_in
    @blp.arguments(ClaimQuery, location="query")
    @blp.response(200, page_schema(Claim, counted=True))
    def get(self, query: ClaimQuery) -> Any:
        """Claims, newest first: one's own, a head's courtyard, an officer's grid, for the group all."""
        found = page(claims.list_claims(actor=actor(), **query))
        named = with_person_names(found["data"], "person_id", "declared_by_id")
        return found | {"data": with_evidence_links(named)}

    @signed_in
    @idempotency.required
    @blp.arguments(ClaimForm)
    @blp.response(201, Claim)
    def post(self, form: ClaimForm) -> Any:
        """Declare a deed, for oneself or for somebody one answers for."""
        return claims.submit_claim(actor=actor(), **form)


@blp.route("/v1/claims/<claim_id>")
class OneClaim(MethodView):
    @signed_in
    @blp.response(200, WholeClaim)
    def get(self, claim_id: str) -> Any:
        """A claim with its proof and its timeline."""
        found = claims.get_claim(actor=actor(), claim_id=claim_id)
        [shown] = with_evidence_links(with_person_names([found], "person_id", "declared_by_id"))
        return shown | {"timeline": with_person_names(found["timeline"], "by_id", "judge_id")}

    @signed_in
    @blp.arguments(DeedForm)
    @blp.response(200, Claim)
    def put(self, form: DeedForm, claim_id: str) -> Any:
        """Declare a returned claim again, changed; its review begins anew."""
        return claims.resubmit_claim(actor=actor(), claim_id=claim_id, **form)


@blp.route("/v1/paper-notices/claims")
class ClaimNotices(MethodView):
    @signed_in
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_schema(ClaimNotice))
    def get(self, query: PageQuery) -> Any:
        """Whom to tell on paper what somebody else declared for them three days ago or more, the oldest first (R6)."""
        found = page(claims.list_claim_notices(actor=actor(), **query))
        return found | {"data": with_person_names(found["data"], "person_id", "declared_by_id")}


@blp.route("/v1/paper-notices/claims/<claim_id>")
class ToldOfClaim(MethodView):
    @signed_in
    @blp.response(200, ClaimNotice)
    def post(self, claim_id: str) -> Any:
        """Note that I handed the notice of a claim to its person; never of a claim that I declared."""
        told = claims.mark_claim_told(actor=actor(), claim_id=claim_id)
        return with_person_names([told], "person_id", "declared_by_id")[0]


@blp.route("/v1/claims/<claim_id>/withdraw")
class Withdrawal(MethodView):
    @signed_in
    @blp.response(200, Claim)
    def post(self, claim_id: str) -> Any:
        """Withdraw a claim while it is undecided."""
        return claims.withdraw_claim(actor=actor(), claim_id=claim_id)
