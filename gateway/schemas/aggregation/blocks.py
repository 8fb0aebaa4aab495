"""A sealed line of a passbook with the names and titles that the gateway adds (R20)."""

from contracts.calls import aggregation as calls


class SealedLine(calls.SealedLine):
    """A line of a passbook with all that is sealed of it."""

    item_title: str | None
    person_name: str | None
