"""征求意见表: questions, one answer a person or household, and results (R32)."""

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from statistics import fmean, median
from typing import Any, Literal

from contracts import errors, ids
from contracts.engagement import Respondents, SurveyClosed, SurveyOpened
from services.engagement.domain.suppression import LEAST, suppressed, suppressed_share, suppressed_total

Kind = Literal["one", "several", "text", "number"]
Item = Mapping[str, Any]
"""The answer to one question: its number, and choices, a text or a number."""
_VALUE_OF: dict[Kind, str] = {"one": "choices", "several": "choices", "text": "text", "number": "number"}


@dataclass(frozen=True)
class Question:
    kind: Kind
    text: str
    options: tuple[str, ...]
    required: bool

    def faults(self, pointer: str) -> list[dict[str, str]]:
        """Return what is wrong with it."""
        if self.kind in ("one", "several"):
            if len(self.options) < 2:
                return [{"pointer": f"{pointer}/options", "detail": "选择题至少要有两个选项"}]
            if len(set(self.options)) < len(self.options):
                return [{"pointer": f"{pointer}/options", "detail": "选项不能重复"}]
        elif self.options:
            return [{"pointer": f"{pointer}/options", "detail": "只有选择题有选项"}]
        return []


@dataclass(frozen=True)
class Sheet:
    """What organizers ask, and whom."""

    title: str
    text: str
    respondents: Respondents
    anonymous: bool
    closes_at: datetime
    questions: tuple[Question, ...]

    def faults(self) -> list[dict[str, str]]:
        """Return what is wrong with the questions, with JSON pointers."""
        return [fault for number, each in enumerate(self.questions) for fault in each.faults(f"/questions/{number}")]

    def check(self, items: Sequence[Item], *, complete: bool) -> None:
        """Raise `Invalid` with everything that is wrong with an answer; `complete`: nothing required is missing."""
        found: list[dict[str, str]] = []
        seen: set[int] = set()
        for position, item in enumerate(items):
            pointer, number = f"/items/{position}", item["question"]
            if number > len(self.questions):
                found.append({"pointer": f"{pointer}/question", "detail": "没有这道题"})
            elif number in seen:
                found.append({"pointer": f"{pointer}/question", "detail": "同一道题答了两次"})
            else:
                seen.add(number)
                found += _faults_of(self.questions[number - 1], item, pointer)
        if complete:
            missing = [n for n, each in enumerate(self.questions, 1) if each.required and n not in seen]
            found += [{"pointer": "/items", "detail": f"第 {number} 题必答"} for number in missing]
        if found:
            raise errors.Invalid("填写的内容有误", found)


def _faults_of(question: Question, item: Item, pointer: str) -> list[dict[str, str]]:
    wanted = _VALUE_OF[question.kind]
    given = [name for name in ("choices", "text", "number") if name in item]
    if given != [wanted]:
        return [{"pointer": f"{pointer}/{wanted}", "detail": "这道题要且只要这一项"}]
    if wanted != "choices":
        return []
    choices = item["choices"]
    if len(set(choices)) < len(choices) or max(choices) > len(question.options):
        return [{"pointer": f"{pointer}/choices", "detail": "选项不存在或重复"}]
    if question.kind == "one" and len(choices) > 1:
        return [{"pointer": f"{pointer}/choices", "detail": "只能选一项"}]
    return []


@dataclass(kw_only=True)
class Survey:
    """One form. `salt` turns a respondent into the key of their answer while an anonymous survey is open."""

    community: str
    id: str
    sheet: Sheet
    created_by: str
    created_at: datetime
    state: Literal["draft", "open", "closed"] = "draft"
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    salt: str | None = None
    version: int = 1

    @classmethod
    def draft(cls, community: str, sheet: Sheet, by: str, at: datetime) -> "Survey":
        """Return a new survey that only organizers see. Raises `Invalid`."""
        _must_be_sound(sheet)
        return cls(community=community, id=ids.new("svy"), sheet=sheet, created_by=by, created_at=at)

    def revise(self, sheet: Sheet) -> None:
        """Replace the questions of a draft. Raises `WrongState`, `Invalid`."""
        if self.state != "draft":
            raise errors.WrongState("征求意见表已经开放，不能再修改")
        _must_be_sound(sheet)
        self.sheet = sheet
        self.version += 1

    def open(self, by: str, at: datetime) -> SurveyOpened:
        """Take answers. Raises `WrongState` unless it is a draft that closes in the future."""
        if self.state != "draft" or self.sheet.closes_at <= at:
            raise errors.WrongState("只有截止时间未到的草稿可以开放")
        self.state, self.opened_at = "open", at
        self.salt = secrets.token_hex(32) if self.sheet.anonymous else None
        self.version += 1
        return SurveyOpened(
            **self._event_fields(by, at), closes_at=self.sheet.closes_at, respondents=self.sheet.respondents
        )

    def close(self, answers: int, by: str, at: datetime) -> SurveyClosed:
        """Take no more answers; of an anonymous survey nobody can link them any more. Raises `WrongState`."""
        if self.state != "open":
            raise errors.WrongState("征求意见表没有开放")
        self.state, self.closed_at, self.salt = "closed", at, None
        self.version += 1
        return SurveyClosed(**self._event_fields(by, at), answers=answers)

    def must_take_answers(self, at: datetime) -> None:
        """Raise `SurveyNotOpen` unless answers are taken."""
        if self.state != "open" or self.sheet.closes_at <= at:
            raise errors.SurveyNotOpen

    def key_of(self, respondent: str) -> str | None:
        """Return the key of a respondent's answer; None where an anonymous survey is closed."""
        if not self.sheet.anonymous:
            return respondent
        if self.salt is None:
            return None
        return hmac.new(bytes.fromhex(self.salt), respondent.encode(), hashlib.sha256).hexdigest()

    def _event_fields(self, by: str, at: datetime) -> dict[str, Any]:
        return {"community": self.community, "sequence": self.version, "survey": self.id, "by": by, "at": at}


@dataclass(kw_only=True)
class Answer:
    """One answer. A draft is not counted. `evidence` is the scan of one on paper."""

    community: str
    survey: str
    key: str
    items: list[dict[str, Any]]
    draft: bool
    changed_at: datetime
    typed_in_by: str | None = None
    evidence: str | None = None


@dataclass(frozen=True)
class Result:
    """What was answered to a question, without small cells: (option, count), 0 for no answer."""

    cells: list[tuple[int, int | None]] = field(default_factory=list)
    answered: int | None = None
    mean: float | None = None
    median: float | None = None
    texts: list[str] = field(default_factory=list)


def results(sheet: Sheet, answers: Sequence[Sequence[Item]]) -> list[Result]:
    """Return the results of every question over all answers handed in."""
    by_question: list[list[Item]] = [[] for _ in sheet.questions]
    for items in answers:
        for item in items:
            by_question[item["question"] - 1].append(item)
    return [
        _result(question, given, len(answers)) for question, given in zip(sheet.questions, by_question, strict=True)
    ]


def _result(question: Question, given: Sequence[Item], total: int) -> Result:
    numbers = range(1, len(question.options) + 1)
    if question.kind == "one":
        counts = [sum(number in item["choices"] for item in given) for number in numbers]
        options = list(numbers)
        if not question.required:
            options, counts = [*options, 0], [*counts, total - len(given)]
        return Result(cells=list(zip(options, suppressed(counts), strict=True)))
    if question.kind == "several":
        chosen = {number: sum(number in item["choices"] for item in given) for number in numbers}
        if not question.required:
            chosen[0] = total - len(given)
        return Result(cells=[(number, suppressed_share(count, total)) for number, count in chosen.items()])
    answered = suppressed_total(total) if question.required else suppressed_share(len(given), total)
    if len(given) < LEAST:
        return Result(answered=answered)
    if question.kind == "number":
        values = [float(item["number"]) for item in given]
        return Result(answered=answered, mean=round(fmean(values), 2), median=median(values))
    return Result(answered=answered, texts=sorted(str(item["text"]) for item in given))


def _must_be_sound(sheet: Sheet) -> None:
    if wrong := sheet.faults():
        raise errors.Invalid("征求意见表的题目有误", wrong)
