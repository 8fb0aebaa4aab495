"""Response headers that restrict what browsers do with the API's responses."""

from gateway.settings import Settings

DOCS_CONTENT_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; frame-ancestors 'none'"
)
"""For the Swagger UI, the only pages with scripts and styles."""


def security_headers(settings: Settings) -> list[tuple[str, str]]:
    """Return the headers of every response; HSTS only if `settings.https`."""
    headers = [
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        ("X-Frame-Options", "DENY"),
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ]
    return headers + ([("Strict-Transport-Security", "max-age=31536000")] if settings.https else [])
