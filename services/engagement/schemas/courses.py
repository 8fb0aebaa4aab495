"""Courses as replies, and the organizers' form as a syllabus."""

from contracts.calls import engagement as calls
from services.engagement.domain.courses import Attempt, Completion, Course, Progress, Question, Syllabus, Unit


def syllabus_of(form: calls.LearningCourseForm) -> Syllabus:
    """Return the syllabus that a form describes."""
    return Syllabus(
        title=form["title"],
        summary=form["summary"],
        units=tuple(
            Unit(each["title"], each["body"], tuple(each["picture_ids"]), each.get("video_url"))
            for each in form["units"]
        ),
        quiz=tuple(Question(each["text"], tuple(each["options"]), tuple(each["answers"])) for each in form["quiz"]),
        pass_percent=form["pass_percent"],
        attempts_a_day=form["attempts_a_day"],
        item=form.get("item"),
    )


def progress(
    course: Course, reached: Progress | None, completion: Completion | None, attempts_today: int
) -> calls.CourseProgress:
    return {
        "percent": reached.percent(course) if reached else 0,
        "units": [reached.units.get(str(number), 0) if reached else 0 for number in range(len(course.units))],
        "attempts_left_today": max(0, course.attempts_a_day - attempts_today),
        "completed_at": completion.at.isoformat() if completion else None,
    }


def summary(course: Course, own: calls.CourseProgress) -> calls.CourseSummary:
    return {
        "id": course.id,
        "title": course.title,
        "summary": course.summary,
        "state": course.state,
        "item": course.item,
        "unit_count": len(course.units),
        "question_count": len(course.quiz),
        "pass_percent": course.pass_percent,
        "attempts_a_day": course.attempts_a_day,
        "created_by_id": course.created_by,
        "created_at": course.created_at.isoformat(),
        "own": own,
    }


def course(found: Course, own: calls.CourseProgress, *, with_answers: bool) -> calls.Course:
    return {
        **summary(found, own),
        "units": [
            {
                "title": each.title,
                "body": each.body,
                "picture_ids": list(each.picture_ids),
                "video_url": each.video_url,
            }
            for each in found.units
        ],
        "quiz": [
            {
                "text": each.text,
                "options": list(each.options),
                "answers": list(each.answers) if with_answers else None,
            }
            for each in found.quiz
        ],
    }


def result(course: Course, attempt: Attempt, own: calls.CourseProgress) -> calls.QuizResult:
    return {
        "id": attempt.id,
        "percent": attempt.percent,
        "passed": attempt.passed,
        "pass_percent": course.pass_percent,
        "attempts_left_today": own["attempts_left_today"],
        "completed_at": own["completed_at"],
    }


def own_course(reached: Progress, course: Course, completion: Completion | None) -> calls.OwnCourse:
    return {
        "course_id": course.id,
        "title": course.title,
        "units": reached.units,
        "changed_at": reached.changed_at.isoformat(),
        "completed_at": completion.at.isoformat() if completion else None,
    }
