"""The whole platform on one machine, all of it under `.local/` and `.venv/`, the system untouched."""
