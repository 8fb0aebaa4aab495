"""The rules of publicity, one module a noun."""
