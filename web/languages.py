"""Languages of the desk: Chinese as written in code and templates, English by the catalogues in `translations/en`.

Each subject has a catalogue of its own, so that people who add pages do not edit one file. They are read when the
application starts; nothing is compiled.
"""

import io
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from urllib.parse import quote, urlencode

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import g, has_request_context, request, session

LANGUAGES = {"zh": "中文", "en": "English"}
ENGLISH = "/en"
"""What addresses of public pages in English begin with; each page is kept by its address."""
CATALOGUES = Path(__file__).parent / "translations"
_PAGE_LANGUAGES = {"zh": "zh-CN", "en": "en"}


def language() -> str:
    """Return the language of this request: by the address of a public page, by the session's choice at the desk."""
    if not has_request_context():
        return "zh"
    if not g.get("is_desk", False):
        return "en" if request.path == ENGLISH or request.path.startswith(f"{ENGLISH}/") else "zh"
    chosen = session.get("language", "zh")
    return chosen if chosen in LANGUAGES else "zh"


def root() -> str:
    """Return what addresses of public pages in the language of this request begin with."""
    return ENGLISH if language() == "en" else ""


def other_address(code: str) -> str:
    """Return the address of this public page in another language; that of the first page if this is none."""
    path = request.path.removeprefix(ENGLISH) if request.url_rule else "/"
    query = f"?{urlencode(request.args)}" if request.url_rule and request.args else ""
    return (ENGLISH if code == "en" else "") + quote(path or "/") + query


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
