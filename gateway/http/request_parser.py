"""Parses request bodies and parameters, and reports errors by JSON pointer."""

import json
import re
from typing import Any, NoReturn

import marshmallow as ma
from flask import Request
from webargs.core import missing
from webargs.flaskparser import FlaskParser
from werkzeug.datastructures import MultiDict

from contracts.errors import Invalid, Malformed, UnsupportedMediaType
from contracts.validation import pointers
from gateway.paging import open_cursor
from gateway.spreadsheets import xlsx

TABLE_MEDIA_TYPES = ("text/csv", "text/tab-separated-values", "text/plain", xlsx.MEDIA_TYPE)
BODY_LOCATIONS = ("json", "form", "files", "json_or_form")

_SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")


class RequestParser(FlaskParser):
    """webargs' parser, which refuses unknown parameters and JSON that the services could not store."""

    DEFAULT_UNKNOWN_BY_LOCATION = FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION | {
        "query": ma.RAISE,
        "querystring": ma.RAISE,
        "files": ma.RAISE,
    }

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        """Return the JSON body, or the form in a table if `schema` has `read_table`.

        Raise UnsupportedMediaType for another media type, Malformed for invalid JSON, lone surrogates or null
        characters.
        """
        if not (data := req.get_data()):
            return missing
        if req.mimetype in TABLE_MEDIA_TYPES and hasattr(schema, "read_table"):
            return schema.read_table(data, req.args)
        if not req.is_json:
            tables = "，或以 text/csv 或 xlsx 的媒体类型直接发送表格文件" if hasattr(schema, "read_table") else ""
            raise UnsupportedMediaType(f"请以 application/json 发送请求内容{tables}")
        try:
            value = json.loads(data.decode(), parse_constant=_reject_constant)
            if _SURROGATE_ESCAPE.search(data):
                json.dumps(value, ensure_ascii=False).encode()  # fails for a lone surrogate
        except (ValueError, RecursionError) as exc:
            raise Malformed("请求内容不是有效的 JSON") from exc
        if rb"\u0000" in data:
            raise Malformed("请求内容含有无效字符")
        return value

    def load_files(self, req: Request, schema: ma.Schema) -> Any:
        """Return the uploads. Raise UnsupportedMediaType for a body that is no form."""
        if req.mimetype and req.mimetype != "multipart/form-data":
            raise UnsupportedMediaType("请以 multipart/form-data 发送文件")
        return super().load_files(req, schema)

    def load_querystring(self, req: Request, schema: ma.Schema) -> Any:
        """Return the parameters, the cursor as the service gave it. Raise Invalid for a cursor of no page."""
        arguments = req.args
        if "cursor" in schema.fields and (cursor := arguments.get("cursor")):
            arguments = MultiDict(arguments)
            arguments["cursor"] = open_cursor(cursor)
        return self._makeproxy(arguments, schema)

    def handle_error(self, error: ma.ValidationError, req: Request, schema: ma.Schema, **kwargs: Any) -> NoReturn:
        """Raise Invalid with the pointers of every error."""
        raise Invalid(errors=pointers_by_location(error)) from error


def pointers_by_location(error: ma.ValidationError) -> list[dict[str, str]]:
    """Flatten webargs' messages, whose first level is the location; `in` distinguishes a parameter from the body."""
    found: list[dict[str, str]] = []
    for location, messages in error.normalized_messages().items():  # type: ignore[no-untyped-call]
        extra = {} if location in BODY_LOCATIONS else {"in": "query" if location == "querystring" else location}
        found += [each | extra for each in pointers(messages)]
    return found


def _reject_constant(constant: str) -> NoReturn:
    """Reject NaN and Infinity, which are not JSON."""
    raise ValueError(constant)
