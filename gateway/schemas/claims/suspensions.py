"""Suspensions with the names of people."""

from typing import NotRequired

from contracts.calls import claims as calls


class Suspension(calls.Suspension):
    """The person may not declare for themselves; their head or grid officer may still declare for them."""

    person_name: NotRequired[str | None]
    made_by_name: NotRequired[str | None]
    lifted_by_name: NotRequired[str | None]
