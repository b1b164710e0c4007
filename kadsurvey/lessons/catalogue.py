"""The lessons by name, each loaded when it is asked for."""

from __future__ import annotations

from importlib import import_module

from kadsurvey.errors import ArgumentError, nearest
from kadsurvey.language.text import Text
from kadsurvey.lessons.lesson import Lesson

LESSONS: dict[str, str] = {
    "whole-way": "whole_way",
    "unreversed-item": "unreversed_item",
    "five-bodies": "five_bodies",
    "ordinal": "ordinal",
    "alpha": "alpha",
    "two-groups": "two_groups",
    "same-source": "same_source",
    "straight-lines": "straight_lines",
    "attenuation": "attenuation",
    "how-many-factors": "how_many_factors",
    "ks": "ks",
}
"""Name of each lesson and its module, in the order in which they are taught."""


def lesson_title(name: str) -> Text:
    """Return the title of a lesson, without loading it."""
    return Text(f"lesson.{LESSONS[name]}_title")


def load_lesson(name: str) -> Lesson:
    """Return a lesson by its name.

    Raises
    ------
    ArgumentError
        If there is none; it names the nearest.
    """
    if name not in LESSONS:
        near = nearest(name, list(LESSONS))
        raise ArgumentError("lesson.unknown", name=name, known=list(LESSONS) if near is None else [near])
    found: Lesson = import_module(f"kadsurvey.lessons.{LESSONS[name]}").LESSON
    return found
