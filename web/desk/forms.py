"""Forms of the desk: they keep what was typed, whatever the platform answers."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http import HTTPStatus

from flask import request
from werkzeug.datastructures import MultiDict

from web.api import ApiError

KEY = "_key"
RESUMED = "_resumed"
"""Set when a form comes back after signing in again: it is shown, and sent only when its user sends it."""
_TYPED = "typed."
_OWN = {KEY, RESUMED, "csrf_token"}


class Form:
    """What a form contains, the errors beside its fields, and the key under which it has one effect."""

    def __init__(self, values: MultiDict[str, str], key: str, *, is_sent: bool) -> None:
        self.values, self.key, self.is_sent = values, key, is_sent
        self.errors: dict[str, str] = {}
        self.notice: str | None = None
        self.code: str | None = None
        """Code of the refusal."""
        self.status = int(HTTPStatus.OK)

    @classmethod
    def of_request(cls, **initial: str | Sequence[str] | None) -> "Form":
        """Return what was posted, or came back after signing in again; else a new form with initial values."""
        if request.method != "POST":
            return cls(_filled(initial), secrets.token_hex(16), is_sent=False)
        return cls._posted(_TYPED, is_sent=False) if RESUMED in request.form else cls._posted("", is_sent=True)

    @classmethod
    def empty(cls) -> "Form":
        """Return a form with nothing in it and a key of its own, for a page with several."""
        return cls(MultiDict(), secrets.token_hex(16), is_sent=False)

    @classmethod
    def of_sign_in(cls) -> "Form":
        """Return the form of a sign-in, which may carry another form that is to come back."""
        return cls._posted("", is_sent=request.method == "POST")

    @classmethod
    def _posted(cls, prefix: str, *, is_sent: bool) -> "Form":
        fields = {name.removeprefix(prefix): values for name, values in request.form.lists() if name.startswith(prefix)}
        key = fields.get(KEY, [secrets.token_hex(16)])[0]
        return cls(MultiDict({name: fields[name] for name in fields if name not in _OWN}), key, is_sent=is_sent)

    def text(self, name: str) -> str:
        """Return what a field contains, without blanks around it."""
        return self.values.get(name, "").strip()

    def optional(self, name: str) -> str | None:
        """Return what a field contains, None if nothing."""
        return self.text(name) or None

    def number(self, name: str) -> int | str | None:
        """Return a whole number; what is none is returned as text, which the platform refuses with its reason."""
        text = self.text(name)
        return int(text) if text.lstrip("-").isascii() and text.lstrip("-").isdigit() else text or None

    def checked(self, name: str) -> bool:
        """Return whether a box is ticked."""
        return name in self.values

    def chosen(self, name: str) -> list[str]:
        """Return every value of a field."""
        return self.values.getlist(name)

    def refuse(self, detail: str, name: str | None = None) -> None:
        """Note that the form was not accepted, beside a field or above all."""
        self.status = HTTPStatus.UNPROCESSABLE_ENTITY
        if name is None:
            self.notice = detail
        else:
            self.errors[name] = detail

    @property
    def is_accepted(self) -> bool:
        """Whether the form was sent and nothing was refused."""
        return self.is_sent and self.status == HTTPStatus.OK

    @contextmanager
    def sending(self, fields: Mapping[str, str] | None = None) -> Iterator[None]:
        """Note what the API refuses in the block. `fields` maps the API's pointers to other names of fields.

        After a refusal the next attempt has a new key, because it is another request. When nobody knows whether the
        request took effect, the key stays.
        """
        try:
            yield
        except ApiError as error:
            self.status, self.notice, self.code = error.status, error.detail, error.code
            for pointer, detail in error.errors.items():
                self.errors.setdefault((fields or {}).get(pointer, _name_of(pointer)), detail)
            if error.status < HTTPStatus.INTERNAL_SERVER_ERROR and error.code != "request_in_progress":
                self.key = secrets.token_hex(16)


def typed_fields() -> list[tuple[str, str]]:
    """Return the posted fields under the names that bring them back to their form after signing in again."""
    return [
        (_TYPED + name, value)
        for name, values in request.form.lists()
        for value in values
        if name not in ("csrf_token", RESUMED)
    ]


def _filled(initial: Mapping[str, str | Sequence[str] | None]) -> MultiDict[str, str]:
    values: MultiDict[str, str] = MultiDict()
    for name, value in initial.items():
        if isinstance(value, str):
            values.add(name, value)
        elif value is not None:
            values.setlist(name, list(value))
    return values


def _name_of(pointer: str) -> str:
    """Return `/scores/0/points` as `scores.0.points`; bodies and queries may stand before it."""
    return pointer.lstrip("/").replace("/", ".")
