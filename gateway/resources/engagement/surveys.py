"""征求意见表: forms, answers, results, and who is silent (R32)."""

from typing import Any

from flask.views import MethodView

from contracts.calls.engagement import (
    Answer,
    AnswerForm,
    PaperAnswerForm,
    Survey,
    SurveyForm,
    SurveyResults,
    SurveysQuery,
)
from contracts.paging import PageQuery
from gateway.blueprint import Blueprint
from gateway.paging import page, page_schema
from gateway.person_names import with_person_names
from gateway.rpc import outside_idempotency_key
from gateway.schemas.engagement.surveys import SilentRespondent
from gateway.security.auth import actor, signed_in
from gateway.services import claims, engagement

blp = Blueprint("surveys", __name__, description="Forms that ask residents for their opinion")


@blp.route("/v1/surveys")
class Surveys(MethodView):
    @signed_in
    @blp.arguments(SurveysQuery, location="query")
    @blp.response(200, page_schema(Survey))
    def get(self, query: SurveysQuery) -> Any:
        """Surveys, newest first, each with how many have answered; drafts for organizers only."""
        return page(engagement.list_surveys(actor=actor(), **query))

    @signed_in
    @blp.arguments(SurveyForm)
    @blp.response(201, Survey)
    def post(self, form: SurveyForm) -> Any:
        """Prepare a survey; residents see it once it is open."""
        return engagement.create_survey(actor=actor(), **form)


@blp.route("/v1/surveys/<survey_id>")
class OneSurvey(MethodView):
    @signed_in
    @blp.response(200, Survey)
    def get(self, survey_id: str) -> Any:
        """A survey with its questions."""
        return engagement.get_survey(actor=actor(), survey_id=survey_id)

    @signed_in
    @blp.arguments(SurveyForm)
    @blp.response(200, Survey)
    def put(self, form: SurveyForm, survey_id: str) -> Any:
        """Replace a draft. 409 `wrong_state` once it is open: nobody has answered other questions than are shown."""
        return engagement.revise_survey(actor=actor(), survey_id=survey_id, **form)


@blp.route("/v1/surveys/<survey_id>/open")
class Opening(MethodView):
    @signed_in
    @blp.response(200, Survey)
    def post(self, survey_id: str) -> Any:
        """Take answers until `closes_at`."""
        return engagement.open_survey(actor=actor(), survey_id=survey_id)


@blp.route("/v1/surveys/<survey_id>/close")
class Closing(MethodView):
    @signed_in
    @blp.response(200, Survey)
    def post(self, survey_id: str) -> Any:
        """Close a survey before its time. Anonymous answers can be linked to nobody from then on."""
        return engagement.close_survey(actor=actor(), survey_id=survey_id)


@blp.route("/v1/surveys/<survey_id>/answers/mine")
class OwnAnswer(MethodView):
    @signed_in
    @blp.response(200, Answer)
    def get(self, survey_id: str) -> Any:
        """My answer, or my household's; of an anonymous survey until it closes."""
        return engagement.get_own_answer(actor=actor(), survey_id=survey_id)

    @signed_in
    @blp.arguments(AnswerForm)
    @blp.response(200, Answer)
    def put(self, form: AnswerForm, survey_id: str) -> Any:
        """Answer, or change my answer until the close; one for each person or household. `draft` is not handed in."""
        return engagement.put_own_answer(actor=actor(), survey_id=survey_id, **form)


@blp.route("/v1/surveys/<survey_id>/answers")
class PaperAnswers(MethodView):
    @signed_in
    @blp.arguments(PaperAnswerForm)
    @blp.response(201, Answer)
    def post(self, form: PaperAnswerForm, survey_id: str) -> Any:
        """Type in an answer on paper, with its scan. 409 `already_answered` for who has answered."""
        outside_idempotency_key(claims.keep_uploads)(actor=actor(), evidence_ids=[form["evidence_id"]])
        return engagement.type_in_answer(actor=actor(), survey_id=survey_id, **form)


@blp.route("/v1/surveys/<survey_id>/results")
class Results(MethodView):
    @signed_in
    @blp.response(200, SurveyResults)
    def get(self, survey_id: str) -> Any:
        """The results, once it is closed; counts under five and what would reveal them are null."""
        return engagement.get_survey_results(actor=actor(), survey_id=survey_id)


@blp.route("/v1/surveys/<survey_id>/silent")
class Silent(MethodView):
    @signed_in
    @blp.arguments(PageQuery, location="query")
    @blp.response(200, page_schema(SilentRespondent))
    def get(self, query: PageQuery, survey_id: str) -> Any:
        """Who has not answered an open survey, for reminders; heads and grid officers see their own courtyards."""
        found = page(engagement.list_silent(actor=actor(), survey_id=survey_id, **query))
        return found | {"data": with_person_names(found["data"])}
