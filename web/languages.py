"""Languages of the desk: Chinese as written in code and templates, English by the catalogues in `translations/en`.

Each subject has a catalogue of its own, so that people who add pages do not edit one file. They are read when the
application starts; nothing is compiled.
"""

import io
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import g, has_request_context, session

LANGUAGES = {"zh": "中文", "en": "English"}
CATALOGUES = Path(__file__).parent / "translations"
_PAGE_LANGUAGES = {"zh": "zh-CN", "en": "en"}


def language() -> str:
    """Return the language of this request: the session's choice, Chinese by default and on public pages."""
    if not has_request_context() or not g.get("is_desk", False):
        return "zh"
    chosen = session.get("language", "zh")
    return chosen if chosen in LANGUAGES else "zh"


def page_language() -> str:
    """Return the language of this request as HTML names it."""
    return _PAGE_LANGUAGES[language()]


def gettext(message: str, /, **values: object) -> str:
    """Return a message in the language of this request, with values put in."""
    text = translations(language()).gettext(message)
    return text % values if values else text


def ngettext(singular: str, plural: str, number: int, /, **values: object) -> str:
    """Return the message for a number in the language of this request."""
    return translations(language()).ngettext(singular, plural, number) % {"num": number, **values}


def later(message: str) -> str:
    """Return a message as it is, marked for translation where it is shown."""
    return message


@cache
def translations(name: str) -> NullTranslations:
    """Return the translations of a language."""
    together = catalogue(name)
    if not len(together):
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, together)
    compiled.seek(0)
    return GNUTranslations(compiled)


def catalogue(name: str) -> Catalog:
    """Return all catalogues of a language as one; of two translations of one message the first by file."""
    together = Catalog(locale=name)
    for path in sorted((CATALOGUES / name).glob("*.po")):
        for message in entries(path):
            if message.id not in together:
                together.add(message.id, message.string)
    return together


def entries(path: Path) -> list[Message]:
    """Return the translated messages of a catalogue."""
    with path.open("rb") as file:
        return [message for message in read_po(file, locale=path.parent.name) if message.id and message.string]
