"""The rules of spending: one noun a file. Standard library and contracts only; time is passed in."""
