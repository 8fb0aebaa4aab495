"""Replies about courses, with names and links to pictures that the gateway adds (R30)."""

from typing import Annotated

from contracts.calls import engagement as calls
from contracts.schema import Doc
from gateway.schemas.claims.evidence import EvidenceLinks


class CourseSummary(calls.CourseSummary):
    """A course in a list."""

    created_by_name: str | None


class Unit(calls.Unit):
    """A part of a course with links to its pictures."""

    picture_links: Annotated[list[EvidenceLinks], Doc("To its pictures; of those that were deleted none")]


class Course(CourseSummary):
    """A course with its units and its quiz."""

    units: list[Unit]
    quiz: list[calls.QuizQuestion]
