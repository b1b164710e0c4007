"""Lessons: a method shown on a study whose truth is known."""
