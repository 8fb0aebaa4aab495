"""Claims' domain objects as the replies of `contracts.calls.claims`, and its forms as domain objects."""
