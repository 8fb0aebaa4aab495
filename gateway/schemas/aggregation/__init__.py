"""Forms and replies of the aggregation service's resources."""
