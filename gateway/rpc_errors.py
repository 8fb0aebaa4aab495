"""The one table from a refusal's family to its HTTP status, and what lets refusals come over the wire as themselves."""

from collections.abc import Iterator
from typing import Any

from nameko.exceptions import deserialize, deserialize_to_instance

from contracts import errors
from contracts.errors import Refusal

STATUS: dict[type[Refusal], int] = {
    errors.Malformed: 400,
    errors.Unauthorized: 401,
    errors.Forbidden: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.Gone: 410,
    errors.Invalid: 422,
    errors.Limited: 429,
    errors.Unavailable: 503,
}


def http_status(kind: type[Refusal]) -> int:
    """The HTTP status of a refusal's family."""
    return next(STATUS[family] for family in kind.__mro__ if family in STATUS)


def from_reply(error: dict[str, Any]) -> Exception:
    """What a service raised: a refusal as itself, anything else as nameko's `RemoteError`."""
    exc: Exception = deserialize(error)
    return exc


def refusal_types(family: type[Refusal] = Refusal) -> Iterator[type[Refusal]]:
    """Every refusal there is."""
    for kind in family.__subclasses__():
        yield kind
        yield from refusal_types(kind)


for _kind in refusal_types():
    deserialize_to_instance(_kind)

received = from_reply
