"""Forms and replies of the inspection service's resources."""
