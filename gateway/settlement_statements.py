"""A merchant's monthly statement, as JSON or as a file for its bookkeeping (R27)."""

import csv
import io
from typing import Literal

import marshmallow as ma
from flask import Response, make_response

from contracts import fields
from contracts.calls.exchange.settlement import Line, Statement
from contracts.errors import NotFound
from contracts.instants import with_z
from contracts.rpc import Caller
from gateway.services import exchange


def answer(caller: Caller, period: str, form: Literal["json", "csv"]) -> Statement | Response:
    """Return the statement of a month, or its lines as CSV. Raises NotFound for a text that is no month."""
    statement = exchange.get_settlement(actor=caller, period=_month(period))
    return statement if form == "json" else _csv(statement)


def _month(text: str) -> str:
    try:
        return str(fields.Period().deserialize(text))
    except ma.ValidationError as exc:
        raise NotFound from exc


def _csv(statement: Statement) -> Response:
    text = io.StringIO("\ufeff", newline="")  # without the mark Excel takes it for another encoding
    text.seek(0, io.SEEK_END)
    writer = csv.DictWriter(text, list(Line.__annotations__))
    writer.writeheader()
    writer.writerows(with_z(statement["data"]))
    response = make_response(text.getvalue())
    response.content_type = "text/csv; charset=utf-8"
    response.headers["Content-Disposition"] = f'attachment; filename="settlement-{statement["period"]}.csv"'
    return response
