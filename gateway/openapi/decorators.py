"""What a decorator of ours adds to an operation's OpenAPI description."""

from collections.abc import Callable, Iterable
from copy import deepcopy
from typing import Any, ParamSpec, TypeVar

from flask_smorest.utils import deepupdate

P = ParamSpec("P")
R = TypeVar("R")


def describe_operation(
    view: Callable[P, R], *, headers: Iterable[dict[str, Any]] = (), takes_key: bool = True, **description: Any
) -> Callable[P, R]:
    """Merge `description` into the OpenAPI operation of `view`, beside what flask-smorest gathered.

    `headers` are parameters besides those that are there, of whichever decorator; `takes_key` is whether a POST honours
    an `Idempotency-Key`.
    """
    gathered = deepcopy(getattr(view, "_apidoc", {}))
    gathered["headers"] = [*gathered.get("headers", ()), *headers]
    gathered["takes_key"] = takes_key and gathered.get("takes_key", True)
    gathered["manual_doc"] = deepupdate(gathered.get("manual_doc", {}), description)
    view._apidoc = gathered  # type: ignore[attr-defined]
    return view
