"""What publicity does for its callers, one module a noun."""
