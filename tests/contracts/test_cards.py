"""The code on a card, as it is printed, typed, kept and checked (R6)."""

import pytest

from contracts import cards

CODE = "7K3M9QRTXW2EH5NA4BCD"


@pytest.mark.parametrize("typed", [CODE, "7K3M-9QRT-XW2E-H5NA-4BCD", "7k3m 9qrt xw2e h5na 4bcd\n"])
def test_a_code_is_read_as_it_is_printed_and_as_people_type_it(typed: str) -> None:
    assert cards.plain(typed) == CODE
    assert cards.shown(CODE) == "7K3M-9QRT-XW2E-H5NA-4BCD"


@pytest.mark.parametrize("typed", ["", "7K3M", f"{CODE}2", CODE.replace("7", "1"), "123456789012345678"])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert cards.plain(typed) is None


def test_the_digest_tells_cards_apart_and_the_secret_needs_the_card_and_the_pin() -> None:
    other = CODE.replace("7", "8")

    assert len(cards.digest(CODE)) == 64
    assert cards.digest(CODE) != cards.digest(other)
    assert len({cards.secret(CODE, "123456"), cards.secret(CODE, "123457"), cards.secret(other, "123456")}) == 3
