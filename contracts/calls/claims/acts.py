"""Acts that the platform's own lists record, such as taking part in an activity (R11)."""

from typing import Annotated, TypedDict

from contracts import fields
from contracts.schema import Doc, Instant


class AttendanceForm(TypedDict):
    """Who took part in one activity, by its attendance list."""

    item: Annotated[str, fields.Text(40, example="training"), Doc("An item of the rulebook marked `system`")]
    happened_at: Annotated[str, fields.Instant()]
    place: Annotated[str, fields.Text(200, example="社区活动室")]
    cause: Annotated[str, fields.Text(1000, example="消防安全培训，签到名单")]
    person_ids: Annotated[list[str], fields.ListOf(fields.Id("per"), 1, 200)]


class CountedAct(TypedDict):
    """The claim that an act became, or the code of the refusal."""

    claim_id: Annotated[str | None, Doc("The claim it counts as; null: it does not count")]
    code: Annotated[str | None, Doc("Why it does not count")]
    detail: str | None


class RecordedAct(CountedAct):
    """One person's answer."""

    person_id: str
    act_id: Annotated[str | None, Doc("null: the person is unknown, or this act was recorded before")]


class Recorded(TypedDict):
    data: list[RecordedAct]


class Act(CountedAct):
    """A recorded act, whether it counts or not."""

    id: str
    person_id: str
    item: str
    happened_at: Instant
    place: str
    cause: str
    recorded_by_id: str
    recorded_at: Instant
    record_id: Annotated[str | None, Doc("The attendance or other record that proves it; null: an office's list")]
    undone_at: Annotated[Instant | None, Doc("When its record was taken back")]
