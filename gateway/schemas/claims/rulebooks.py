"""Rulebooks as spreadsheets, and in which form they are asked for (R7)."""

from typing import Annotated, Literal, NotRequired, TypedDict

from flask_smorest.fields import Upload
from werkzeug.datastructures import FileStorage

from contracts import fields
from contracts.schema import Doc


class RulebookSheet(TypedDict):
    """The same as a spreadsheet, in the form that `GET …?format=xlsx` gives."""

    file: Annotated[FileStorage, Upload(), Doc("xlsx")]


class RulebookQuery(TypedDict):
    format: NotRequired[
        Annotated[Literal["json", "xlsx"], fields.Choice("json", "xlsx"), Doc("Otherwise as the Accept header says")]
    ]


class CurrentQuery(RulebookQuery):
    day: Annotated[str | None, fields.Day(load_default=None), Doc("The day of an act; today unless given")]
