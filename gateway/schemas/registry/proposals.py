"""Replies about proposals with the names that the gateway adds."""

from typing import NotRequired

from contracts.calls.registry import proposals as calls


class Proposal(calls.Proposal):
    proposed_by_name: NotRequired[str | None]
    decided_by_name: NotRequired[str | None]
