"""Till payments with people's names."""

from typing import NotRequired

from contracts.calls.exchange import payments as calls
from gateway.schemas.exchange.orders import Step


class Payment(calls.Payment):
    """`points` were held; `captured` were taken and the rest released; of those `refunded` were given back."""

    person_name: NotRequired[str | None]
    steps: list[Step]  # type: ignore[misc]  # with names
