"""Views of what the publicity service keeps."""
