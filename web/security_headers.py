"""Security headers that every response of the pages and of the residents' app carries."""

from flask import Response, request


def add_security_headers(response: Response, content_security_policy: str) -> None:
    """Add the headers to a response, with the policy of its own pages."""
    headers = response.headers
    headers["Content-Security-Policy"] = content_security_policy
    headers["X-Content-Type-Options"] = "nosniff"
    headers["X-Frame-Options"] = "DENY"
    headers["Referrer-Policy"] = "same-origin"
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000"
