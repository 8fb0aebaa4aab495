"""Ids and months in addresses: nothing else becomes part of a path of the API."""

import re

from werkzeug.exceptions import NotFound
from werkzeug.routing import BaseConverter


class IdConverter(BaseConverter):
    """An id as the platform gives it: `com_01kb0p6w3v`."""

    regex = "[a-z]{2,5}_[0-9a-z_]{1,60}"

    @classmethod
    def matches(cls, text: str) -> bool:
        """Return whether a text is an id."""
        return re.fullmatch(cls.regex, text, re.ASCII) is not None


class MonthConverter(BaseConverter):
    """A month as the platform writes it: `2026-11`."""

    regex = "[12][0-9]{3}-(?:0[1-9]|1[0-2])"


def id_of(text: str) -> str:
    """Return a text that is an id, for a path of the API. Raise NotFound for any other."""
    if not IdConverter.matches(text):
        raise NotFound
    return text
