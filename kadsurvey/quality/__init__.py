"""Data quality: what is odd in the responses, and who is left out of the analysis."""
