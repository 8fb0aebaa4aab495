"""Boards with the names that the gateway adds (R22, R23)."""

from typing import Annotated, NotRequired, TypedDict

from contracts.calls import aggregation as calls
from contracts.schema import Doc


class BoardPlace(TypedDict):
    """A place, with no more of its people than the community's policy shows in public (R14).

    Of a courtyard the points are its head's (R22), and `average` is per household.
    """

    rank: Annotated[int, Doc("Ties share a rank: 1, 2, 2, 4")]
    points: int
    person_name: NotRequired[
        Annotated[str | None, Doc("Masked: 张*; null where it would fit too few. Of a household who is in it longest")]
    ]
    head_name: NotRequired[Annotated[str | None, Doc("Masked: 王*")]]
    courtyard_id: Annotated[str | None, Doc("Null where name and courtyard would fit too few")]
    number: Annotated[int | None, Doc("The courtyard's")]
    row: NotRequired[Annotated[int | None, Doc("Its row 排; null where name and row would fit too few")]]
    households: NotRequired[int]
    average: NotRequired[float | None]


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
