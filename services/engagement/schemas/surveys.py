"""Surveys, answers and results as replies, and the organizers' form."""

from datetime import datetime

from contracts.calls import engagement as calls
from services.engagement.domain.suppression import suppressed_total
from services.engagement.domain.surveys import Answer, Question, Result, Sheet, Survey


def sheet_of(form: calls.SurveyForm) -> Sheet:
    """Return what a form asks."""
    return Sheet(
        title=form["title"],
        text=form["text"],
        respondents=form["respondents"],  # type: ignore[arg-type]  # the gateway has validated it
        anonymous=form["anonymous"],
        closes_at=datetime.fromisoformat(form["closes_at"]),
        questions=tuple(
            Question(each["kind"], each["text"], tuple(each["options"]), each["required"])  # type: ignore[arg-type]
            for each in form["questions"]
        ),
    )


def survey(found: Survey, answered: int, expected: int) -> calls.Survey:
    sheet = found.sheet
    return {
        "id": found.id,
        "title": sheet.title,
        "text": sheet.text,
        "respondents": sheet.respondents,
        "anonymous": sheet.anonymous,
        "closes_at": sheet.closes_at.isoformat(),
        "questions": [
            {
                "number": number,
                "kind": each.kind,
                "text": each.text,
                "options": list(each.options),
                "required": each.required,
            }
            for number, each in enumerate(sheet.questions, 1)
        ],
        "state": found.state,
        "answered": answered,
        "expected": expected,
        "created_at": found.created_at.isoformat(),
        "opened_at": found.opened_at.isoformat() if found.opened_at else None,
        "closed_at": found.closed_at.isoformat() if found.closed_at else None,
        "version": found.version,
    }


def answer(found: Answer) -> calls.Answer:
    return {
        "survey_id": found.survey,
        "items": found.items,  # type: ignore[typeddict-item]
        "draft": found.draft,
        "on_paper": found.evidence is not None,
        "changed_at": found.changed_at.isoformat(),
    }


def results(found: Survey, answers: int, expected: int, by_question: list[Result], texts: bool) -> calls.SurveyResults:
    return {
        "survey_id": found.id,
        "answered": suppressed_total(answers),
        "expected": expected,
        "questions": [
            {
                "number": number,
                "cells": [{"option": option, "count": count} for option, count in each.cells],
                "answered": each.answered,
                "mean": each.mean,
                "median": each.median,
                "texts": each.texts if texts else [],
            }
            for number, each in enumerate(by_question, 1)
        ],
    }
