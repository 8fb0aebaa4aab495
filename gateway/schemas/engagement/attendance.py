"""Replies about attendance, with the names that the gateway adds (R29)."""

from contracts.calls import engagement as calls


class ExpectedPerson(calls.ExpectedPerson):
    """Somebody with a place; without attendance if they did not come."""

    person_name: str | None
