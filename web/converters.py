"""Ids in addresses: nothing else becomes part of a path of the API."""

import re

from werkzeug.routing import BaseConverter


class IdConverter(BaseConverter):
    """An id as the platform gives it: `com_01kb0p6w3v`."""

    regex = "[a-z]{2,5}_[0-9a-z_]{1,60}"

    @classmethod
    def matches(cls, text: str) -> bool:
        """Return whether a text is an id."""
        return re.fullmatch(cls.regex, text, re.ASCII) is not None
