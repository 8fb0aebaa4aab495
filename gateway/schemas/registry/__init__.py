"""Forms and replies of the registry service's resources."""
