"""Replies about one's own data with the names that the gateway adds (R42)."""

from contracts.calls.accesses import Access


class NamedAccess(Access):
    """An access with the name of who made it."""

    by_name: str | None
