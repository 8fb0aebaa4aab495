"""The one form of moments in everything that is given out."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from contracts.instants import instant, with_z


@pytest.mark.parametrize(
    ("at", "written"),
    [
        (datetime(2026, 11, 5, 8, 30, tzinfo=UTC), "2026-11-05T08:30:00Z"),
        (datetime(2026, 11, 5, 8, 30, tzinfo=timezone(timedelta(hours=8))), "2026-11-05T00:30:00Z"),
        (datetime(2026, 11, 5, 8, 30, 0, 1500, tzinfo=UTC), "2026-11-05T08:30:00.001500Z"),
    ],
)
def test_a_moment_is_written_in_utc_with_z(at: datetime, written: str) -> None:
    assert instant(at) == written


def test_moments_anywhere_in_an_answer_end_in_z() -> None:
    answer = {"at": "2026-11-05T00:30:00+00:00", "votes": [{"at": "2026-11-05T00:30:00.5+00:00"}], "points": 3}

    assert with_z(answer) == {
        "at": "2026-11-05T00:30:00Z",
        "votes": [{"at": "2026-11-05T00:30:00.5Z"}],
        "points": 3,
    }


@pytest.mark.parametrize("text", ["2026-11-05", "2026-11-05T08:30:00+08:00", "自 2026-11-05T00:30:00+00:00", "", None])
def test_other_text_stays_as_it_is(text: str | None) -> None:
    assert with_z(text) == text
