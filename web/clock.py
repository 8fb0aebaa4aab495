"""The present time in Shanghai, in one place, so that tests can set it."""

from datetime import datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """Return the present time in Shanghai."""
    return datetime.now(ZONE)
