"""What a person may write: one rule for text, one for names of people, one for phone numbers.

The functions return the text as it is stored and compared, or raise TextInvalid, which says what is wrong and where.
"""

import re
import unicodedata

_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Characters that show nothing although their category is that of letters, marks or symbols."""
_JOINERS = "\u200c\u200d"
"""Needed within emoji and some scripts; invisible beside Chinese and Latin letters."""
_SPACES = re.compile(r"[^\S\n]+")
_HAN = "\u2e80-\u2fdf\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SPACE_IN_CHINESE = re.compile(rf"(?<=[{_HAN}])\s+(?=[{_HAN}])")
_DOTS = re.compile(r"\s*[·\u2022\u2027\u2219\u22c5\u30fb\uff65\u0387\u25cf\u16eb\uff0e.]\s*(?=\S)")
_DOT = "·"
_MOBILE = re.compile(r"(?:\+?86|0086)?(1[3-9][0-9]{9})")

_SURNAMES = (
    "欧阳太史端木上官司马东方独孤南宫万俟闻人夏侯诸葛尉迟公羊赫连澹台皇甫宗政濮阳公冶太叔申屠公孙慕容仲孙钟离长孙宇文司徒鲜于司空闾丘子车亓官司寇巫马公西颛孙壤驷公良"
    "漆雕乐正宰父谷梁拓跋夹谷轩辕令狐段干百里呼延东郭南门羊舌微生梁丘左丘东门西门南荣第五"
)
COMPOUND_SURNAMES = frozenset(_SURNAMES[start : start + 2] for start in range(0, len(_SURNAMES), 2))
"""复姓: they stay whole where a name is masked."""


class TextInvalid(ValueError):
    """A text has a character that must not be in it, or is no name or phone number."""


def clean(text: str, *, one_line: bool = False) -> str:
    """Return a text in Unicode's normal form C, without spaces around it and with single spaces in it.

    Raises TextInvalid for control characters, characters that are invisible or change the direction of others, and
    characters of private use; for a line break if the text must be `one_line`.
    """
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    lines = [_SPACES.sub(" ", line).strip() for line in text.split("\n")]
    text = "\n".join(lines).strip()
    for index, character in enumerate(text):
        if character == "\n" and not one_line:
            continue
        if not _may_be_written(text, index):
            raise TextInvalid(f"第 {index + 1} 个字符是{_title(character)}，请删去")
    return text


def _may_be_written(text: str, index: int) -> bool:
    character = text[index]
    if character in _JOINERS:
        around = (text[index - 1 : index], text[index + 1 : index + 2])
        return all(beside and not re.match(rf"[\s!-~{_HAN}]", beside) for beside in around)
    code = ord(character)
    is_noncharacter = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    hidden = unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp")
    return not hidden and not is_noncharacter and character not in _FILLERS


def _title(character: str) -> str:
    if character == "\n":
        return "换行"
    name = unicodedata.name(character, "")
    return f"看不见或不能使用的字符 U+{ord(character):04X}" + (f"（{name}）" if name else "")


def person_name(text: str) -> str:
    """Return a person's name as it is stored: one line, no spaces between Chinese characters, one dot of all dots.

    阿卜杜拉•买买提 and 阿卜杜拉·买买提 are one name, and so are 王 㛃 and 王㛃. Raises TextInvalid as `clean` does, and
    for a name without a letter.
    """
    name = part_of_name(text)
    if not any(unicodedata.category(character)[0] in "LC" for character in name):
        raise TextInvalid("姓名里应有文字")
    return name


def part_of_name(text: str) -> str:
    """Return what people search names for in the form in which names are stored. Raises TextInvalid as `clean` does."""
    name = _SPACE_IN_CHINESE.sub("", clean(text, one_line=True))
    return _DOTS.sub(_DOT, name) if re.search(rf"[{_HAN}]", name) else name


def masked_name(name: str) -> str:
    """Return a name as the public sees it (R14): the surname and a star, 张* or 欧阳*."""
    compound = len(name) > 2 and name[:2] in COMPOUND_SURNAMES
    return f"{name[: 2 if compound else 1]}*"


def mobile_number(text: str) -> str:
    """Return the eleven digits of a mainland mobile number, written in any usual way.

    `+86 139-0000-0001`, `(86)139 0000 0001` and full-width digits are understood. Raises TextInvalid for another text.
    """
    digits = re.sub(r"[\s()\-\u2010-\u2015·.]", "", unicodedata.normalize("NFKC", text))
    found = _MOBILE.fullmatch(digits)
    if not found:
        raise TextInvalid("手机号应为11位大陆手机号")
    return found[1]
