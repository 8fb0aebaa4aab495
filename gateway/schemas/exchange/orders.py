"""Orders with people's names, and pay codes with their QR code (R25)."""

from typing import Annotated, NotRequired

from contracts.calls.exchange import orders as calls
from contracts.schema import Doc


class Order(calls.Order):
    """`placed` until the hold is answered; then `confirmed` with a voucher, `issued` with codes, or `refused`."""

    person_name: NotRequired[str | None]
    placed_by_name: NotRequired[str | None]


class Paycode(calls.Paycode):
    qr_image: Annotated[str, Doc("The QR code as a data: URI (SVG)")]
    qr_png: Annotated[str, Doc("The same as PNG, for mini-programs' <image>")]
