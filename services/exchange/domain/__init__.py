"""The rules of spending points, one module a noun."""
