"""Draws that anybody can replay (R29)."""

from typing import Annotated, Literal, Protocol, TypedDict

from contracts.calls.aggregation.blocks import Block
from contracts.rpc import Caller, command, query
from contracts.schema import Doc, Instant


class DrawEntry(TypedDict):
    """One party in a draw."""

    entry: Annotated[str, Doc("As in the party's own sign-up, which alone says whose it is")]
    size: int
    ticket: Annotated[str | None, Doc("SHA-256 of `hash:activity_id:entry` in hexadecimal; the lowest comes first")]
    outcome: Annotated[
        Literal["entered", "confirmed", "waiting", "withdrawn"],
        Doc("In the order of the draw a party gets places if it fits in what is left, else it waits"),
    ]


class Draw(TypedDict):
    """A draw: its entries are public once sign-up has closed, its seed nobody knew before."""

    activity_id: str
    state: Annotated[Literal["entering", "waiting", "held"], Doc("Before the cut-off, until a block is sealed, held")]
    method: Annotated[
        Literal["seed", "order_of_sign_up"] | None,
        Doc("By the block's hash, or by the order of sign-ups if none was sealed until `falls_back_at`"),
    ]
    closed_at: Annotated[Instant, Doc("The cut-off of sign-up")]
    falls_back_at: Instant
    held_at: Instant | None
    places: int
    block: Annotated[Block | None, Doc("The first ledger block sealed after `closed_at`; its `hash` is the seed")]
    entries: Annotated[list[DrawEntry], Doc("In the order of the draw; before it in the order of sign-ups")]


class DrawsApi(Protocol):
    """Calls about draws."""

    @command
    def hold_draw(self, *, actor: Caller, activity_id: str) -> Draw:
        """Hold a draw that is due; the timer does it by itself. Raises RoleMissing, NotFound, WrongState, DrawWaits."""

    @query
    def get_draw(self, *, activity_id: str) -> Draw:
        """Return an activity's draw. Raises NotFound, also for an activity without one."""
