"""征求意见表: forms, one answer a person or household, results without small cells (R32)."""

from typing import Annotated, Literal, NotRequired, Protocol, TypedDict, Unpack

from contracts import fields
from contracts.engagement import Respondents
from contracts.paging import PageQuery
from contracts.rpc import Caller, Page, command, query
from contracts.schema import Doc, Instant

QUESTION_KINDS = ("one", "several", "text", "number")
QuestionKind = Literal["one", "several", "text", "number"]
SurveyState = Literal["draft", "open", "closed"]
SURVEY_STATES = ("draft", "open", "closed")


class QuestionForm(TypedDict):
    """A question; it is answered by its number, from 1."""

    kind: Annotated[str, fields.Choice(*QUESTION_KINDS), Doc("One option, several options, a text, a number")]
    text: Annotated[str, fields.Text(200, example="路灯改在哪一侧？")]
    options: Annotated[
        list[str],
        fields.ListOf(fields.Text(100), most=20, load_default=list),
        Doc("Two or more for `one` and `several`, none for the others", example=["东侧", "西侧"]),
    ]
    required: Annotated[bool, fields.Boolean(load_default=True)]


class SurveyForm(TypedDict):
    """What organizers ask."""

    title: Annotated[str, fields.Text(100, example="路灯改造征求意见")]
    text: Annotated[str, fields.Text(2000, least=0, load_default="")]
    respondents: Annotated[
        str, fields.Choice("person", "household", load_default="household"), Doc("Whose answer counts once")
    ]
    anonymous: Annotated[
        bool,
        fields.Boolean(load_default=False),
        Doc("Who answered is known for reminders; what they answered cannot be linked to them after the close"),
    ]
    closes_at: Annotated[str, fields.Instant(), Doc("Answers are taken and changed before then")]
    questions: Annotated[list[QuestionForm], fields.ListOf(QuestionForm, least=1, most=30)]


class AnswerItem(TypedDict):
    """The answer to one question, by its kind."""

    question: Annotated[int, fields.Count(1, 30), Doc("Its number, from 1")]
    choices: NotRequired[
        Annotated[list[int], fields.ListOf(fields.Count(1, 20), least=1, most=20), Doc("Numbers of options, from 1")]
    ]
    text: NotRequired[Annotated[str, fields.Text(1000)]]
    number: NotRequired[Annotated[float, fields.Number(-1_000_000_000, 1_000_000_000)]]


class AnswerForm(TypedDict):
    items: Annotated[list[AnswerItem], fields.ListOf(AnswerItem, most=30)]
    draft: Annotated[bool, fields.Boolean(load_default=False), Doc("Keep it without handing it in")]


class PaperAnswerForm(TypedDict):
    """An answer on paper, typed in by staff."""

    respondent_id: Annotated[
        str, fields.Id("hou", "per"), Doc("The household, or the person where each person answers")
    ]
    items: Annotated[list[AnswerItem], fields.ListOf(AnswerItem, most=30)]
    evidence_id: Annotated[str, fields.Id("evd"), Doc("The scan, which the caller uploaded as evidence")]


class Question(TypedDict):
    number: int
    kind: QuestionKind
    text: str
    options: list[str]
    required: bool


class Survey(TypedDict):
    """A form, and how many have answered it."""

    id: str
    title: str
    text: str
    respondents: Respondents
    anonymous: bool
    closes_at: Instant
    questions: list[Question]
    state: SurveyState
    answered: Annotated[int, Doc("Answers handed in")]
    expected: Annotated[int, Doc("Persons or households who may answer, today")]
    created_at: Instant
    opened_at: Instant | None
    closed_at: Instant | None
    version: int


class StoredAnswerItem(TypedDict):
    question: int
    choices: NotRequired[list[int]]
    text: NotRequired[str]
    number: NotRequired[float]


class Answer(TypedDict):
    """The caller's answer, or their household's, as it stands."""

    survey_id: str
    items: list[StoredAnswerItem]
    draft: bool
    on_paper: bool
    changed_at: Instant


class Cell(TypedDict):
    """How many chose an option."""

    option: Annotated[int, Doc("Its number; 0 for no answer")]
    count: Annotated[int | None, Doc("Null where it or what it reveals is under five")]


class QuestionResult(TypedDict):
    """What was answered to a question."""

    number: int
    cells: list[Cell]
    answered: Annotated[int | None, Doc("Of texts and numbers; null under five")]
    mean: float | None
    median: float | None
    texts: Annotated[list[str], Doc("In no order; for organizers alone, and only five or more")]


class SurveyResults(TypedDict):
    """The results of a closed survey; cells under five are left out, and so many others that none can be computed."""

    survey_id: str
    answered: Annotated[int | None, Doc("Null under five")]
    expected: int
    questions: list[QuestionResult]


class SilentRespondent(TypedDict):
    """Who has not answered yet."""

    household_id: str | None
    person_id: Annotated[str | None, Doc("Where each person answers; else the household's first member")]
    courtyard_id: str | None


class SurveysQuery(PageQuery):
    state: NotRequired[Annotated[list[str], fields.Several(*SURVEY_STATES), Doc("Only in these states")]]


class SurveysApi(Protocol):
    """Calls about surveys."""

    @command
    def create_survey(self, *, actor: Caller, **form: Unpack[SurveyForm]) -> Survey:
        """Store a draft. Raises RoleMissing, Invalid."""

    @command
    def revise_survey(self, *, actor: Caller, survey_id: str, **form: Unpack[SurveyForm]) -> Survey:
        """Replace a draft. Raises NotFound, RoleMissing, WrongState, Invalid."""

    @command
    def open_survey(self, *, actor: Caller, survey_id: str) -> Survey:
        """Take answers from now on. Raises NotFound, RoleMissing, WrongState."""

    @command
    def close_survey(self, *, actor: Caller, survey_id: str) -> Survey:
        """Take no more answers. Raises NotFound, RoleMissing, WrongState."""

    @query
    def list_surveys(
        self, *, actor: Caller, state: list[str] | None = None, limit: int = 20, cursor: str | None = None
    ) -> Page[Survey]:
        """Return surveys, newest first; drafts for organizers only."""

    @query
    def get_survey(self, *, actor: Caller, survey_id: str) -> Survey:
        """Return a survey. Raises NotFound, also of a draft of others."""

    @command
    def put_own_answer(self, *, actor: Caller, survey_id: str, **form: Unpack[AnswerForm]) -> Answer:
        """Hand in or change the caller's answer. Raises NotFound, RoleMissing, SurveyNotOpen, Invalid."""

    @query
    def get_own_answer(self, *, actor: Caller, survey_id: str) -> Answer:
        """Return the caller's answer. Raises NotFound; of an anonymous survey also after the close."""

    @command
    def type_in_answer(self, *, actor: Caller, survey_id: str, **form: Unpack[PaperAnswerForm]) -> Answer:
        """Store an answer on paper. Raises NotFound, RoleMissing, SurveyNotOpen, AlreadyAnswered, Invalid."""

    @query
    def get_survey_results(self, *, actor: Caller, survey_id: str) -> SurveyResults:
        """Return the results of a closed survey. Raises NotFound, WrongState before the close."""

    @query
    def list_silent(
        self, *, actor: Caller, survey_id: str, limit: int = 100, cursor: str | None = None
    ) -> Page[SilentRespondent]:
        """Return who has not answered, of the courtyards that the caller is responsible for.

        Raises NotFound, RoleMissing, WrongState unless it is open.
        """
