"""Forms and replies of the engagement service's resources."""
