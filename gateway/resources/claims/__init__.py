"""Views of what the claims service keeps."""
