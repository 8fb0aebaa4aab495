"""Every text of the pages is in the catalogues, in English."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.extract import extract

from web import languages

WEB = Path(languages.__file__).parent
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "later": None}
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
MODULES = sorted(
    [
        *(WEB / "desk").rglob("*.py"),
        *(WEB / "pages").rglob("*.py"),
        WEB / "app.py",
        WEB / "calendar_file.py",
        WEB / "words.py",
    ]
)
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def messages(path: Path) -> Iterator[str]:
    method = "jinja2.ext:babel_extract" if path.suffix == ".html" else "python"
    with path.open("rb") as file:
        for _, message, _, _ in extract(method, file, keywords=KEYWORDS, options={"silent": "false"}):
            yield from [message] if isinstance(message, str) else message


@pytest.mark.parametrize("path", [*TEMPLATES, *MODULES], ids=lambda path: path.relative_to(WEB).as_posix())
def test_every_message_has_an_english_translation(path: Path) -> None:
    english = languages.translations("en")

    missing = [message for message in messages(path) if message and english.gettext(message) == message]

    assert missing == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.relative_to(WEB).as_posix())
def test_a_template_has_no_chinese_outside_of_messages(path: Path) -> None:
    text = path.read_text()
    text = re.sub(r"{#.*?#}", "", text, flags=re.DOTALL)
    text = re.sub(r"_\((\"[^\"]*\"|'[^']*')", "", text)
    text = re.sub(r"ngettext\(\"[^\"]*\", \"[^\"]*\"", "", text)

    assert CHINESE.findall(text) == []


def test_no_catalogue_translates_a_message_that_is_gone() -> None:
    used = {message for path in [*TEMPLATES, *MODULES] for message in messages(path)}
    stored = languages.catalogue("en")

    gone = [message.id for message in stored if message.id and message.id not in used]

    assert gone == []


def test_a_message_has_one_translation_in_all_catalogues() -> None:
    found: dict[object, dict[object, str]] = {}
    for path in sorted((languages.CATALOGUES / "en").glob("*.po")):
        for message in languages.entries(path):
            found.setdefault(message.id, {})[message.string] = path.name

    assert {message: texts for message, texts in found.items() if len(texts) > 1} == {}


def test_placeholders_are_the_same_in_both_languages() -> None:
    for message in languages.catalogue("en"):
        if message.id:
            assert sorted(re.findall(r"%\(\w+\)s", str(message.id))) == sorted(
                re.findall(r"%\(\w+\)s", str(message.string))
            ), message.id
