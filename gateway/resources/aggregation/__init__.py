"""Views of what the aggregation service keeps."""
