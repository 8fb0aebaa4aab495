"""Replies about published lists and objections with the names that the gateway adds, and its filters (R14–R17)."""

from typing import Annotated, Literal, NotRequired

import marshmallow as ma

from contracts import fields
from contracts.calls import review as calls
from contracts.paging import PageQuery
from contracts.schema import Doc


class PublishedEntry(calls.PublishedEntry):
    """A published entry with its state, objections and corrections."""

    person_name: str | None
    item_title: str


class PublishedList(calls.Publication):
    """A publication with a page of its entries."""

    data: list[PublishedEntry]
    has_more: bool
    next_cursor: str | None


class ListQuery(PageQuery):
    courtyard_id: Annotated[
        str | None,
        fields.Id("cty", load_default=None),
        Doc("Only this courtyard's lines, as for its own notice board"),
    ]
    part: Annotated[
        int | None,
        ma.fields.Integer(load_default=None, validate=ma.validate.Range(1, 100_000)),
        Doc("For pdf: the first, second … thousand lines, as a document of its own"),
    ]
    format: Annotated[
        Literal["json", "pdf", "xlsx"] | None,
        fields.Choice("json", "pdf", "xlsx", load_default=None),
        Doc(
            "xlsx is the whole list, pdf up to 4,000 lines of it (longer ones take `part` or"
            " `courtyard_id`); without it by the Accept header"
        ),
    ]


class ObjectionQuery(PageQuery):
    state: Annotated[
        Literal["open", "upheld", "dismissed"] | None,
        fields.Choice("open", "upheld", "dismissed", load_default=None, allow_none=True),
        Doc("Only objections in this state"),
    ]
    overdue: Annotated[
        Literal["true"] | None, fields.Choice("true", load_default=None), Doc("Open for longer than `ruling_days`")
    ]


class Objection(calls.Objection):
    objector_name: NotRequired[str | None]
    ruled_by_name: NotRequired[str | None]
