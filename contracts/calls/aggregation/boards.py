"""Boards: who earned how much in a period."""

from typing import Annotated, Literal, NotRequired, Protocol, TypedDict

from contracts import fields
from contracts.calls.registry.public_labels import PublicView
from contracts.paging import PageQuery
from contracts.rpc import Caller, query
from contracts.schema import Day, Doc

BoardKind = Literal["residents", "households", "courtyards"]


class BoardQuery(PageQuery):
    """Which board."""

    community_id: Annotated[str, fields.Id("com"), Doc("Whose board")]
    period: Annotated[
        str | None,
        fields.Text(7, load_default=None),
        Doc("`2026-11`, `2026-Q4`, `2026` or `all`; by default the newest month that has points", example="2026-Q4"),
    ]
    category: Annotated[
        str | None,
        fields.Choice("living_environment", "neighbourhood", "charity", "public_order", "other", load_default=None),
        Doc("Points of that category alone"),
    ]


class _Place(TypedDict):
    points: int
    courtyard_id: str | None
    number: Annotated[int | None, Doc("The courtyard's")]
    household_id: NotRequired[str | None]
    person_id: NotRequired[Annotated[str | None, Doc("The resident; of a household who has been in it longest")]]
    head_id: NotRequired[str | None]
    households: NotRequired[int]
    average: NotRequired[float | None]


class BoardPlace(_Place):
    """A place. Of a courtyard the points are its head's (R22), and `average` is per household."""

    rank: Annotated[int, Doc("Ties share a rank: 1, 2, 2, 4")]


class OwnPlace(_Place):
    """The caller's own place; without points it has none."""

    rank: int | None


class Board(TypedDict):
    """A page of a board, and how much of its people the community's policy shows in public.

    Its places have been counted, and people lived where they did, up to `day`.
    """

    period: str
    category: str | None
    day: Day
    view: PublicView
    data: list[BoardPlace]
    next_cursor: str | None


class BoardsApi(Protocol):
    """Calls about boards."""

    @query
    def get_board(
        self,
        *,
        kind: BoardKind,
        community_id: str,
        period: str | None = None,
        category: str | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Board:
        """Return ranks of residents, households or courtyards; ties share a rank (1, 2, 2, 4).

        The period defaults to the newest month that has points: those of a month become final in the next. Raises
        NotFound, Invalid for a text that is no period.
        """

    @query
    def get_own_place(
        self, *, actor: Caller, kind: BoardKind, period: str, category: str | None = None
    ) -> OwnPlace | None:
        """Return the place of the caller, their household or their courtyard; None if they belong to none."""
