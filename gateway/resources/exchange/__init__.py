"""Views of what the exchange service keeps."""
