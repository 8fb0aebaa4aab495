"""Orders with people's names, and pay codes with their QR code (R25)."""

from typing import Annotated, Any, NotRequired

import marshmallow as ma

from contracts import fields
from contracts.calls.exchange import orders as calls
from contracts.schema import Doc, Schema, schema_of


class OrderRequest(calls.OrderForm):
    """An order; for a person of another household with their pay code or card, or it waits for their consent."""

    paycode: NotRequired[
        Annotated[
            str,
            fields.Text(18, pattern=r"[0-9]{18}", example="860000000000000000"),
            Doc("Shown on the phone of whom it is for, as their consent"),
        ]
    ]
    card: NotRequired[
        Annotated[
            str,
            fields.Text(40, example="7K3M-9QRT-XW2E-H5NA-4BCD"),
            Doc("Code of their household's printed card, as their consent with its PIN"),
        ]
    ]
    pin: NotRequired[Annotated[str, fields.Text(6, pattern=r"[0-9]{6}", example="402917", load_only=True)]]


class _OneConsent(Schema):
    @ma.validates_schema
    def _validate(self, form: dict[str, Any], **_: Any) -> None:
        if "paycode" in form and "card" in form:
            raise ma.ValidationError("付款码和户码卡只能选其一", "paycode")
        if ("pin" in form) != ("card" in form):
            raise ma.ValidationError("使用户码卡时必填", "pin")
        if "card" in form and "person_id" not in form:
            raise ma.ValidationError("使用户码卡时必填", "person_id")


schema_of(OrderRequest, base=_OneConsent)


class PaperNotice(calls.PaperNotice):
    """An order whose person is to hear on paper that somebody else placed it for them."""

    person_name: NotRequired[str | None]
    placed_by_name: NotRequired[str | None]


class Step(calls.Step):
    by_name: NotRequired[str | None]


class Order(calls.Order):
    """`placed` until the hold is answered; then `confirmed` with a voucher, `issued` with codes, or `refused`."""

    person_name: NotRequired[str | None]
    placed_by_name: NotRequired[str | None]
    told_by_name: NotRequired[str | None]
    steps: list[Step]  # type: ignore[misc]  # with names


class Paycode(calls.Paycode):
    qr_image: Annotated[str, Doc("The QR code as a data: URI (SVG)")]
    qr_png: Annotated[str, Doc("The same as PNG, for mini-programs' <image>")]
