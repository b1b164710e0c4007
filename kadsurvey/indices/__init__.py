"""From answers and a measurement model to indices of respondents, members and bodies."""
