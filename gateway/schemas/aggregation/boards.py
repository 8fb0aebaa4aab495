"""Boards with the names that the gateway adds (R22, R23)."""

from typing import Annotated, NotRequired, TypedDict

from contracts.calls import aggregation as calls
from contracts.schema import Doc


class BoardPlace(calls.BoardPlace):
    """A place. Of a courtyard the points are its head's (R22), and `average` is per household."""

    person_name: NotRequired[Annotated[str | None, Doc("Masked: 张*")]]
    head_name: NotRequired[Annotated[str | None, Doc("Masked: 王*")]]


class OwnPlace(calls.OwnPlace):
    """The caller's own place; without points it has none."""

    person_name: NotRequired[Annotated[str | None, Doc("Not masked")]]
    head_name: NotRequired[Annotated[str | None, Doc("Not masked")]]


class Board(TypedDict):
    period: str
    category: str | None
    data: list[BoardPlace]
    has_more: bool
    next_cursor: str | None
    own: NotRequired[
        Annotated[
            OwnPlace | None,
            Doc(
                "For a signed-in caller: their own, their household's or their courtyard's place, on every page; "
                "null on boards of another community, and for people who belong to none"
            ),
        ]
    ]
