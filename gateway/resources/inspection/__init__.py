"""Views of what the inspection service keeps."""
