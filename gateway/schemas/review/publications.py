"""Replies about published lists and objections with the names that the gateway adds, and its filters (R14–R17)."""

from typing import Annotated, Literal, NotRequired, TypedDict

import marshmallow as ma

from contracts import fields
from contracts.calls import review as calls
from contracts.claims import Category
from contracts.paging import PageQuery
from contracts.schema import Day, Doc


class PublishedEntry(TypedDict):
    """A published entry, with no more of its person and deed than the community's policy shows in public (R14)."""

    id: str
    position: int
    person_name: Annotated[str | None, Doc("Masked: 张*; null where it would fit too few residents")]
    row: Annotated[int | None, Doc("Row 排 of the household; null where name and row would fit too few")]
    courtyard_id: Annotated[str | None, Doc("Null where name and courtyard would fit too few")]
    courtyard_number: int | None
    day: Annotated[Day | None, Doc("Null for deeds whose person no list names: the day would tell who it was")]
    item: Annotated[str | None, Doc("Null where the community shows categories only")]
    item_title: Annotated[str, Doc("Then the category's title")]
    category: Category
    points: int
    state: calls.PublicEntryState
    current_points: Annotated[int, Doc("With corrections")]
    objections: list[calls.PublicObjection]
    corrections: list[calls.Correction]


class PublishedList(calls.Publication):
    """A publication with a page of its entries."""

    data: list[PublishedEntry]
    has_more: bool
    next_cursor: str | None


class ListQuery(PageQuery):
    courtyard_id: Annotated[
        str | None,
        fields.Id("cty", load_default=None),
        Doc("Only lines that show this courtyard; where the community shows courtyards (`public_place`)"),
    ]
    part: Annotated[
        int | None,
        ma.fields.Integer(load_default=None, validate=ma.validate.Range(1, 100_000)),
        Doc("For pdf: the first, second … thousand lines, as a document of its own"),
    ]
    print: Annotated[
        Literal["large", "compact"],
        fields.Choice("large", "compact", load_default="large"),
        Doc("For pdf: 14 points, to be read on a notice board, or 9 points"),
    ]
    format: Annotated[
        Literal["json", "pdf", "xlsx"] | None,
        fields.Choice("json", "pdf", "xlsx", load_default=None),
        Doc(
            "xlsx is the whole list, pdf up to 4,000 lines of it (longer ones take `part` or"
            " `courtyard_id`); without it by the Accept header"
        ),
    ]


class Objection(calls.Objection):
    objector_name: NotRequired[str | None]
    person_name: NotRequired[str | None]
    item_title: str
    ruled_by_name: NotRequired[str | None]


class ProposedCorrection(calls.ProposedCorrection):
    proposed_by_name: NotRequired[str | None]
    decided_by_name: NotRequired[str | None]
