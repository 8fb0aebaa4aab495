"""How the gateway's calls to the services are declared, once for both sides.

Each service has a protocol in `contracts.calls`. The service's class implements it, the gateway holds a client of it,
and mypy compares both with the declaration::

    class ReviewApi(Protocol):
        @command
        def decide(self, *, actor: Caller, review_id: str, decision: Decision, reason: str = "") -> Review: ...

        @query
        def list_reviews(self, *, actor: Caller, limit: int = 20, cursor: str | None = None) -> Page[Review]: ...

    # services/review/service.py
    @final
    class ReviewService(ReviewApi):
        @command
        def decide(self, tx: ReviewTransaction, *, actor: Caller, review_id: str, …) -> Review: …

    # gateway
    review.decide(actor=actor(), **form)

Parameters are keyword-only, so that their names are part of the type. Forms and replies are typed dictionaries: they
travel as JSON, and `contracts.schema` makes the marshmallow schemas of them that validate and describe them.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Literal, NotRequired, ParamSpec, TypedDict, TypeVar, get_args, get_type_hints

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")

_KIND = "_rpc_kind"


class Caller(TypedDict):
    """Who calls, as the gateway authenticated them: a person, or a merchant's key with its mode.

    A person with `merchant` and `mode` asks for that merchant's books; the exchange checks that they are its operator.
    """

    person: str | None
    community: str | None
    merchant: str | None
    mode: NotRequired[str]
    key: NotRequired[str]


class Page(TypedDict, Generic[T]):
    """One page of a list, and the cursor of the next one if there is one."""

    data: list[T]
    next_cursor: str | None


class CountedPage(Page[T]):
    """A page of a list that was counted if that was asked for."""

    total: NotRequired[int]
    total_is_more: NotRequired[bool]


def command(method: Callable[P, R]) -> Callable[P, R]:
    """Declare a call that may change something; it takes effect once per idempotency key."""
    setattr(method, _KIND, "command")
    return method


def query(method: Callable[P, R]) -> Callable[P, R]:
    """Declare a call that changes nothing."""
    setattr(method, _KIND, "query")
    return method


@dataclass(frozen=True, slots=True)
class Operation:
    """One declared call of one service."""

    service: str
    method: str
    kind: Literal["command", "query"]
    parameters: frozenset[str]
    required: frozenset[str]
    returns: Any

    def check(self, arguments: Mapping[str, Any]) -> None:
        """Raise TypeError when `arguments` are not those that the call declares."""
        unknown, missing = arguments.keys() - self.parameters, self.required - arguments.keys()
        if unknown or missing:
            raise TypeError(
                f"{self.service}.{self.method}: unknown arguments {sorted(unknown)}, missing {sorted(missing)}"
            )


def operations(service: str, api: type[Any]) -> dict[str, Operation]:
    """Return the calls that `api`, the protocol of `service`, declares, by method name."""
    found = {}
    for name, member in inspect.getmembers(api, inspect.isfunction):
        if kind := getattr(member, _KIND, None):
            parameters, required = _parameters(member)
            returns = get_type_hints(member, include_extras=True)["return"]
            found[name] = Operation(service, name, kind, parameters, required, returns)
    return found


def _parameters(method: Callable[..., Any]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the names of all keyword parameters and of the required ones; those of an unpacked form among them."""
    names, required = set(), set()
    for parameter in list(inspect.signature(method).parameters.values())[1:]:
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            [form] = get_args(get_type_hints(method)[parameter.name])  # Unpack[Form]
            names |= form.__required_keys__ | form.__optional_keys__
            required |= form.__required_keys__
        else:
            names.add(parameter.name)
            if parameter.default is inspect.Parameter.empty:
                required.add(parameter.name)
    return frozenset(names), frozenset(required)
