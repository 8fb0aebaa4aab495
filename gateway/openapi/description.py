"""Serves the OpenAPI 3.1 description at `/openapi.json` and Swagger UI, with its assets, at `/docs`."""

import functools
from typing import Any

import flask_smorest
import marshmallow as ma
from flask import Flask, Response, current_app
from flask_smorest.utils import prepare_response
from flask_swagger_ui import get_swaggerui_blueprint
from werkzeug.exceptions import HTTPException

from contracts.fields import OPENAPI_FORMATS
from gateway.http import problems
from gateway.openapi.client_generators import for_client_generators
from gateway.openapi.operations import OperationsPlugin
from gateway.openapi.webhooks import describe_webhooks

_DESCRIPTION = """\
善治积分平台。Points for good deeds: declared, judged, published, kept and spent.

Errors are `application/problem+json` (RFC 9457) with a stable `code`. `Idempotency-Key` is honoured on every POST
that lists it among its parameters: a repeat has the same answer, secrets included. Signing in and a priority code are
made anew each time.
Unknown request fields are refused; clients must ignore unknown response fields. Times are UTC with `Z`, days
(`2026-11-05`) and months (`2026-11`) those of Asia/Shanghai.

| code | status | |
| --- | --- | --- |
"""
_SERVER = {"url": "/", "description": "The gateway that serves this description"}


class InvalidPart(ma.Schema):
    pointer = ma.fields.String(required=True, metadata={"description": "JSON pointer to the invalid part"})
    detail = ma.fields.String(required=True)
    place = ma.fields.String(data_key="in", metadata={"description": "query, path: a parameter, not the body"})
    cell = ma.fields.String(metadata={"description": "Where in an uploaded spreadsheet, as D5"})


class Problem(ma.Schema):
    """RFC 9457."""

    type = ma.fields.String(required=True)
    title = ma.fields.String(required=True)
    status = ma.fields.Integer(required=True)
    detail = ma.fields.String(required=True)
    instance = ma.fields.String(required=True)
    code = ma.fields.String(
        required=True,
        metadata={
            "description": "Stable, for programs; take one that is not listed here by its `status`",
            "enum": problems.all_codes(),
        },
    )
    request_id = ma.fields.String(required=True)
    retryable = ma.fields.Boolean(required=True)
    errors = ma.fields.List(ma.fields.Nested(InvalidPart))
    facts = ma.fields.Dict(metadata={"description": "Figures that explain the refusal"})
    errcode = ma.fields.Integer(required=True)
    errmsg = ma.fields.String(required=True, metadata={"description": "中文说明"})


class Api(flask_smorest.Api):  # type: ignore[misc]
    """flask-smorest's API, with problems as error responses."""

    ERROR_SCHEMA = Problem

    def handle_http_exception(self, error: HTTPException) -> Response | HTTPException:
        return problems.http_error_response(error)

    def _register_responses(self) -> None:
        super()._register_responses()
        described = {"description": "A problem", "schema": Problem}
        prepare_response(described, self.spec, problems.MEDIA_TYPE)
        for name, response in self.spec.components.responses_lazy.items():
            if "content" in response:
                response["content"] = {problems.MEDIA_TYPE: next(iter(response["content"].values()))}
            self.spec.components.responses_lazy[name] = response

    def _openapi_json(self) -> Response:
        return current_app.response_class(
            current_app.json.dumps(self.document, indent=2, sort_keys=False), mimetype="application/json"
        )

    @functools.cached_property
    def document(self) -> dict[str, Any]:
        """The OpenAPI document, made once, when every blueprint is registered."""
        described: dict[str, Any] = self.spec.to_dict()
        return for_client_generators(described | {"webhooks": describe_webhooks(self.spec)})

    def _register_pagination_header(self) -> None:
        """Register nothing: lists are paged by cursor, without flask-smorest's header."""


def install(app: Flask) -> Api:
    """Add `/openapi.json` and `/docs` to `app`; return the API to register blueprints with."""
    app.config |= {
        "API_TITLE": "Shanzhi",
        "API_VERSION": "v1",
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": "/",
        "OPENAPI_JSON_PATH": "openapi.json",
        "API_SPEC_OPTIONS": {"info": {"description": _description()}, "servers": [_SERVER]},
    }
    api = Api(app, spec_kwargs={"flask_plugin": OperationsPlugin()})
    for field, (kind, form) in OPENAPI_FORMATS.items():
        api.register_field(field, kind, form)
    api.spec.components.security_scheme(
        "person", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "POST /v1/sessions"}
    )
    api.spec.components.security_scheme(
        "merchant", {"type": "http", "scheme": "bearer", "description": "sz_live_… or sz_test_…"}
    )
    app.register_blueprint(get_swaggerui_blueprint("/docs", "/openapi.json", config={"app_name": "Shanzhi 善治"}))
    return api


def _description() -> str:
    return _DESCRIPTION + "".join(
        f"| `{code}` | {status} | {text} |\n" for code, status, text in problems.error_codes()
    )


def openapi_document(app: Flask) -> dict[str, Any]:
    """Return the OpenAPI document of `app`."""
    api: Api = app.extensions["flask-smorest"]["apis"][""]["ext_obj"]
    return api.document
