"""The words of the API's forms: marshmallow fields with our bounds, our formats and answers in Chinese.

Times, days and periods stay strings, since what arrives here is passed on as JSON: `Instant` is brought to UTC.
Use these rather than marshmallow's own, which have no bounds; `List`, `Nested`, `Boolean` and `Dict` come along.
"""

import datetime
import re
import unicodedata
from typing import Any, is_typeddict

import marshmallow as ma
from marshmallow import fields, validate
from marshmallow.fields import Boolean, Dict, List, Nested

from contracts import text
from contracts.instants import instant
from contracts.schema import schema_of

__all__ = [
    "Boolean",
    "Choice",
    "Count",
    "Day",
    "Dict",
    "Id",
    "Instant",
    "List",
    "ListOf",
    "Name",
    "Nested",
    "Number",
    "Period",
    "Phone",
    "Secret",
    "Several",
    "Text",
]

_CHINESE: dict[type[Any], dict[str, str]] = {
    fields.Field: {"required": "必填", "null": "不能为空", "validator_failed": "无效"},
    fields.Nested: {"type": "应为对象"},
    fields.List: {"invalid": "应为列表"},
    fields.String: {"invalid": "应为文字", "invalid_utf8": "不是有效的 UTF-8 文字"},
    fields.Number: {"invalid": "应为数字", "too_large": "数字过大"},
    fields.Integer: {"invalid": "应为整数"},
    fields.Float: {"special": "不是有效的数字"},
    fields.Boolean: {"invalid": "应为 true 或 false"},
    fields.Mapping: {"invalid": "应为对象"},
}
for _field, _messages in _CHINESE.items():
    _field.default_error_messages = _field.default_error_messages | _messages

validate.Length.message_min = "至少 {min} 项"
validate.Length.message_max = "最多 {max} 项"
validate.Length.message_all = "应为 {min} 至 {max} 项"
validate.Length.message_equal = "应为 {equal} 项"
validate.Range.message_min = "不能小于 {{min}}"
validate.Range.message_max = "不能大于 {{max}}"
validate.Range.message_all = "应在 {{min}} 与 {{max}} 之间"
validate.OneOf.default_message = "应为以下之一：{choices}"
validate.Regexp.default_message = "格式不正确"

LARGEST = 2**31 - 1
_MULTILINE = 200
"""Texts that may be so long may have line breaks."""


def example_id(prefix: str) -> str:
    """An id for the API's readers."""
    return f"{prefix}_01kb0p6w3v5q8s9t2x4y7z1abc"


class _Whole(validate.Regexp):
    """The whole of a text is as `pattern`, which browsers read as well as Python does."""

    def __init__(self, pattern: str, **kwargs: Any) -> None:
        super().__init__(f"^(?:{pattern})$", re.ASCII, **kwargs)
        self._whole = re.compile(pattern, re.ASCII)

    def __call__(self, value: str) -> str:  # type: ignore[override]
        if not self._whole.fullmatch(value):  # `$` alone would let a line break pass
            raise ma.ValidationError(self._format_error(value))
        return value


def _exemplified(options: dict[str, Any], example: Any) -> dict[str, Any]:
    """The field's options with an example for the API's readers, unless they have one."""
    if example is None:
        return options
    return options | {"metadata": {"example": example} | dict(options.get("metadata") or {})}


class Text(fields.String):
    """Text of `least` to `most` characters, as `contracts.text.clean` returns it; longer texts may have line breaks.

    Fields of less than 200 characters are one line: names, titles, codes.
    """

    def __init__(
        self,
        most: int = 200,
        *,
        least: int = 1,
        pattern: str | None = None,
        example: str | None = None,
        **kwargs: Any,
    ) -> None:
        error = "应为 {min} 至 {max} 字" if least else "最多 {max} 字"
        checks: list[Any] = [validate.Length(min=least or None, max=most, error=error)]
        if pattern:
            checks.append(_Whole(pattern))
        super().__init__(validate=checks, **_exemplified(kwargs, example))

        self._one_line = most < _MULTILINE

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return self._clean(super()._deserialize(value, attr, data, **kwargs))

    def _clean(self, value: str) -> str:
        try:
            return text.clean(value, one_line=self._one_line)
        except text.TextInvalid as error:
            raise ma.ValidationError(str(error)) from None


class Name(Text):
    """A person's name, as `contracts.text.person_name` returns it."""

    def _clean(self, value: str) -> str:
        try:
            return text.person_name(value)
        except text.TextInvalid as error:
            raise ma.ValidationError(str(error)) from None


class NamePart(Text):
    """What somebody searches names for, as `contracts.text.part_of_name` returns it."""

    def _clean(self, value: str) -> str:
        try:
            return text.part_of_name(value)
        except text.TextInvalid as error:
            raise ma.ValidationError(str(error)) from None


class Phone(fields.String):
    """A mainland mobile number in any usual form; passed on as eleven digits."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=validate.Length(max=40), **_exemplified(kwargs, "13800000001"))

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        try:
            return text.mobile_number(super()._deserialize(value, attr, data, **kwargs))
        except text.TextInvalid as error:
            raise ma.ValidationError(str(error)) from None


class Secret(fields.String):
    """A password, trimmed and otherwise as it was typed."""

    def __init__(self, most: int, *, least: int = 1, example: str | None = None, **kwargs: Any) -> None:
        length = validate.Length(min=least, max=most, error="应为 {min} 至 {max} 字")
        super().__init__(validate=length, **_exemplified(kwargs, example))

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        typed = super()._deserialize(value, attr, data, **kwargs).strip()
        if any(unicodedata.category(character) in ("Cc", "Cs") for character in typed):
            raise self.make_error("invalid_utf8")
        return typed


class Id(fields.String):
    """An id with the prefix, or one of the others, as `clm_…`."""

    def __init__(self, prefix: str, *others: str, **kwargs: Any) -> None:
        prefixes = f"(?:{'|'.join((prefix, *others))})" if others else prefix
        super().__init__(
            validate=_Whole(f"{prefixes}_[0-9a-z_]{{1,40}}", error="不是有效的编号"),
            **_exemplified(kwargs, example_id(prefix)),
        )


class ListOf(fields.List[Any]):
    """A list of `least` to `most` items, each a field or a typed dictionary."""

    def __init__(self, item: Any, least: int | None = None, most: int | None = None, **kwargs: Any) -> None:
        field = fields.Nested(schema_of(item)) if is_typeddict(item) else item
        super().__init__(field, validate=validate.Length(least, most), **kwargs)


class Choice(fields.String):
    """One of a few words."""

    def __init__(self, *words: str, **kwargs: Any) -> None:
        super().__init__(validate=validate.OneOf(words), **kwargs)


class Several(fields.List[Any]):
    """One or more of a few words in a query, separated by commas: `returned,submitted`."""

    is_multiple = False  # webargs hands over the parameter's text

    def __init__(self, *words: str, **kwargs: Any) -> None:
        super().__init__(Choice(*words), validate=validate.Length(1, len(words)), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        return super()._deserialize(value.split(",") if isinstance(value, str) else value, attr, data, **kwargs)


class Count(fields.Integer):
    """A whole number, no "3" and no 3.0; points, quantities, versions."""

    def __init__(self, least: int = 0, most: int = LARGEST, **kwargs: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(least, most), **kwargs)


class Number(fields.Float):
    """A finite number."""

    def __init__(self, least: float = 0, most: float = LARGEST, **kwargs: Any) -> None:
        super().__init__(validate=validate.Range(least, most), **kwargs)

    def _validated(self, value: Any) -> float:
        if not isinstance(value, int | float):
            raise self.make_error("invalid", input=value)
        return super()._validated(value)


class Instant(fields.String):
    """A moment, RFC 3339 with an offset; passed on in UTC."""

    default_error_messages = {"invalid": "应为带时区的时间，例如 2026-11-05T08:30:00+08:00"}
    _FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)\Z", re.ASCII)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**_exemplified(kwargs, "2026-11-05T08:30:00+08:00"))

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or not self._FORM.match(value):
            raise self.make_error("invalid")
        try:
            moment = datetime.datetime.fromisoformat(value).astimezone(datetime.UTC)
        except (ValueError, OverflowError) as exc:
            raise self.make_error("invalid") from exc
        return instant(moment)


class Day(fields.String):
    """A day in Asia/Shanghai, as 2026-11-05."""

    default_error_messages = {"invalid": "应为日期，例如 2026-11-05"}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**_exemplified(kwargs, "2026-11-05"))

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        try:
            if not re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
                raise ValueError
            return datetime.date.fromisoformat(value).isoformat()
        except (TypeError, ValueError) as exc:
            raise self.make_error("invalid") from exc


class Period(fields.String):
    """A month in Asia/Shanghai, as 2026-11."""

    default_error_messages = {"invalid": "应为月份，例如 2026-11"}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**_exemplified(kwargs, "2026-11"))

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(r"[12]\d{3}-(0[1-9]|1[0-2])", value, re.ASCII):
            raise self.make_error("invalid")
        return value


OPENAPI_FORMATS = {Instant: ("string", "date-time"), Day: ("string", "date"), Period: ("string", "period")}
