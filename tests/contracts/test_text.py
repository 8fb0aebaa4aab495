"""What a person writes is stored in one form; what cannot be seen is refused by name and place."""

import pytest

from contracts.text import COMPOUND_SURNAMES, TextInvalid, clean, masked_name, mobile_number, person_name


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("  清扫\u3000巷道 ", "清扫 巷道"),
        ("一\r\n二\r三", "一\n二\n三"),
        ("cafe\u0301", "café"),
        ("全家👨\u200d👩\u200d👧都来了❤\ufe0f", "全家👨\u200d👩\u200d👧都来了❤\ufe0f"),
        ("葛\U000e0100", "葛\U000e0100"),
        ("𪚥 \U00031350 \U0002ebf0", "𪚥 \U00031350 \U0002ebf0"),
    ],
    ids=["spaces", "line breaks", "accents", "emoji", "a variant of a character", "rare characters"],
)
def test_a_text_is_stored_in_one_form(written: str, stored: str) -> None:
    assert clean(written) == stored


@pytest.mark.parametrize(
    "character",
    [*"\u200b\u202e\u2066\ufeff\ue000\x00\x1b\u00ad\u3164\u2800\U000e0041\ufffe\u200d"],
)
def test_what_cannot_be_seen_is_refused_by_name_and_place(character: str) -> None:
    with pytest.raises(TextInvalid, match=f"第 2 个字符是看不见或不能使用的字符 U\\+{ord(character):04X}"):
        clean(f"张{character}三")


def test_a_text_of_what_cannot_be_seen_is_no_text() -> None:
    with pytest.raises(TextInvalid):
        clean("\u200b")


def test_one_line_has_no_line_break() -> None:
    with pytest.raises(TextInvalid, match="第 2 个字符是换行"):
        clean("张\n三", one_line=True)


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("王 㛃", "王㛃"),
        ("张　　三", "张三"),
        *((f"阿卜杜拉{dot}买买提", "阿卜杜拉·买买提") for dot in "·•‧∙⋅・･.．"),
        ("阿卜杜拉 · 买买提", "阿卜杜拉·买买提"),
        ("Anna  Maria St. John", "Anna Maria St. John"),
    ],
)
def test_a_name_has_one_spelling(written: str, stored: str) -> None:
    assert person_name(written) == stored


@pytest.mark.parametrize("text", ["···", "123", "👍"])
def test_a_name_has_letters(text: str) -> None:
    with pytest.raises(TextInvalid, match="姓名里应有文字"):
        person_name(text)


@pytest.mark.parametrize(
    ("name", "masked"), [("张三", "张*"), ("欧阳修", "欧阳*"), ("欧阳", "欧*"), ("诸葛孔明", "诸葛*"), ("李", "李*")]
)
def test_a_masked_name_keeps_the_surname_whole(name: str, masked: str) -> None:
    assert masked_name(name) == masked


def test_every_compound_surname_has_two_characters() -> None:
    assert {len(surname) for surname in COMPOUND_SURNAMES} == {2}


@pytest.mark.parametrize(
    "text",
    [
        "13900000001",
        "+86 139-0000-0001",
        "8613900000001",
        "0086 13900000001",
        "（86）139 0000 0001",
        "１３９００００００01",
    ],
)
def test_a_phone_number_is_understood_in_any_usual_form(text: str) -> None:
    assert mobile_number(text) == "13900000001"


@pytest.mark.parametrize("text", ["", "1390000000", "+4915112345678", "12900000001", "139000000011", "010-12345678"])
def test_another_number_is_refused(text: str) -> None:
    with pytest.raises(TextInvalid, match="手机号应为11位大陆手机号"):
        mobile_number(text)
