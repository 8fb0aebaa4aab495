"""Forms and replies of the publicity service's resources."""
