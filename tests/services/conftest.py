"""Checks in every test of a service: what its methods return is what the contract declares."""

from functools import cache
from importlib import import_module
from typing import Any

import pytest

from contracts.rpc import Operation, operations
from contracts.schema import errors_of
from messaging.testing import ServiceHarness


@cache
def _operations(service: str) -> dict[str, Operation]:
    api = getattr(import_module(f"contracts.calls.{service}"), f"{service.title()}Api")
    return operations(service, api)


@pytest.fixture(autouse=True)
def replies_match_the_contract(monkeypatch: pytest.MonkeyPatch) -> None:
    call = ServiceHarness.call

    def checked(self: ServiceHarness, method: str, **arguments: Any) -> Any:
        reply = call(self, method, **arguments)
        if reply is None and self.replayed:  # the kept reply was about a person who was erased
            return reply
        operation = _operations(self.service_class.name)[method]  # type: ignore[attr-defined]
        wrong = errors_of(operation.returns, reply)
        assert not wrong, f"{operation.service}.{method} returned what its contract does not declare: {wrong}"
        return reply

    monkeypatch.setattr(ServiceHarness, "call", checked)
