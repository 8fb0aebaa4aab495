"""Validation errors of marshmallow are raised as `Invalid` with JSON pointers."""

from typing import Annotated, TypedDict

import pytest

from contracts import fields
from contracts.errors import Invalid
from contracts.validation import escaped, load, pointers


class Line(TypedDict):
    quantity: Annotated[int, fields.Count(1)]


class Order(TypedDict):
    lines: Annotated[list[Line], fields.ListOf(Line)]


def test_a_valid_form_is_returned() -> None:
    assert load(Order, {"lines": [{"quantity": 2}]}) == {"lines": [{"quantity": 2}]}


def test_every_error_has_a_pointer() -> None:
    with pytest.raises(Invalid) as refused:
        load(Order, {"lines": [{"quantity": 0}, {}]}, under="/order")
    assert refused.value.errors == [
        {"pointer": "/order/lines/0/quantity", "detail": "应在 1 与 2147483647 之间"},
        {"pointer": "/order/lines/1/quantity", "detail": "必填"},
    ]


def test_an_error_of_the_whole_form_points_at_the_form() -> None:
    assert pointers({"_schema": ["两者只能有一"]}, "/cap") == [{"pointer": "/cap", "detail": "两者只能有一"}]


def test_keys_are_escaped_in_json_pointers() -> None:
    assert escaped("a/b~c") == "a~1b~0c"
