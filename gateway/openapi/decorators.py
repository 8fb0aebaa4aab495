"""Lets decorators of views add to the OpenAPI description of the operation."""

from collections.abc import Callable, Iterable
from copy import deepcopy
from typing import Any, ParamSpec, TypeVar

from flask_smorest.utils import deepupdate

P = ParamSpec("P")
R = TypeVar("R")


def describe_operation(
    view: Callable[P, R], *, headers: Iterable[dict[str, Any]] = (), takes_key: bool = True, **description: Any
) -> Callable[P, R]:
    """Merge `description` into the OpenAPI operation of `view` and return `view`.

    `headers` are header parameters, added to those of other decorators. `takes_key` is whether a POST honours an
    `Idempotency-Key`.
    """
    apidoc = deepcopy(getattr(view, "_apidoc", {}))
    apidoc["headers"] = [*apidoc.get("headers", ()), *headers]
    apidoc["takes_key"] = takes_key and apidoc.get("takes_key", True)
    apidoc["manual_doc"] = deepupdate(apidoc.get("manual_doc", {}), description)
    view._apidoc = apidoc  # type: ignore[attr-defined]
    return view


def with_parameter(parameter: dict[str, Any]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Describe a parameter that the view does not declare by `arguments`, because only some bodies come with it."""
    return lambda view: describe_operation(view, headers=[parameter])
