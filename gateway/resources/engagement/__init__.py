"""Views of what the engagement service keeps."""
