"""Checks what residents write before others see it (R31): a list of words, and WeChat's `msg_sec_check`.

A check passes a text, finds it risky, or does not answer. Only what passed every check is visible at once; everything
else waits for a person, who decides: no check hides or refuses anything by itself.
"""

import unicodedata
from functools import cache
from pathlib import Path
from typing import Literal, Protocol

from flask import Flask, current_app

from contracts.errors import Refusal
from gateway.settings import Settings
from gateway.wechat import WeChat

Verdict = Literal["passed", "risky", "unanswered"]
_USUAL_WORDS = Path(__file__).with_name("content_words.txt")


class ContentCheck(Protocol):
    """One way to check a text."""

    def check(self, text: str, wechat_code: str | None) -> Verdict:
        """Return what it says of a text; `wechat_code` is a fresh code of its author's `wx.login`, if there is one."""


class WordList:
    """Finds words of a list, however they are spaced, punctuated or wide."""

    def __init__(self, words: tuple[str, ...]) -> None:
        self._words = tuple(filter(None, map(_letters, words)))

    @classmethod
    def of_file(cls, path: Path) -> "WordList":
        """Return the list of a file with a word a line; lines with `#` are comments."""
        return cls(_words_of(path))

    def check(self, text: str, wechat_code: str | None) -> Verdict:
        letters = _letters(text)
        return "risky" if any(word in letters for word in self._words) else "passed"


class WeChatCheck:
    """Asks WeChat, which needs the author's account: without a code, or while WeChat is away, it does not answer."""

    def __init__(self, wechat: WeChat) -> None:
        self._wechat = wechat

    def check(self, text: str, wechat_code: str | None) -> Verdict:
        if not wechat_code:
            return "unanswered"
        try:
            suggestion = self._wechat.check_text(text, self._wechat.openid(wechat_code))
        except Refusal:
            return "unanswered"
        return "passed" if suggestion == "pass" else "risky"


def check_content(text: str, wechat_code: str | None = None) -> Verdict:
    """Return what all checks of this deployment say of a text: risky if one finds it so, passed if all pass it."""
    checks: list[ContentCheck] = current_app.extensions["content_checks"]
    verdicts = {check.check(text, wechat_code) for check in checks}
    if "risky" in verdicts:
        return "risky"
    return "passed" if verdicts == {"passed"} else "unanswered"


def install(app: Flask) -> None:
    """Give `app` the checks of its settings."""
    settings: Settings = app.config["SETTINGS"]
    checks: list[ContentCheck] = [WordList.of_file(Path(settings.content_words or _USUAL_WORDS))]
    if settings.content_check == "wechat":
        checks.append(WeChatCheck(app.extensions["wechat"]))
    app.extensions["content_checks"] = checks


@cache
def _words_of(path: Path) -> tuple[str, ...]:
    lines = path.read_text("utf-8").splitlines()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))


def _letters(text: str) -> str:
    """Return the letters, ideographs and digits of a text, in one width and case."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())
