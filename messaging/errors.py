"""Errors of messaging. Those that reach a caller are refusals of `contracts.errors`, the one contract imported here."""

from contracts.errors import IdempotencyKeyReused, RequestInProgress, Unavailable

__all__ = ["ConfirmTimeout", "IdempotencyKeyReused", "RequestInProgress", "Unavailable", "Undecodable"]


class Undecodable(Exception):
    """A message that cannot be decoded and is not retried."""


class ConfirmTimeout(Exception):
    """The broker did not confirm published messages in time."""
