"""The code of a household card: printed, typed, and digested (R6)."""

import pytest

from contracts import cards

CODE = "7K3M9QRTXW2EH5NA4BCD"


@pytest.mark.parametrize("typed", [CODE, "7K3M-9QRT-XW2E-H5NA-4BCD", "7k3m 9qrt xw2e h5na 4bcd\n"])
def test_printed_and_typed_codes_are_normalized(typed: str) -> None:
    assert cards.normalize(typed) == CODE
    assert cards.formatted(CODE) == "7K3M-9QRT-XW2E-H5NA-4BCD"


@pytest.mark.parametrize("typed", ["", "7K3M", f"{CODE}2", CODE.replace("7", "1"), "123456789012345678"])
def test_an_invalid_code_is_none(typed: str) -> None:
    assert cards.normalize(typed) is None


def test_digests_differ_by_card_and_secrets_by_card_and_pin() -> None:
    other = CODE.replace("7", "8")

    assert len(cards.digest(CODE)) == 64
    assert cards.digest(CODE) != cards.digest(other)
    assert (
        len({cards.pin_secret(CODE, "123456"), cards.pin_secret(CODE, "123457"), cards.pin_secret(other, "123456")})
        == 3
    )
