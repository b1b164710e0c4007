"""A simulated study as the files that come from the field."""
