"""Replies about duties with the names that the gateway adds."""

from typing import NotRequired, TypedDict

from contracts.calls import review as calls


class OfficeDecision(calls.OfficeDecision):
    by_name: NotRequired[str | None]
    person_name: NotRequired[str | None]


class Gain(calls.Gain):
    decider_name: NotRequired[str | None]


class SelfDealingReport(TypedDict):
    data: list[Gain]
