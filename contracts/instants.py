"""The one form in which moments are given out: RFC 3339 in UTC, ending in Z."""

import re
from datetime import UTC, datetime
from typing import Any

_WITH_ZERO_OFFSET = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?\+00:00")


def instant(at: datetime) -> str:
    """Return `at` as RFC 3339 in UTC, ending in Z."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def with_z(value: Any) -> Any:
    """Return JSON with the moments in it that end in `+00:00` ending in Z, everything else as it is."""
    if isinstance(value, str):
        return f"{value[:-6]}Z" if _WITH_ZERO_OFFSET.fullmatch(value) else value
    if isinstance(value, dict):
        return {name: with_z(each) for name, each in value.items()}
    return [with_z(each) for each in value] if isinstance(value, list) else value
