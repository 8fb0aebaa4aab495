"""The blueprint of every resource: flask-smorest's, with typed dictionaries as forms, refusing undeclared input."""

from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar, cast, is_typeddict, overload

import flask_smorest
import marshmallow as ma
from flask import current_app, request

from contracts.errors import Invalid
from contracts.schema import Schema, schema_of
from contracts.validation import escaped
from gateway.http import idempotency
from gateway.http.request_parser import BODY_LOCATIONS, RequestParser

_METHODS_WITH_BODY = ("POST", "PUT", "DELETE")
_EMPTY_FORM = Schema()

Form = TypeVar("Form")
S = TypeVar("S")
P = ParamSpec("P")
R = TypeVar("R")
V = TypeVar("V", bound=Callable[..., Any])


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """The operations of one resource. POST operations are described with the `Idempotency-Key` header."""

    ARGUMENTS_PARSER = RequestParser()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before_request(_refuse_undeclared_input)
        self._prepare_doc_cbks.append(self._describe_headers)

    def route(self, rule: str, **options: Any) -> Callable[[V], V]:
        """Serve `rule` by the decorated view class."""
        return cast(Callable[[V], V], super().route(rule, **options))

    @overload
    def arguments(self, form: type[ma.Schema] | ma.Schema, **kwargs: Any) -> Callable[[V], V]: ...
    @overload
    def arguments(
        self, form: type[Form], **kwargs: Any
    ) -> Callable[[Callable[Concatenate[S, Form, P], R]], Callable[Concatenate[S, P], R]]: ...
    def arguments(self, form: Any, **kwargs: Any) -> Any:
        """Validate the request against `form`, a typed dictionary or marshmallow schema, and pass it to the view.

        The view's parameter has the typed dictionary's own type. The schema is created once, not per request.
        """
        schema = _schema(form)
        instance = schema() if isinstance(schema, type) else schema
        decorate = super().arguments(instance, **kwargs)
        locations = {kwargs.get("location", "json")} | ({"query"} if hasattr(instance, "read_table") else set())

        def decorated(view: Any) -> Any:
            parsed = decorate(view)
            if kwargs.get("location") == "query":
                parsed.query_schema = instance
            parsed.input_locations = locations | getattr(view, "input_locations", set())
            return parsed

        return decorated

    def response(self, status_code: int, schema: Any = None, **kwargs: Any) -> Callable[[V], V]:
        """Serialize the view's result by `schema`, a typed dictionary or marshmallow schema."""
        return cast(Callable[[V], V], super().response(status_code, _schema(schema), **kwargs))

    def alt_response(self, status_code: int, **kwargs: Any) -> Callable[[V], V]:
        """Describe another response of the view."""
        return cast(Callable[[V], V], super().alt_response(status_code, **kwargs))

    def doc(self, **kwargs: Any) -> Callable[[V], V]:
        """Merge `kwargs` into the operation's description."""
        return cast(Callable[[V], V], super().doc(**kwargs))

    @staticmethod
    def _describe_headers(
        doc: dict[str, Any], doc_info: dict[str, Any], *, method: str, **kwargs: Any
    ) -> dict[str, Any]:
        headers = doc_info.get("headers", [])
        takes_key = method == "post" and doc_info.get("takes_key", True)
        if takes_key and idempotency.HEADER not in [header["name"] for header in headers]:
            headers = [idempotency.HEADER_PARAMETER, *headers]
        if headers:
            doc["parameters"] = [*doc.get("parameters", ()), *headers]
        return doc


def _schema(form: Any) -> Any:
    return schema_of(form) if is_typeddict(form) else form


def _refuse_undeclared_input() -> None:
    """Raise Invalid for repeated parameters, and for a query or body sent to an operation that declares none."""
    view = getattr(current_app.view_functions[str(request.endpoint)], "view_class", None)
    operation = getattr(view, "get" if request.method == "HEAD" else request.method.lower(), None)
    locations: set[str] = getattr(operation, "input_locations", set())
    if repeated := [name for name, values in request.args.lists() if len(values) > 1]:
        raise Invalid(
            errors=[{"pointer": f"/{escaped(name)}", "detail": "只能出现一次", "in": "query"} for name in repeated]
        )
    if "query" not in locations:
        Blueprint.ARGUMENTS_PARSER.parse(_EMPTY_FORM, request, location="query")
    has_body = request.method in _METHODS_WITH_BODY
    if has_body and not locations.intersection(BODY_LOCATIONS) and not _describes_own_body(operation):
        Blueprint.ARGUMENTS_PARSER.parse(_EMPTY_FORM, request, location="json")


def _describes_own_body(operation: Any) -> bool:
    """Return whether the view reads the body itself and describes it with `doc(requestBody=…)`."""
    return "requestBody" in getattr(operation, "_apidoc", {}).get("manual_doc", {})
