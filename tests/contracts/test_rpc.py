"""Declarations of calls: names, arguments, replies, and whether they are commands or queries."""

from importlib import import_module
from typing import NotRequired, Protocol, TypedDict, Unpack, get_args

import pytest
from nameko.extensions import ENTRYPOINT_EXTENSIONS_ATTR

from contracts.rpc import Caller, Page, command, operations, query
from deploy import SERVICES
from messaging.consumer.rpc import Command, Query


class Form(TypedDict):
    item: str
    note: NotRequired[str]


class ShopApi(Protocol):
    @command
    def order(self, *, actor: Caller, quantity: int = 1, **form: Unpack[Form]) -> str: ...

    @query
    def list_orders(self, *, actor: Caller, limit: int = 20) -> Page[str]: ...

    def helper(self) -> None: ...


CALLS = operations("shop", ShopApi)


def test_only_commands_and_queries_can_be_called() -> None:
    assert {name: call.kind for name, call in CALLS.items()} == {"order": "command", "list_orders": "query"}


def test_the_keys_of_an_unpacked_form_are_arguments() -> None:
    assert CALLS["order"].parameters == {"actor", "quantity", "item", "note"}
    assert CALLS["order"].required == {"actor", "item"}


def test_declared_arguments_pass() -> None:
    CALLS["order"].check({"actor": {}, "item": "soap", "note": "soon"})


@pytest.mark.parametrize("arguments", [{"actor": {}}, {"actor": {}, "item": "soap", "colour": "red"}])
def test_missing_and_undeclared_arguments_are_refused(arguments: dict[str, object]) -> None:
    with pytest.raises(TypeError, match=r"shop\.order"):
        CALLS["order"].check(arguments)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_offers_exactly_the_calls_that_its_contract_declares(service: str) -> None:
    service_class = getattr(import_module(f"services.{service}.service"), f"{service.title()}Service")
    api = getattr(import_module(f"contracts.calls.{service}"), f"{service.title()}Api")
    kinds = {Command: "command", Query: "query"}
    offered = {
        name: kinds[type(entrypoint)]
        for name in dir(service_class)
        for entrypoint in getattr(getattr(service_class, name), ENTRYPOINT_EXTENSIONS_ATTR, ())
        if type(entrypoint) in kinds
    }
    assert offered == {name: call.kind for name, call in operations(service, api).items()}


def test_a_page_of_a_type_has_rows_of_that_type() -> None:
    assert get_args(CALLS["list_orders"].returns) == (str,)
