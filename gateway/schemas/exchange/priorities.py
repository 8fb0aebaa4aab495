"""Priority codes with their QR code, and priorities with a masked name (R26)."""

from typing import Annotated, TypedDict

from contracts.calls.exchange import priorities as calls
from contracts.schema import Doc


class PriorityCode(calls.PriorityCode):
    qr_image: Annotated[str, Doc("The QR code as a data: URI (SVG)")]
    qr_png: Annotated[str, Doc("The same as PNG")]


class HeldPriorities(TypedDict):
    """No points, no rank, no whole name: only what was granted."""

    holder: Annotated[str | None, Doc("Masked name: 张*")]
    priorities: list[calls.Priority]
