"""Replies about meetings, with the names that the gateway adds (R32)."""

from contracts.calls import engagement as calls


class Meeting(calls.Meeting):
    attendee_names: list[str | None]
