"""What a decorator of ours adds to an operation's OpenAPI description."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any, ParamSpec, TypeVar

from flask_smorest.utils import deepupdate

P = ParamSpec("P")
R = TypeVar("R")


def documented(view: Callable[P, R], **description: Any) -> Callable[P, R]:
    """Merge `description` into the OpenAPI operation of `view`, beside what flask-smorest gathered."""
    gathered = deepcopy(getattr(view, "_apidoc", {}))
    gathered["manual_doc"] = deepupdate(gathered.get("manual_doc", {}), description)
    view._apidoc = gathered  # type: ignore[attr-defined]
    return view
