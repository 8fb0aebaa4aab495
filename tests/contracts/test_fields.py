"""Field types of forms: which values each accepts, and how it returns them."""

from typing import Any

import marshmallow as ma
import pytest

from contracts import fields


def load(field: ma.fields.Field[Any], value: object) -> Any:
    loaded: dict[str, Any] = ma.Schema.from_dict({"it": field})().load({"it": value})
    return loaded["it"]


@pytest.mark.parametrize(
    ("field", "value", "loaded"),
    [
        (fields.Text(), "  扫地\n", "扫地"),
        (fields.Text(least=0), "", ""),
        (fields.Id("clm", "rev"), "rev_01jd", "rev_01jd"),
        (fields.Count(), 0, 0),
        (fields.Number(), 1, 1.0),
        (fields.Choice("a", "b"), "a", "a"),
        (fields.Instant(), "2026-11-05T08:30:00+08:00", "2026-11-05T00:30:00Z"),
        (fields.Instant(), "2026-11-05T08:30:00.25Z", "2026-11-05T08:30:00.250000Z"),
        (fields.Day(), "2026-11-05", "2026-11-05"),
        (fields.Period(), "2026-11", "2026-11"),
    ],
)
def test_a_valid_value_is_loaded_as_json(field: ma.fields.Field[Any], value: object, loaded: object) -> None:
    assert load(field, value) == loaded


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (fields.Text(), ""),
        (fields.Text(), "   "),
        (fields.Text(3), "四个汉字"),
        (fields.Text(), "a\0b"),
        (fields.Text(), "a\x1bb"),
        (fields.Text(), "\ud800"),
        (fields.Text(), 7),
        (fields.Text(), None),
        (fields.Text(), ["a"]),
        (fields.Id("clm"), "rev_01jd"),
        (fields.Id("clm"), "clm_"),
        (fields.Id("clm"), "clm_" + "x" * 41),
        (fields.Id("clm"), "clm_1\n"),
        (fields.Count(), "3"),
        (fields.Count(), 3.5),
        (fields.Count(), True),
        (fields.Count(), -1),
        (fields.Count(), 2**31),
        (fields.Number(), "3"),
        (fields.Number(), float("nan")),
        (fields.Number(), float("inf")),
        (fields.Number(), True),
        (fields.Choice("a"), "b"),
        (fields.Choice("a"), {}),
        (fields.Instant(), "2026-11-05T08:30:00"),
        (fields.Instant(), "2026-11-05"),
        (fields.Instant(), "2026-02-30T08:30:00Z"),
        (fields.Instant(), "0001-01-01T00:00:00+08:00"),
        (fields.Instant(), 0),
        (fields.Day(), "2026-02-30"),
        (fields.Day(), "20261105"),
        (fields.Day(), 20261105),
        (fields.Period(), "2026-13"),
        (fields.Period(), "2026-11-05"),
        (fields.Period(), None),
    ],
)
def test_an_invalid_value_is_refused_in_chinese(field: ma.fields.Field[Any], value: object) -> None:
    with pytest.raises(ma.ValidationError) as refused:
        load(field, value)
    [message] = refused.value.messages_dict["it"]
    assert any("\u4e00" <= char <= "\u9fff" for char in message), message
