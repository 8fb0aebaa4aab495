"""SQL helpers: bulk statements, conditions, classification of errors, deletion of personal data and expired rows."""
