"""The blueprint every resource is made of: flask-smorest's, strict about what it takes."""

import contextlib
import json
import re
from typing import Any, NoReturn

import flask_smorest
import marshmallow as ma
from flask import Request, current_app, request
from webargs.core import missing
from webargs.flaskparser import FlaskParser

from contracts.errors import Invalid, Malformed
from gateway.http import idempotency
from gateway.schemas import Schema

_ESCAPED = re.compile(rb"\\u[dD][89a-fA-F]")
_BODY = ("json", "form", "files", "json_or_form")
_SENDING = ("POST", "PUT", "DELETE")
_NOTHING = Schema()


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
        raise Invalid(errors=pointers(error)) from error


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


def pointers(error: ma.ValidationError) -> list[dict[str, str]]:
    """Marshmallow's nested messages as `[{"pointer": "/lines/0/quantity", "detail": "…"}]`."""
    found: list[dict[str, str]] = []
    for location, messages in error.normalized_messages().items():
        extra = {} if location in _BODY else {"in": "query" if location == "querystring" else location}
        for pointer, text in _flat(messages, ""):
            found.append({"pointer": pointer, "detail": text} | extra)
    return found


def _flat(messages: Any, pointer: str) -> list[tuple[str, str]]:
    if isinstance(messages, dict):
        return [
            each
            for key, inner in messages.items()
            for each in _flat(inner, pointer if key == "_schema" else f"{pointer}/{_escaped(key)}")
        ]
    texts = messages if isinstance(messages, list) else [messages]
    return [(pointer, str(text)) for text in texts]


def _escaped(key: Any) -> str:
    return str(key).replace("~", "~0").replace("/", "~1")


class Blueprint(flask_smorest.Blueprint):
    """One resource. A POST that takes an `Idempotency-Key` is described so, besides the headers decorators name."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.before_request(_refuse_what_nobody_asked_for)
        self._prepare_doc_cbks.append(self._prepare_headers_doc)

    def arguments(self, schema: Any, **kwargs: Any) -> Any:
        """flask-smorest's, with the schema made once rather than for each request."""
        made = schema() if isinstance(schema, type) else schema
        decorate = super().arguments(made, **kwargs)

        location = {kwargs.get("location", "json")} | ({"query"} if hasattr(made, "read_csv") else set())

        def decorated(view: Any) -> Any:
            taking = decorate(view)
            taking.takes = location | getattr(view, "takes", set())
            return taking

        return decorated

    @staticmethod
    def _prepare_headers_doc(
        doc: dict[str, Any], doc_info: dict[str, Any], *, method: str, **kwargs: Any
    ) -> dict[str, Any]:
        headers = doc_info.get("headers", [])
        takes_key = method == "post" and doc_info.get("takes_key", True)
        if takes_key and idempotency.HEADER not in [header["name"] for header in headers]:
            headers = [idempotency.DESCRIBED, *headers]
        if headers:
            doc["parameters"] = [*doc.get("parameters", ()), *headers]
        return doc


def _refuse_what_nobody_asked_for() -> None:
    """Refuse a query or a form that is sent to an operation without one, and a parameter that is there twice."""
    view = current_app.view_functions[str(request.endpoint)].view_class  # type: ignore[attr-defined]
    operation = getattr(view, "get" if request.method == "HEAD" else request.method.lower(), None)
    takes = getattr(operation, "takes", set())
    if twice := [name for name, values in request.args.lists() if len(values) > 1]:
        raise Invalid(
            errors=[{"pointer": f"/{_escaped(name)}", "detail": "只能出现一次", "in": "query"} for name in twice]
        )
    if "query" not in takes:
        Blueprint.ARGUMENTS_PARSER.parse(_NOTHING, request, location="query")
    if request.method in _SENDING and not takes.intersection(_BODY) and not _reads_its_body_itself(operation):
        Blueprint.ARGUMENTS_PARSER.parse(_NOTHING, request, location="json")


def _reads_its_body_itself(operation: Any) -> bool:
    return "requestBody" in getattr(operation, "_apidoc", {}).get("manual_doc", {})
