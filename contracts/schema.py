"""Marshmallow schemas of typed dictionaries: one declaration of a form or a reply for types, checks and OpenAPI.

    class ClaimForm(TypedDict):
        item: Annotated[str, fields.Text(40, example="cleanup")]                 # a field of `contracts.fields`
        quantity: Annotated[int, fields.Count(1, 10_000, load_default=1)]        # may be left out by the sender
        person_id: NotRequired[Annotated[str, fields.Id("per")]]                 # is left out when it was not sent

    class Claim(TypedDict):
        id: str
        status: Literal["submitted", "final"]
        happened_at: Instant
        points: Annotated[int, Doc("As declared: score × quantity")]
        entry_id: str | None
        evidence: list[Evidence]

    schema_of(ClaimForm)().load(body)

A key that is not `NotRequired` is required, unless its field has a `load_default`. `None` in a type allows null.
"""

from copy import deepcopy
from types import NoneType, UnionType
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Required,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

import marshmallow as ma

from contracts.instants import with_z


class Schema(ma.Schema):
    """Refuses unknown fields when loading and leaves them out when dumping."""

    class Meta:
        unknown = ma.RAISE

    error_messages = {"unknown": "未知字段", "type": "应为对象"}


class Doc:
    """What the API's description says of a field: `Doc("Out of 100, weighted", example=87.5)`."""

    def __init__(self, description: str | None = None, **metadata: Any) -> None:
        self.metadata = metadata | ({"description": description} if description else {})


class InstantText(ma.fields.String):
    """A moment that a service wrote in UTC; given out with `Z`, whichever way it was written."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return with_z(super()._serialize(value, attr, obj, **kwargs))


Instant = Annotated[str, InstantText(), Doc(format="date-time")]
"""A moment as replies have it: RFC 3339, UTC, with `Z`."""
Month = Annotated[str, Doc(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", example="2026-11")]
"""A month in Asia/Shanghai as replies have it: 2026-11."""
Day = Annotated[str, Doc(format="date")]
"""A day in Asia/Shanghai as replies have it: 2026-11-05."""

_FIELDS: dict[Any, type[ma.fields.Field[Any]]] = {
    str: ma.fields.String,
    int: ma.fields.Integer,
    float: ma.fields.Float,
    bool: ma.fields.Boolean,
    dict: ma.fields.Dict,
    Any: ma.fields.Raw,
}
_schemas: dict[Any, type[ma.Schema]] = {}
_checks: dict[Any, ma.Schema] = {}


def schema_of(form: Any, base: type[ma.Schema] = Schema) -> type[ma.Schema]:
    """Return the schema of a typed dictionary, made once; `base` adds validators that look at several fields.

    A form with a `base` is given it right below its definition, before another form nests it.
    """
    if form not in _schemas:
        declared = get_origin(form) or form  # Page[Claim] is declared as Page
        arguments = dict(zip(getattr(declared, "__parameters__", ()), get_args(form), strict=True))
        hints = get_type_hints(declared, include_extras=True)
        made = base.from_dict(
            {
                name: _field(_substituted(hint, arguments), required=name in declared.__required_keys__)
                for name, hint in hints.items()
            },
            name=declared.__name__,
        )
        made.__doc__ = declared.__doc__
        _schemas[form] = made
    return _schemas[form]


def errors_of(hint: Any, value: Any) -> dict[str, Any]:
    """Return what marshmallow finds wrong with `value`, JSON primitives, as a reply of the type `hint`.

    A value of a union is right if it is of one of its types.
    """
    if get_origin(hint) in (Union, UnionType):
        found = [errors_of(each, value) for each in get_args(hint)]
        return {} if {} in found else found[0]
    if hint is NoneType:
        return {} if value is None else {"value": ["not None"]}
    if hint not in _checks:
        _checks[hint] = Schema.from_dict({"value": _field(hint, required=True)})()
    return dict(_checks[hint].validate({"value": value}))


def _substituted(hint: Any, arguments: dict[Any, Any]) -> Any:
    """Return `hint` with the type variables of a generic typed dictionary replaced."""
    if not arguments or not getattr(hint, "__parameters__", None):
        return arguments.get(hint, hint)
    return hint[tuple(arguments[parameter] for parameter in hint.__parameters__)]


def _field(hint: Any, *, required: bool) -> ma.fields.Field[Any]:
    """Return the field of one annotation. Raises TypeError for a type that has none."""
    metadata: dict[str, Any] = {}
    given: ma.fields.Field[Any] | None = None
    nullable = False
    while True:
        origin, arguments = get_origin(hint), get_args(hint)
        if origin is Annotated:
            described: dict[str, Any] = {}
            for mark in hint.__metadata__:
                if isinstance(mark, Doc):
                    described |= mark.metadata  # Annotated flattens: the outermost comes last
                elif isinstance(mark, ma.fields.Field):
                    given = given or deepcopy(mark)
            metadata = described | metadata
            hint = arguments[0]
        elif origin in (Required, NotRequired):
            hint = arguments[0]
        elif origin in (Union, UnionType) and len(arguments) == 2 and NoneType in arguments:
            nullable = True
            [hint] = (each for each in arguments if each is not NoneType)
        else:
            break
    field = given or _made(hint)
    field.metadata = {**field.metadata, **metadata}
    field.required = required and field.load_default is ma.missing
    field.allow_none = field.allow_none or nullable
    if field.allow_none and None not in field.metadata.get("enum", (None,)):
        field.metadata = {**field.metadata, "enum": [*field.metadata["enum"], None]}
    return field


def _made(hint: Any) -> ma.fields.Field[Any]:
    origin, arguments = get_origin(hint), get_args(hint)
    if is_typeddict(origin or hint):
        return ma.fields.Nested(schema_of(hint))
    if origin is list:
        return ma.fields.List(_field(arguments[0], required=False))
    if origin is tuple:
        return ma.fields.Tuple([_field(each, required=False) for each in arguments])
    if origin is dict:
        return ma.fields.Dict(keys=_field(arguments[0], required=False), values=_field(arguments[1], required=False))
    if origin is Literal:
        kind = _FIELDS[type(arguments[0])]
        return kind(metadata={"enum": list(arguments)})
    if hint in _FIELDS:
        return _FIELDS[hint]()
    raise TypeError(f"{hint!r} has no field: give it one with Annotated")
