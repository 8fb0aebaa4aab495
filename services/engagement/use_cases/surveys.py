"""Asking, answering, and reading results (R32)."""

from collections.abc import Sequence
from typing import Any

from contracts import errors
from contracts.calls import engagement as calls
from directory.permissions import FOLLOW_UP_SURVEYS, MANAGE_SURVEYS
from services.engagement.domain.surveys import Answer, Result, Sheet, Survey, results
from services.engagement.schemas import surveys as shown
from services.engagement.store import EngagementScope, EngagementTransaction


def create(scope: EngagementScope, sheet: Sheet) -> Survey:
    """Store a draft."""
    scope.require(MANAGE_SURVEYS)
    survey = Survey.draft(scope.community, sheet, scope.person, scope.now)
    scope.surveys.add(survey)
    return survey


def revise(scope: EngagementScope, survey_id: str, sheet: Sheet) -> Survey:
    """Replace a draft."""
    survey = _managed(scope, survey_id)
    survey.revise(sheet)
    return survey


def open_it(scope: EngagementScope, survey_id: str) -> Survey:
    """Take answers from now on."""
    survey = _managed(scope, survey_id)
    scope.tx.emit(survey.open(scope.person, scope.now))
    return survey


def close(scope: EngagementScope, survey_id: str) -> Survey:
    """Take no more answers."""
    survey = _managed(scope, survey_id)
    _close(scope, survey, scope.person)
    return survey


def close_due(tx: EngagementTransaction) -> None:
    """Close the surveys whose time is over."""
    for community, survey_id in tx.due_surveys.list(tx.now):
        scope = tx.scope_of(community)
        survey = scope.surveys.get(survey_id, lock="change")
        if survey.state == "open":
            _close(scope, survey, "clock")


def put_own_answer(scope: EngagementScope, survey_id: str, form: calls.AnswerForm) -> Answer:
    """Store or change the caller's answer, or their household's."""
    survey = scope.surveys.get(survey_id, lock="answer")
    respondent = _own_respondent(scope, survey)
    survey.must_take_answers(scope.now)
    survey.sheet.check(form["items"], complete=not form["draft"])
    answer = _stored(scope, survey, respondent, form["items"])
    if not form["draft"]:
        scope.surveys.reserve(survey.id, respondent)
        answer.draft = False
    elif not answer.draft:
        raise errors.WrongState("已经提交，可以修改，不能改回草稿")
    return answer


def get_own_answer(scope: EngagementScope, survey_id: str) -> Answer:
    """Return the caller's answer, or their household's. Raises `NotFound`."""
    survey = scope.surveys.get(survey_id)
    key = survey.key_of(_own_respondent(scope, survey))
    if not (answer := scope.surveys.answer(survey.id, key) if key else None):
        raise errors.NotFound("没有填写，或匿名的填写已经不能查到")
    return answer


def type_in(scope: EngagementScope, survey_id: str, form: calls.PaperAnswerForm) -> Answer:
    """Store an answer on paper of somebody who has not answered."""
    survey = scope.surveys.get(survey_id, lock="answer")
    respondent = form["respondent_id"]
    courtyard = _courtyard_of(scope, survey, respondent)
    scope.require(FOLLOW_UP_SURVEYS, courtyard=courtyard)
    survey.must_take_answers(scope.now)
    survey.sheet.check(form["items"], complete=True)
    scope.surveys.lock_respondent(survey.id, respondent)
    if not scope.surveys.reserve(survey.id, respondent):
        raise errors.AlreadyAnswered
    answer = _stored(scope, survey, respondent, form["items"])
    answer.draft, answer.typed_in_by, answer.evidence = False, scope.person, form["evidence_id"]
    return answer


def get_results(scope: EngagementScope, survey_id: str) -> tuple[Survey, int, list[Result]]:
    """Return a closed survey with the number of its answers and its results. Raises `WrongState` before the close.

    While answers come in, two readings would show what one person answered.
    """
    survey = scope.surveys.get(survey_id)
    if survey.state != "closed":
        raise errors.WrongState("截止后才能查看结果")
    answers = scope.surveys.all_items(survey.id)
    return survey, len(answers), results(survey.sheet, answers)


def silent(scope: EngagementScope, survey_id: str) -> list[calls.SilentRespondent]:
    """Return who has not answered, household by household. Raises `RoleMissing`, `WrongState`."""
    survey = scope.surveys.get(survey_id)
    among = scope.courtyards_for(FOLLOW_UP_SURVEYS)
    if among is not None and not among:
        raise errors.RoleMissing(FOLLOW_UP_SURVEYS.refusal)
    if survey.state != "open":
        raise errors.WrongState("征求意见表没有开放")
    answered = scope.surveys.respondents(survey.id)
    if survey.sheet.respondents == "person":
        people = sorted(scope.directory.residents_since(scope.today).keys() - answered)
        homes = scope.directory.households_of(people, scope.today)
        rows: list[tuple[str | None, str | None]] = [(homes.get(person), person) for person in people]
    else:
        households = sorted(scope.directory.households_since(scope.today).keys() - answered)
        members = scope.directory.first_members_of(households, scope.today)
        rows = [(household, members.get(household)) for household in households]
    courtyards = scope.directory.courtyards_of({home for home, _ in rows if home}, scope.today)
    found: list[calls.SilentRespondent] = [
        {"household_id": home, "person_id": person, "courtyard_id": courtyards.get(home or "")} for home, person in rows
    ]
    mine = [each for each in found if among is None or each["courtyard_id"] in among]
    return sorted(mine, key=lambda each: (each["household_id"] or "", each["person_id"] or ""))


def show(scope: EngagementScope, found: Sequence[Survey]) -> list[calls.Survey]:
    """Return surveys with how many answered."""
    counts = scope.surveys.count_answers([survey.id for survey in found])
    expected = {kind: _expected(scope, kind) for kind in {survey.sheet.respondents for survey in found}}
    return [shown.survey(each, counts.get(each.id, 0), expected[each.sheet.respondents]) for each in found]


def expected_of(scope: EngagementScope, survey: Survey) -> int:
    """Return how many persons or households may answer, today."""
    return _expected(scope, survey.sheet.respondents)


def _expected(scope: EngagementScope, kind: str) -> int:
    directory = scope.directory
    return len(directory.residents_since(scope.today) if kind == "person" else directory.households_since(scope.today))


def _managed(scope: EngagementScope, survey_id: str) -> Survey:
    scope.require(MANAGE_SURVEYS)
    return scope.surveys.get(survey_id, drafts=True, lock="change")


def _close(scope: EngagementScope, survey: Survey, by: str) -> None:
    scope.surveys.delete_drafts(survey.id)
    if survey.sheet.anonymous:
        scope.surveys.forget_times(survey.id, scope.now)
    scope.tx.emit(survey.close(scope.surveys.count_answers([survey.id]).get(survey.id, 0), by, scope.now))


def _own_respondent(scope: EngagementScope, survey: Survey) -> str:
    if scope.household is None or not scope.directory.knows(scope.person):
        raise errors.RoleMissing("只有本社区的居民可以填写")
    return scope.person if survey.sheet.respondents == "person" else scope.household


def _courtyard_of(scope: EngagementScope, survey: Survey, respondent: str) -> str | None:
    """Return the courtyard of somebody who may answer. Raises `NotFound`."""
    if survey.sheet.respondents == "person":
        household = scope.directory.household_of(respondent, scope.today) if respondent.startswith("per_") else None
    else:
        household = respondent
    courtyard = scope.directory.courtyard_of(household, scope.today) if household else None
    if courtyard is None:
        raise errors.NotFound("没有这个填写人")
    return courtyard


def _stored(scope: EngagementScope, survey: Survey, respondent: str, items: Sequence[Any]) -> Answer:
    """Return a respondent's answer with these items: the one there is, or a new draft."""
    key = survey.key_of(respondent)
    assert key is not None, "an open survey has a key for everybody"
    scope.surveys.lock_respondent(survey.id, respondent)
    answer = scope.surveys.answer(survey.id, key, for_update=True)
    if answer is None:
        answer = Answer(
            community=scope.community, survey=survey.id, key=key, items=[], draft=True, changed_at=scope.now
        )
        scope.surveys.add_answer(answer)
    answer.items, answer.changed_at = [dict(item) for item in items], scope.now
    return answer
