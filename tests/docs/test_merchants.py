"""The formats and limits on the page for merchants are those of the forms (R27)."""

from pathlib import Path

import pytest

from contracts.calls.exchange.tills import FromTill, RefundForm
from contracts.schema import schema_of
from gateway.settings import Settings

PAGE = (Path(__file__).parents[2] / "docs" / "merchants.md").read_text("utf-8")


def row(name: str) -> str:
    """Return the line of the table of formats about a field or header."""
    [found] = [line for line in PAGE.splitlines() if line.startswith(f"| {name} |")]
    return found


def accepts(form: type, **values: object) -> bool:
    errors = schema_of(form)().validate(values)
    return not errors.keys() & values.keys()


@pytest.mark.parametrize(
    ("form", "field", "good", "bad"),
    [
        (RefundForm, "points", [1, 1_000_000], [0, 1_000_001, 1.5]),
        (RefundForm, "merchant_reference", ["a" * 64, "T1_2.3:4/5-6"], ["a" * 65, "", "-1", "单号"]),
        (FromTill, "till", ["1", "1 号收银台", "a" * 40], ["", "a" * 41, "#1"]),
    ],
)
def test_a_field_takes_what_the_page_says(form, field, good, bad):
    assert row(f"`{field}`")
    assert all(accepts(form, **{field: value}) for value in good)
    assert not any(accepts(form, **{field: value}) for value in bad)


def test_the_pattern_and_the_limits_are_named():
    assert "`[A-Za-z0-9][A-Za-z0-9_.:/-]*`" in row("`merchant_reference`")
    assert f"{int(Settings.key_rate_limit.partition('/')[0]):,} requests a minute" in row("rate")
    assert f"up to {Settings.json_limit // 1024} KiB" in PAGE
