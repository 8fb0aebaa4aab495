"""Calls about surveys, and the timer that closes them (R32)."""

from typing import Unpack

from contracts.calls import engagement as calls
from contracts.paging import page_of
from contracts.rpc import Caller, Page
from directory.permissions import MANAGE_SURVEYS
from messaging import command, query, tick
from services.engagement.schemas import surveys as schemas
from services.engagement.store import EngagementTransaction
from services.engagement.use_cases import surveys as use_cases


class SurveyCalls:
    @command
    def create_survey(
        self, tx: EngagementTransaction, *, actor: Caller, **form: Unpack[calls.SurveyForm]
    ) -> calls.Survey:
        scope = tx.scope(actor)
        return use_cases.show(scope, [use_cases.create(scope, schemas.sheet_of(form))])[0]

    @command
    def revise_survey(
        self, tx: EngagementTransaction, *, actor: Caller, survey_id: str, **form: Unpack[calls.SurveyForm]
    ) -> calls.Survey:
        scope = tx.scope(actor)
        return use_cases.show(scope, [use_cases.revise(scope, survey_id, schemas.sheet_of(form))])[0]

    @command
    def open_survey(self, tx: EngagementTransaction, *, actor: Caller, survey_id: str) -> calls.Survey:
        scope = tx.scope(actor)
        return use_cases.show(scope, [use_cases.open_it(scope, survey_id)])[0]

    @command
    def close_survey(self, tx: EngagementTransaction, *, actor: Caller, survey_id: str) -> calls.Survey:
        scope = tx.scope(actor)
        return use_cases.show(scope, [use_cases.close(scope, survey_id)])[0]

    @query
    def list_surveys(
        self,
        tx: EngagementTransaction,
        *,
        actor: Caller,
        state: list[str] | None = None,
        limit: int = 20,
        cursor: str | None = None,
    ) -> Page[calls.Survey]:
        scope = tx.scope(actor)
        found = scope.surveys.page(limit + 1, cursor, drafts=scope.may(MANAGE_SURVEYS), states=state or ())
        shown = dict(zip([each.id for each in found], use_cases.show(scope, found), strict=True))
        return page_of(found, limit, lambda each: shown[each.id], lambda each: each.id)

    @query
    def get_survey(self, tx: EngagementTransaction, *, actor: Caller, survey_id: str) -> calls.Survey:
        scope = tx.scope(actor)
        return use_cases.show(scope, [scope.surveys.get(survey_id, drafts=scope.may(MANAGE_SURVEYS))])[0]

    @command
    def put_own_answer(
        self, tx: EngagementTransaction, *, actor: Caller, survey_id: str, **form: Unpack[calls.AnswerForm]
    ) -> calls.Answer:
        return schemas.answer(use_cases.put_own_answer(tx.scope(actor), survey_id, form))

    @query
    def get_own_answer(self, tx: EngagementTransaction, *, actor: Caller, survey_id: str) -> calls.Answer:
        return schemas.answer(use_cases.get_own_answer(tx.scope(actor), survey_id))

    @command
    def type_in_answer(
        self, tx: EngagementTransaction, *, actor: Caller, survey_id: str, **form: Unpack[calls.PaperAnswerForm]
    ) -> calls.Answer:
        return schemas.answer(use_cases.type_in(tx.scope(actor), survey_id, form))

    @query
    def get_survey_results(self, tx: EngagementTransaction, *, actor: Caller, survey_id: str) -> calls.SurveyResults:
        scope = tx.scope(actor)
        survey, answers, results = use_cases.get_results(scope, survey_id)
        expected = use_cases.expected_of(scope, survey)
        return schemas.results(survey, answers, expected, results, texts=scope.may(MANAGE_SURVEYS))

    @query
    def list_silent(
        self,
        tx: EngagementTransaction,
        *,
        actor: Caller,
        survey_id: str,
        limit: int = 100,
        cursor: str | None = None,
    ) -> Page[calls.SilentRespondent]:
        found = use_cases.silent(tx.scope(actor), survey_id)
        rest = [each for each in found if cursor is None or _id(each) > cursor]
        return page_of(rest[: limit + 1], limit, lambda each: each, _id)

    @tick(seconds=5)
    def close_due_surveys(self, tx: EngagementTransaction) -> None:
        """Close surveys whose time is over."""
        use_cases.close_due(tx)


def _id(each: calls.SilentRespondent) -> str:
    return f"{each['household_id']} {each['person_id']}"
