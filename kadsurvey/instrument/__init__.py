"""The questionnaire as data: its model, its YAML, and what is checked about it."""
