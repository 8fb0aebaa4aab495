"""Views of what the registry service keeps."""
