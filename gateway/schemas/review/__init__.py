"""Forms and replies of the review service's resources."""
