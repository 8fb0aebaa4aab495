"""Forms and replies of resources, one module each, in terms of `contracts.fields`."""

from contracts.schema import Schema

__all__ = ["Schema"]
