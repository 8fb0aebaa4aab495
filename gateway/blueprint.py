"""The blueprint every resource is made of: flask-smorest's, strict about what it takes."""

import contextlib
import json
import re
from collections.abc import Callable
from typing import Any, Concatenate, NoReturn, ParamSpec, TypeVar, cast, is_typeddict, overload

import flask_smorest
import marshmallow as ma
from flask import Request, current_app, request
from webargs.core import missing
from webargs.flaskparser import FlaskParser

from contracts.errors import Invalid, Malformed
from contracts.schema import schema_of
from contracts.validation import escaped, pointers
from gateway.http import idempotency
from gateway.schemas import Schema

_ESCAPED = re.compile(rb"\\u[dD][89a-fA-F]")
_BODY = ("json", "form", "files", "json_or_form")
_SENDING = ("POST", "PUT", "DELETE")
_NOTHING = Schema()

Form = TypeVar("Form")
S = TypeVar("S")
P = ParamSpec("P")
R = TypeVar("R")
V = TypeVar("V", bound=Callable[..., Any])


class Parser(FlaskParser):
    """Reads forms; says where they are wrong by JSON pointer (`in` tells a parameter from the body)."""

    DEFAULT_UNKNOWN_BY_LOCATION = FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION | {
        "query": ma.RAISE,
        "querystring": ma.RAISE,
        "files": ma.RAISE,
    }

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        """The JSON body; `Malformed` for another type, an unreadable text or one no store could keep."""
        if not (data := req.get_data()):
            return missing
        if req.mimetype == "text/csv" and hasattr(schema, "read_csv"):
            return schema.read_csv(_text(data), req.args)
        if not req.is_json:
            raise Malformed("请以 application/json 发送请求内容")
        try:
            value = json.loads(data.decode(), parse_constant=_refuse)
            if _ESCAPED.search(data):  # the escapes of what no UTF-8 text holds
                json.dumps(value, ensure_ascii=False).encode()
        except (ValueError, RecursionError) as exc:
            raise Malformed("请求内容不是有效的 JSON") from exc
        if rb"\u0000" in data:
            raise Malformed("请求内容含有无效字符")
        return value

    def handle_error(self, error: ma.ValidationError, req: Request, schema: ma.Schema, **kwargs: Any) -> NoReturn:
        raise Invalid(errors=pointers_by_location(error)) from error


def _text(data: bytes) -> str:
    """A file as spreadsheets write it: UTF-8, or what they write in China."""
    for encoding in ("utf-8-sig", "gb18030"):
        with contextlib.suppress(UnicodeDecodeError):
            text = data.decode(encoding)
            if "\0" not in text:
                return text
    raise Malformed("文件不是有效的 CSV 文本")


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def pointers_by_location(error: ma.ValidationError) -> list[dict[str, str]]:
    """Flatten webargs' messages, whose first level is the location; `in` tells a parameter from the body."""
    found: list[dict[str, str]] = []
    for location, messages in error.normalized_messages().items():  # type: ignore[no-untyped-call]
        extra = {} if location in _BODY else {"in": "query" if location == "querystring" else location}
        found += [each | extra for each in pointers(messages)]
    return found


class Blueprint(flask_smorest.Blueprint):  # type: ignore[misc]
    """One resource. A POST that takes an `Idempotency-Key` is described so, besides the headers decorators name."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before_request(_refuse_what_nobody_asked_for)
        self._prepare_doc_cbks.append(self._prepare_headers_doc)

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
        """Pass what the request holds to the view, checked against `form`: a typed dictionary or a marshmallow schema.

        The view's parameter has the typed dictionary's own type.
        """
        schema = _schema(form)
        made = schema() if isinstance(schema, type) else schema
        decorate = super().arguments(made, **kwargs)
        location = {kwargs.get("location", "json")} | ({"query"} if hasattr(made, "read_csv") else set())

        def decorated(view: Any) -> Any:
            taking = decorate(view)
            taking.takes = location | getattr(view, "takes", set())
            return taking

        return decorated

    def response(self, status_code: int, schema: Any = None, **kwargs: Any) -> Callable[[V], V]:
        """Answer what `schema` describes: a typed dictionary, or a marshmallow schema."""
        return cast(Callable[[V], V], super().response(status_code, _schema(schema), **kwargs))

    def alt_response(self, status_code: int, **kwargs: Any) -> Callable[[V], V]:
        """Describe another answer of the view."""
        return cast(Callable[[V], V], super().alt_response(status_code, **kwargs))

    def doc(self, **kwargs: Any) -> Callable[[V], V]:
        """Merge `kwargs` into the operation's description."""
        return cast(Callable[[V], V], super().doc(**kwargs))

    @staticmethod
    def _prepare_headers_doc(
        doc: dict[str, Any], doc_info: dict[str, Any], *, method: str, **kwargs: Any
    ) -> dict[str, Any]:
        headers = doc_info.get("headers", [])
        takes_key = method == "post" and doc_info.get("takes_key", True)
        if takes_key and idempotency.HEADER not in [header["name"] for header in headers]:
            headers = [idempotency.HEADER_PARAMETER, *headers]
        if headers:
            doc["parameters"] = [*doc.get("parameters", ()), *headers]
        return doc


def _schema(described: Any) -> Any:
    return schema_of(described) if is_typeddict(described) else described


def _refuse_what_nobody_asked_for() -> None:
    """Refuse a query or a form that is sent to an operation without one, and a parameter that is there twice."""
    view = getattr(current_app.view_functions[str(request.endpoint)], "view_class", None)
    operation = getattr(view, "get" if request.method == "HEAD" else request.method.lower(), None)
    takes: set[str] = getattr(operation, "takes", set())
    if twice := [name for name, values in request.args.lists() if len(values) > 1]:
        raise Invalid(
            errors=[{"pointer": f"/{escaped(name)}", "detail": "只能出现一次", "in": "query"} for name in twice]
        )
    if "query" not in takes:
        Blueprint.ARGUMENTS_PARSER.parse(_NOTHING, request, location="query")
    if request.method in _SENDING and not takes.intersection(_BODY) and not _reads_its_body_itself(operation):
        Blueprint.ARGUMENTS_PARSER.parse(_NOTHING, request, location="json")


def _reads_its_body_itself(operation: Any) -> bool:
    return "requestBody" in getattr(operation, "_apidoc", {}).get("manual_doc", {})
