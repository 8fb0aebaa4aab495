"""Links to what is attached to announcements."""

from collections.abc import Iterable, Mapping
from typing import Any

from gateway.resources.claims.evidence import links_of_uploads


def with_attachment_links(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows with `attachment_links`; uploads that were deleted are left out."""
    shown = list(rows)
    uploaders = {each["evidence_id"]: each["uploaded_by_id"] for row in shown for each in row["attachments"]}
    links = links_of_uploads(uploaders)
    return [
        {
            **row,
            "attachment_links": [
                links[each["evidence_id"]] for each in row["attachments"] if each["evidence_id"] in links
            ],
        }
        for row in shown
    ]
