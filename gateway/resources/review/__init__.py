"""Views of what the review service keeps."""
