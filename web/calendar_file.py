"""The public calendar as a file of RFC 5545, for phones and office programs.

Events take whole days, without times, alarms or repetition: four properties each.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from web import words
from web.languages import gettext

_LINE_BYTES = 75


def calendar_text(community: Mapping[str, Any], events: Iterable[Mapping[str, Any]]) -> str:
    """Return the events as a calendar, its lines folded and ended as the standard asks."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//shanzhi//calendar//ZH",
        f"X-WR-CALNAME:{_escaped(community['name'])}",
        "X-PUBLISHED-TTL:PT6H",
    ]
    for event in events:
        lines += _event(community, event)
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in _folded(line))


def _event(community: Mapping[str, Any], event: Mapping[str, Any]) -> list[str]:
    after = date.fromisoformat(event["ends_on"]) + timedelta(days=1)  # DTEND is the first day that is not part of it
    title = words.event(event)
    planned = gettext("%(title)s（计划）", title=title)
    return [
        "BEGIN:VEVENT",
        f"UID:{event['kind']}-{event['period']}-{event['id'] or 'planned'}@{community['id']}",
        f"DTSTAMP:{event['starts_on'].replace('-', '')}T000000Z",
        f"DTSTART;VALUE=DATE:{event['starts_on'].replace('-', '')}",
        f"DTEND;VALUE=DATE:{after:%Y%m%d}",
        f"SUMMARY:{_escaped(planned if event['planned'] else title)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    for character in ("\\", ";", ","):
        text = text.replace(character, f"\\{character}")
    return text.replace("\n", "\\n").replace("\r", "")


def _folded(line: str) -> Iterator[str]:
    """Yield the parts of a line of at most 75 octets; every part but the first begins with a blank."""
    part = ""
    for character in line:
        if len((part + character).encode()) > _LINE_BYTES:
            yield part
            part = " "
        part += character
    yield part
