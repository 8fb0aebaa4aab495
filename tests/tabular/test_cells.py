"""Parsers of cells accept what people write."""

from datetime import date, datetime

import pytest

from tabular.cells import day, moment, plain, whole, word, year, yes_or_no


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("12号院", 12),
        ("第12号院", 12),
        ("第二排", 2),
        ("二十三排", 23),
        ("一百零五", 105),
        ("十", 10),
        ("１２", 12),
        ("1,000", 1000),
        ("12.0", 12),
        ("12 号", 12),
    ],
)
def test_a_number_may_have_a_unit_separators_or_chinese_characters(text: str, number: int) -> None:
    assert whole(1, 9999, units=("号", "号院", "排"))(plain(text)) == number


@pytest.mark.parametrize("text", ["", "零", "12.5", "1,00", "12栋", "十二十", "第", "-1", "10000", "²"])
def test_another_text_is_no_number(text: str) -> None:
    with pytest.raises(ValueError, match="应为 1 到 9999 的整数"):
        whole(1, 9999, units=("号",))(text)


@pytest.mark.parametrize(
    "text", ["2024-03-01", "2024/3/1", "2024.3.1", "2024年3月1日", "20240301", "45352", "2024-03-01T08:30:00"]
)
def test_a_day_has_many_forms(text: str) -> None:
    assert day(text) == date(2024, 3, 1)


@pytest.mark.parametrize("text", ["45352.354166667", "45352.35416666666"])
def test_a_moment_may_be_excels_number(text: str) -> None:
    assert moment(text) == datetime(2024, 3, 1, 8, 30)


@pytest.mark.parametrize("text", ["2024", "99999", "45352,5", "４５３５２", "-45352", "nan"])
def test_another_number_is_no_moment(text: str) -> None:
    with pytest.raises(ValueError, match="应为时间"):
        moment(text)


@pytest.mark.parametrize("text", ["2024-02-30", "昨天", "12", "99999999"])
def test_another_text_is_no_day(text: str) -> None:
    with pytest.raises(ValueError, match="应为日期"):
        day(text)


@pytest.mark.parametrize("text", ["1980", "1980年", "1980 年生", "1980-05-01", "1980.0"])
def test_a_year_may_be_that_of_a_date(text: str) -> None:
    assert year(1900, 2100)(text) == 1980


@pytest.mark.parametrize(("text", "value"), [("是", True), ("√", True), ("Y", True), ("否", False), ("×", False)])
def test_a_tick_means_yes_and_a_cross_no(text: str, value: bool) -> None:
    assert yes_or_no(text) is value


def test_a_word_may_be_a_synonym_and_its_error_names_the_words() -> None:
    parse = word({"房东": "owner", "租户": "tenant"}, {"业主": "owner"})

    assert parse("业主") == "owner"
    with pytest.raises(ValueError, match="应为 房东 或 租户"):
        parse("房主")
