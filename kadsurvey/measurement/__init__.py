"""From answers to a measurement model: correlations, factors, reliability."""
