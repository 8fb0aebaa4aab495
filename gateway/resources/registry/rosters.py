"""Importing the roster 花名册 that a community already has (R5)."""

from typing import Any, TypedDict

from flask import Response, jsonify, url_for
from flask.views import MethodView

from contracts.calls.registry.rosters import Cell, Roster, RosterReport
from contracts.schema import schema_of
from gateway.blueprint import Blueprint
from gateway.decoding.pool import decoding_pool
from gateway.openapi.client_generators import header_references
from gateway.schemas.registry.rosters import CheckedRoster, FlawedLine, RosterFile, RosterQuery
from gateway.security.auth import actor, checked_first, signed_in
from gateway.security.rate_limits import limit_refused_uploads
from gateway.services import registry
from gateway.spreadsheets import xlsx
from gateway.spreadsheets.uploads import read_sheets
from tabular import Heading, Sheet, locate
from tabular.cells import plain

blp = Blueprint("rosters", __name__, description="Importing a community's roster")

_MOST_LINES_AT_ONCE = 2_000
"""Lines imported while the caller waits: about two seconds of work."""
_MOST_FLAWED_LINES = 200


@blp.route("/v1/rosters")
class Rosters(MethodView):
    @signed_in
    @limit_refused_uploads
    @checked_first(lambda: registry.require_importing_rosters(actor=actor()))
    @blp.arguments(RosterQuery, location="query")
    @blp.arguments(schema_of(RosterFile), location="files")
    @blp.response(200, CheckedRoster)
    @blp.alt_response(
        202,
        schema=schema_of(Roster),
        description="Long: imported in the background, see GET /v1/rosters/{id}",
        headers=header_references("Location"),
    )
    def post(self, query: RosterQuery, files: RosterFile) -> Any:
        """Import a roster: all of it, or nothing if one line is invalid; importing it again changes nothing.

        Up to 2,000 lines are imported at once; a longer roster is accepted and imported in the background.
        """
        table = _located(read_sheets("roster", files["file"].read(), decoding_pool()))
        if len(table["rows"]) > _MOST_LINES_AT_ONCE:
            return _accepted(registry.hand_in_roster(actor=actor(), **table, **query))
        if query["dry_run"]:
            return _with_lines(registry.check_roster(actor=actor(), **table), table)
        return _with_lines(registry.import_roster(actor=actor(), **table), table)


@blp.route("/v1/rosters/<roster_id>")
class OneRoster(MethodView):
    @signed_in
    @blp.response(200, Roster)
    def get(self, roster_id: str) -> Roster:
        """The progress of a long roster, and its report once it ended (committee)."""
        return registry.get_roster(actor=actor(), roster_id=roster_id)


@blp.route("/v1/rosters/template")
class Template(MethodView):
    @signed_in
    @blp.response(200, content_type=xlsx.MEDIA_TYPE, schema={"type": "string", "format": "binary"})
    def get(self) -> Response:
        """An Excel file with the headings and an example line."""
        columns = registry.roster_columns()
        headings = {column["heading"]: column["heading"] for column in columns}
        example = {column["heading"]: column["example"] for column in columns}
        return xlsx.response("花名册模板", headings, [example])


class _Rows(TypedDict):
    columns: list[str]
    rows: list[list[Cell]]
    first_row: int


def _located(sheets: list[Sheet]) -> _Rows:
    """Return the roster in the sheets of a file."""
    headings = [Heading(column["heading"], column["synonyms"]) for column in registry.roster_columns()]
    table = locate(sheets, headings)
    return {"columns": table.names, "rows": [[*row] for row in table.rows], "first_row": table.first_row}


def _with_lines(report: RosterReport, table: _Rows) -> CheckedRoster:
    """Return a report with the lines of the file that have errors."""
    rows = sorted({flaw["row"] for flaw in report["errors"]})[:_MOST_FLAWED_LINES]
    lines = [(row, row - table["first_row"]) for row in rows]
    shown: list[FlawedLine] = [
        {"row": row, "cells": [plain(cell) for cell in table["rows"][at]]}
        for row, at in lines
        if 0 <= at < len(table["rows"])
    ]
    return {**report, "columns": table["columns"], "flawed_lines": shown}


def _accepted(roster: Roster) -> Response:
    answer = jsonify(schema_of(Roster)().dump(roster))
    answer.status_code = 202
    answer.headers["Location"] = url_for("rosters.OneRoster", roster_id=roster["id"])
    return answer
