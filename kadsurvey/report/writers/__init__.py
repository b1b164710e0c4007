"""One file a format: Tables to files; no writer knows statistics."""
