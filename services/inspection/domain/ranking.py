"""Ranks by score, the points they earn, and the red and black lists 红黑榜 (R19)."""

from collections.abc import Mapping, Sequence
from typing import Literal

from contracts.inspection import Ranked
from contracts.policy import Policy


def rank(scores: Mapping[str, float], policy: Policy) -> list[Ranked]:
    """Return places from the best; equal scores share a rank and the next rank is skipped: 1, 2, 2, 4.

    The red list has the best places, the black list the last, each as many as the policy says, ties included; a
    courtyard on the red list is never on the black one.
    """
    from_best = sorted(scores.items(), key=lambda scored: (-scored[1], scored[0]))
    values = [score for _, score in from_best]
    above = {score: values.index(score) for score in values}
    below = {score: len(values) - values.index(score) - values.count(score) for score in values}
    return [
        Ranked(
            courtyard=courtyard,
            score=score,
            rank=above[score] + 1,
            points=_points(above[score] + 1, policy),
            listed=_listed(above[score], below[score], policy),
        )
        for courtyard, score in from_best
    ]


def _points(place: int, policy: Policy) -> int:
    steps: Sequence[tuple[int, int]] = policy.inspection_rank_points
    return next((points for last_rank, points in steps if place <= last_rank), 0)


def _listed(better: int, worse: int, policy: Policy) -> Literal["red", "black"] | None:
    if better < policy.inspection_red_places:
        return "red"
    return "black" if worse < policy.inspection_black_places else None
