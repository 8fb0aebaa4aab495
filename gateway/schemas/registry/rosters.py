"""The roster a community already has, as an uploaded file (R5)."""

from typing import Annotated, TypedDict

from flask_smorest.fields import Upload
from werkzeug.datastructures import FileStorage

from contracts import fields
from contracts.calls.registry.rosters import RosterReport
from contracts.schema import Doc


class RosterQuery(TypedDict):
    dry_run: Annotated[
        bool,
        fields.Boolean(load_default=False, truthy={"true"}, falsy={"false"}),
        Doc("Report what would be added and what is wrong; change nothing"),
    ]


class RosterFile(TypedDict):
    file: Annotated[FileStorage, Upload(), Doc("xlsx or csv; see GET /v1/rosters/template")]


class FlawedLine(TypedDict):
    row: Annotated[int, Doc("As the spreadsheet numbers it")]
    cells: Annotated[list[str], Doc("As the file has them, in the order of `columns`")]


class CheckedRoster(RosterReport):
    """A report with the lines that have errors, to show each error in its place."""

    columns: Annotated[list[str], Doc("The headings")]
    flawed_lines: Annotated[list[FlawedLine], Doc("The first 200 of them")]
