"""HTTP concerns of every route: problems, content negotiation, idempotency keys, caching, request context."""
