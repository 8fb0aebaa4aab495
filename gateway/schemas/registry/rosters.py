"""The roster a community already has, as an uploaded file (R5)."""

from typing import Annotated, TypedDict

from flask_smorest.fields import Upload
from werkzeug.datastructures import FileStorage

from contracts import fields
from contracts.schema import Doc


class RosterQuery(TypedDict):
    dry_run: Annotated[
        bool,
        fields.Boolean(load_default=False, truthy={"true"}, falsy={"false"}),
        Doc("Report what would be added and what is wrong; change nothing"),
    ]


class RosterFile(TypedDict):
    file: Annotated[FileStorage, Upload(), Doc("xlsx or csv; see GET /v1/rosters/template")]
