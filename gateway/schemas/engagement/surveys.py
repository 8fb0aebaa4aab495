"""Replies about surveys, with the names that the gateway adds (R32)."""

from contracts.calls import engagement as calls


class SilentRespondent(calls.SilentRespondent):
    """Who has not answered yet."""

    person_name: str | None
