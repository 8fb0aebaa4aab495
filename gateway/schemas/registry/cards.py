"""The printed card of a household as the gateway returns it, once with its secrets (R6)."""

from typing import Annotated

from contracts.calls.registry.places import Card
from contracts.schema import Doc


class CardWithPin(Card):
    """Code and PIN are returned once; the code can be printed again, the PIN cannot."""

    card_code: Annotated[str, Doc(example="7K3M-9QRT-XW2E-H5NA-4BCD")]
    pin: Annotated[str, Doc(example="402917")]
