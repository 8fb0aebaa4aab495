"""Marshmallow schemas derived from the typed dictionaries that declare forms and replies."""

from types import NoneType
from typing import Annotated, Any, Generic, Literal, NotRequired, TypedDict, TypeVar

import marshmallow as ma
import pytest

from contracts import fields
from contracts.schema import Doc, Instant, Schema, errors_of, schema_of

T = TypeVar("T")


class Part(TypedDict):
    title: Annotated[str, fields.Text(10)]


class Form(TypedDict):
    item: Annotated[str, fields.Text(5)]
    quantity: Annotated[int, fields.Count(1, 9, load_default=1)]
    person_id: NotRequired[Annotated[str, fields.Id("per")]]
    parts: Annotated[list[Part], fields.ListOf(Part, most=2, load_default=list)]


class Reply(TypedDict):
    """A reply."""

    id: str
    state: Literal["open", "closed"]
    at: Instant
    closed_at: Instant | None
    score: Annotated[float | None, Doc("Out of 100", example=87.5)]
    parts: list[Part]
    marks: dict[str, int]


def field_of(form: Any, name: str) -> ma.fields.Field[Any]:
    found: ma.fields.Field[Any] = schema_of(form)().fields[name]
    return found


def test_a_key_is_required() -> None:
    assert schema_of(Form)().validate({}) == {"item": ["必填"]}


def test_a_default_is_filled_in() -> None:
    assert schema_of(Form)().load({"item": "a"}) == {"item": "a", "quantity": 1, "parts": []}


def test_an_optional_key_that_was_not_sent_stays_absent() -> None:
    assert "person_id" not in schema_of(Form)().load({"item": "a"})


def test_a_field_keeps_its_bounds() -> None:
    assert schema_of(Form)().validate({"item": "abcdef", "quantity": 10}).keys() == {"item", "quantity"}


def test_an_unknown_key_is_refused() -> None:
    assert schema_of(Form)().validate({"item": "a", "other": 1}) == {"other": ["未知字段"]}


def test_lists_of_typed_dictionaries_are_checked_item_by_item() -> None:
    wrong: dict[str, Any] = schema_of(Form)().validate({"item": "a", "parts": [{"title": "fine"}, {}]})
    assert wrong == {"parts": {1: {"title": ["必填"]}}}


def test_none_in_a_type_allows_null() -> None:
    assert field_of(Reply, "closed_at").allow_none
    assert not field_of(Reply, "at").allow_none


def test_a_literal_is_described_as_an_enum() -> None:
    assert field_of(Reply, "state").metadata == {"enum": ["open", "closed"]}


def test_doc_becomes_metadata() -> None:
    assert field_of(Reply, "score").metadata == {"description": "Out of 100", "example": 87.5}
    assert field_of(Reply, "at").metadata == {"format": "date-time"}


def test_a_later_doc_overrides_an_earlier_one() -> None:
    class Hashed(TypedDict):
        root: Annotated[Annotated[str, Doc("A hash", example="9f…")], Doc("The root")]

    assert field_of(Hashed, "root").metadata == {"description": "The root", "example": "9f…"}


def test_a_schema_is_created_once_and_named_after_its_dictionary() -> None:
    assert schema_of(Reply) is schema_of(Reply)
    assert schema_of(Reply).__name__ == "Reply"


def test_a_base_adds_checks_over_several_fields() -> None:
    class Range(TypedDict):
        first: int
        last: int

    class Ordered(Schema):
        @ma.validates_schema
        def in_order(self, data: dict[str, Any], **_: Any) -> None:
            if data["last"] < data["first"]:
                raise ma.ValidationError("顺序不对")

    assert schema_of(Range, Ordered)().validate({"first": 2, "last": 1}) == {"_schema": ["顺序不对"]}


def test_a_generic_dictionary_is_checked_with_its_argument() -> None:
    class Listing(TypedDict, Generic[T]):
        data: list[T]

    assert errors_of(Listing[Part], {"data": [{"title": "fine"}]}) == {}
    assert errors_of(Listing[Part], {"data": [{"title": 1}]}) == {"value": {"data": {0: {"title": ["应为文字"]}}}}


@pytest.mark.parametrize(
    ("hint", "right", "wrong"),
    [
        (Reply | None, None, {"id": "1"}),
        (list[str], ["a"], [1]),
        (list[tuple[str, int]], [["a", 1]], [["a"]]),
        (None, None, "a"),
        (dict[str, int], {"a": 1}, {"a": "b"}),
        (Part | list[str], {"title": "fine"}, {"title": 1}),
        (Part | list[str], ["a"], [1]),
    ],
)
def test_a_reply_of_any_type_is_checked(hint: Any, right: Any, wrong: Any) -> None:
    assert not errors_of(hint or NoneType, right)
    assert errors_of(hint or NoneType, wrong)


def test_a_type_without_a_field_is_refused_when_the_schema_is_created() -> None:
    class Odd(TypedDict):
        what: complex

    with pytest.raises(TypeError, match="Annotated"):
        schema_of(Odd)
