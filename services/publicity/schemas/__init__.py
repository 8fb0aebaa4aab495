"""Domain objects as replies, and forms as domain objects, one module a noun."""
