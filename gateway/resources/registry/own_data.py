"""One's own data: who read or changed it, consents, export, requests for erasure (R42)."""

from typing import Any

from flask import Response, send_file
from flask.views import MethodView

from contracts.accesses import Access
from contracts.calls.registry.own_data import (
    ConsentForm,
    Consents,
    ErasureRequest,
    ErasureRequestForm,
    ErasureRequestQuery,
    RefusalForm,
)
from contracts.paging import PageQuery
from contracts.registry import ConsentPurpose
from gateway import own_data_export
from gateway.blueprint import Blueprint
from gateway.documents.pool import document_pool
from gateway.paging import page, page_schema
from gateway.person_names import with_person_names
from gateway.resources.claims.evidence import file_store
from gateway.schemas.registry.own_data import ExportQuery, NamedAccess, NamedErasureRequest
from gateway.security.auth import actor, signed_in
from gateway.security.rate_limits import limit_exports
from gateway.services import claims, registry
from gateway.spreadsheets import xlsx

blp = Blueprint("own data", __name__, description="One's own data")

_ZIP = "application/zip"
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_EXPORT = {
    "200": {
        "description": "Everything stored of the caller, by part",
        "content": {"application/json": {"schema": {"type": "object"}}, xlsx.MEDIA_TYPE: _BINARY, _ZIP: _BINARY},
    }
}
_PURPOSE = "<any(scheme, public_name, photos):purpose>"


@blp.route("/v1/me/accesses")
class OwnAccesses(MethodView):
    @signed_in
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_schema(NamedAccess))
    def get(self, query: PageQuery) -> Any:
        """Who else read my record, claims or evidence, or changed my data, newest first; once a day each."""
        who, limit = actor(), query["limit"]
        found: list[Access] = []
        more = False
        for service in (registry, claims):
            part = service.list_accesses(actor=who, **query)
            found += part["data"]
            more = more or part["next_cursor"] is not None
        newest = sorted(found, key=lambda access: access["id"], reverse=True)
        shown = newest[:limit]
        more = more or len(newest) > limit
        return page({"data": with_person_names(shown, "by_id"), "next_cursor": shown[-1]["id"] if more else None})


@blp.route("/v1/me/export")
class OwnExport(MethodView):
    @signed_in
    @limit_exports
    @blp.arguments(ExportQuery, location="query")
    @blp.response(200)
    @blp.doc(responses=_EXPORT)
    def get(self, query: ExportQuery) -> Response:
        """Everything that is stored of me: JSON, a workbook, or both with the files of my evidence as zip."""
        with document_pool().slot():
            return _export(query["format"])


def _export(file_format: str) -> Response:
    who = actor()
    tables = own_data_export.collect(who)
    headers = {"Cache-Control": "private, no-store"}
    if file_format == "zip":
        archive = own_data_export.as_zip(tables, who, file_store())
        answer = send_file(archive, mimetype=_ZIP, as_attachment=True, download_name="my-data.zip")
        answer.headers.update(headers)
        return answer
    headers["Content-Disposition"] = f"attachment; filename=my-data.{file_format}"
    if file_format == "xlsx":
        return Response(own_data_export.as_xlsx(tables), mimetype=xlsx.MEDIA_TYPE, headers=headers)
    return Response(own_data_export.as_json(tables), mimetype="application/json", headers=headers)


# Consents


@blp.route("/v1/me/consents")
class OwnConsents(MethodView):
    @signed_in
    @blp.response(200, Consents)
    def get(self) -> Consents:
        """What I agreed to: taking part, my masked name on lists, pictures as evidence."""
        who = actor()
        return registry.list_consents(actor=who, person_id=str(who["person"]))


@blp.route(f"/v1/me/consents/{_PURPOSE}")
class OwnConsent(MethodView):
    @signed_in
    @blp.arguments(ConsentForm)
    @blp.response(200, Consents)
    def put(self, form: ConsentForm, purpose: ConsentPurpose) -> Consents:
        """Agree to a use of my data, refuse it, or withdraw my consent; for a child under 14 a guardian does."""
        who = actor()
        return registry.record_consent(actor=who, person_id=str(who["person"]), purpose=purpose, **form)


@blp.route("/v1/residents/<resident_id>/consents")
class ResidentConsents(MethodView):
    @signed_in
    @blp.response(200, Consents)
    def get(self, resident_id: str) -> Consents:
        """What somebody agreed to, for those who may see them."""
        return registry.list_consents(actor=actor(), person_id=resident_id)


@blp.route(f"/v1/residents/<resident_id>/consents/{_PURPOSE}")
class ResidentConsent(MethodView):
    @signed_in
    @blp.arguments(ConsentForm)
    @blp.response(200, Consents)
    def put(self, form: ConsentForm, resident_id: str, purpose: ConsentPurpose) -> Consents:
        """Record a decision: as guardian of a child of my household, or on paper (head, grid officer, committee)."""
        return registry.record_consent(actor=actor(), person_id=resident_id, purpose=purpose, **form)


# Erasure


@blp.route("/v1/me/erasure-requests")
class OwnErasureRequests(MethodView):
    @signed_in
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_schema(ErasureRequest))
    def get(self, query: PageQuery) -> Any:
        """My requests that my data be erased, and what the committee answered, newest first."""
        return page(registry.list_own_erasure_requests(actor=actor(), **query))

    @signed_in
    @blp.arguments(ErasureRequestForm)
    @blp.response(201, ErasureRequest)
    def post(self, form: ErasureRequestForm) -> ErasureRequest:
        """Ask that my data be erased; the committee does it or refuses with a reason within 15 days."""
        return registry.request_erasure(actor=actor(), **form)


@blp.route("/v1/me/erasure-requests/<request_id>/withdraw")
class OwnErasureRequestWithdrawal(MethodView):
    @signed_in
    @blp.response(200, ErasureRequest)
    def post(self, request_id: str) -> ErasureRequest:
        """Withdraw my request before it is answered."""
        return registry.withdraw_erasure_request(actor=actor(), request_id=request_id)


@blp.route("/v1/erasure-requests")
class ErasureRequests(MethodView):
    @signed_in
    @blp.arguments(ErasureRequestQuery, location="query")
    @blp.response(200, page_schema(NamedErasureRequest))
    def get(self, query: ErasureRequestQuery) -> Any:
        """Everybody's requests, newest first (committee); DELETE /v1/residents/{id} carries one out."""
        found = registry.list_erasure_requests(actor=actor(), **query)
        return page({**found, "data": with_person_names(found["data"], "person_id", "answered_by_id")})


@blp.route("/v1/erasure-requests/<request_id>/refuse")
class ErasureRefusal(MethodView):
    @signed_in
    @blp.arguments(RefusalForm)
    @blp.response(200, ErasureRequest)
    def post(self, form: RefusalForm, request_id: str) -> ErasureRequest:
        """Refuse a request with a reason, which its person reads (committee)."""
        return registry.refuse_erasure(actor=actor(), request_id=request_id, **form)
