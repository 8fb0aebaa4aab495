"""Recorded acts with the names of people (R11)."""

from typing import NotRequired

from contracts.calls import claims as calls


class Act(calls.Act):
    """An act on record."""

    person_name: NotRequired[str | None]
    recorded_by_name: NotRequired[str | None]
