"""Each lesson, run once with its own seed."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest

from kadsurvey.lessons.catalogue import load_lesson
from kadsurvey.lessons.lesson import LessonPage


@pytest.fixture(scope="session")
def page_of() -> Callable[[str], LessonPage]:
    """Return what runs a lesson by its name, each once."""

    @cache
    def ran(name: str) -> LessonPage:
        lesson = load_lesson(name)
        return lesson.run(lesson.seed)

    return ran
