"""Authentication, credentials, request signatures, rate limits and encryption."""
