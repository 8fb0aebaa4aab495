"""The rules of engagement, one module a noun."""
