"""Replies about spending waits with the names that the gateway adds."""

from typing import NotRequired

from contracts.calls.registry import spending_waits as calls


class SpendingWait(calls.SpendingWait):
    person_name: NotRequired[str | None]
    recorded_by_name: NotRequired[str | None]
    decided_by_name: NotRequired[str | None]
    ruled_by_name: NotRequired[str | None]
