"""Forms and replies of the claims service's resources."""
