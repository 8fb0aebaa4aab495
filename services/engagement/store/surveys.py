"""Surveys of one community, their answers and who has answered."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from contracts import errors
from services.engagement.domain.surveys import Answer, Survey
from services.engagement.store.survey_tables import survey_answers, survey_respondents, surveys


class SurveyRepository:
    """Loads and stores surveys and answers."""

    def __init__(self, session: Session, community: str) -> None:
        self._session, self._community = session, community

    def add(self, survey: Survey) -> None:
        """Store a new survey."""
        self._session.add(survey)

    def get(self, survey: str, *, drafts: bool = False, lock: str | None = None) -> Survey:
        """Return a survey, locked to `change` it, or to `answer` it side by side with others while it cannot close.

        Raises `NotFound`, also for a draft unless `drafts`.
        """
        found = self._session.get(
            Survey,
            (self._community, survey),
            with_for_update={"read": lock == "answer"} if lock else None,
            populate_existing=bool(lock),
        )
        if found is None or (found.state == "draft" and not drafts):
            raise errors.NotFound("没有这份征求意见表")
        return found

    def page(self, limit: int, before: str | None, *, drafts: bool, states: Collection[str] = ()) -> list[Survey]:
        """Return surveys, newest first."""
        rows = select(Survey).where(surveys.c.community == self._community)
        if not drafts:
            rows = rows.where(surveys.c.state != "draft")
        if states:
            rows = rows.where(surveys.c.state.in_(list(states)))
        if before:
            rows = rows.where(surveys.c.id < before)
        return list(self._session.scalars(rows.order_by(surveys.c.id.desc()).limit(limit)))

    def answer(self, survey: str, key: str, *, for_update: bool = False) -> Answer | None:
        """Return the answer with a key."""
        return self._session.get(Answer, (self._community, survey, key), with_for_update=for_update)

    def add_answer(self, answer: Answer) -> None:
        """Store a new answer."""
        self._session.add(answer)

    def reserve(self, survey: str, respondent: str) -> bool:
        """Store that somebody has answered; return False if they had already. Waits for whoever does so right now."""
        row = {"community": self._community, "survey": survey, "respondent": respondent}
        stored = self._session.execute(insert(survey_respondents).values(row).on_conflict_do_nothing())
        return bool(stored.rowcount)  # type: ignore[attr-defined]

    def lock_respondent(self, survey: str, respondent: str) -> None:
        """Let one request of a respondent change their answer at a time."""
        key = func.hashtextextended(f"answer {survey} {respondent}", 0)
        self._session.execute(select(func.pg_advisory_xact_lock(key)))

    def respondents(self, survey: str) -> set[str]:
        """Return who has answered."""
        found = select(survey_respondents.c.respondent).where(
            survey_respondents.c.community == self._community, survey_respondents.c.survey == survey
        )
        return set(self._session.scalars(found))

    def count_answers(self, ids: Collection[str]) -> dict[str, int]:
        """Return the number of answers handed in, by survey."""
        counted = (
            select(survey_respondents.c.survey, func.count())
            .where(survey_respondents.c.community == self._community, survey_respondents.c.survey.in_(list(ids)))
            .group_by(survey_respondents.c.survey)
        )
        return {row.survey: row[1] for row in self._session.execute(counted)}

    def all_items(self, survey: str) -> list[list[dict[str, Any]]]:
        """Return what was answered, in the order of the keys, which says nothing of time."""
        rows = select(survey_answers.c["items"]).where(
            survey_answers.c.community == self._community, survey_answers.c.survey == survey, ~survey_answers.c.draft
        )
        return list(self._session.scalars(rows.order_by(survey_answers.c.key)))

    def delete_drafts(self, survey: str) -> None:
        """Delete answers that were not handed in."""
        self._session.execute(
            delete(survey_answers).where(
                survey_answers.c.community == self._community, survey_answers.c.survey == survey, survey_answers.c.draft
            )
        )

    def forget_times(self, survey: str, at: datetime) -> None:
        """Let no answer tell when it was changed."""
        self._session.execute(
            update(survey_answers)
            .where(survey_answers.c.community == self._community, survey_answers.c.survey == survey)
            .values(changed_at=at)
        )

    def forget(self, person: str) -> None:
        """Delete a person's own answers that can be linked to them, and that they answered."""
        by_person = survey_respondents.c.respondent == person
        where = (survey_respondents.c.community == self._community, by_person)
        answered = list(self._session.scalars(select(survey_respondents.c.survey).where(*where)))
        opened = select(Survey).where(surveys.c.community == self._community, surveys.c.state == "open")
        known = [*self._session.scalars(opened), *(self.get(each) for each in answered)]
        for survey in {each.id: each for each in known}.values():
            if key := survey.key_of(person):
                self._session.execute(
                    delete(survey_answers).where(
                        survey_answers.c.community == self._community,
                        survey_answers.c.survey == survey.id,
                        survey_answers.c.key == key,
                    )
                )
        self._session.execute(delete(survey_respondents).where(*where))


class DueSurveys:
    """Finds open surveys of all communities whose time is over."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def list(self, now: datetime, limit: int = 100) -> list[tuple[str, str]]:
        """Return community and id of each."""
        due = (
            select(surveys.c.community, surveys.c.id)
            .where(surveys.c.state == "open", surveys.c.closes_at <= now)
            .order_by(surveys.c.community, surveys.c.id)
            .limit(limit)
        )
        return [(community, survey) for community, survey in self._session.execute(due)]
