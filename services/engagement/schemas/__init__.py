"""Engagement's domain objects as the replies of `contracts.calls.engagement`, and its forms as domain objects."""
