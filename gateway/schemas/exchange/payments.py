"""Till payments with people's names."""

from typing import NotRequired

from contracts.calls.exchange import payments as calls


class Payment(calls.Payment):
    """`points` were held; `captured` were taken and the rest released; of those `refunded` were given back."""

    person_name: NotRequired[str | None]
