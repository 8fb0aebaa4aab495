"""Forms and replies of the exchange service's resources."""
