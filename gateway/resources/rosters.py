"""The roster 花名册 a community already has, taken in at once (R5)."""

from typing import Any

from flask import Response
from flask.views import MethodView

from gateway import roster_file, sheets
from gateway.auth import actor, signed_in
from gateway.blueprint import Blueprint
from gateway.rpc import rpc
from gateway.schemas.rosters import RosterFile, RosterQuery, RosterReport

blp = Blueprint("rosters", __name__, description="Taking in a community's roster")


@blp.route("/v1/rosters")
class Rosters(MethodView):
    @signed_in
    @blp.arguments(RosterQuery, location="query")
    @blp.arguments(RosterFile, location="files")
    @blp.response(200, RosterReport)
    def post(self, query: dict[str, Any], files: dict[str, Any]) -> Any:
        """Register whom a roster tells of; one bad line and nothing is done; the same again changes nothing."""
        columns, rows = roster_file.read(files["file"].read())
        if query["dry_run"]:
            return rpc.query("registry", "check_roster", actor=actor(), columns=columns, rows=rows)
        return rpc.command("registry", "import_roster", actor=actor(), columns=columns, rows=rows)


@blp.route("/v1/rosters/template")
class Template(MethodView):
    @signed_in
    @blp.response(200, content_type=sheets.MEDIA_TYPE, schema={"type": "string", "format": "binary"})
    def get(self) -> Response:
        """An Excel file with the headings and a line as an example."""
        columns = rpc.query("registry", "roster_columns")
        headings = {column["heading"]: column["heading"] for column in columns}
        example = {column["heading"]: column["example"] for column in columns}
        return sheets.sheet("花名册模板", headings, [example])
