"""A lesson as a document: what is shown, truth beside estimate, what to look at, questions, answers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite
from pathlib import Path

from kadsurvey._version import __version__
from kadsurvey.language.glossary import term
from kadsurvey.language.text import LANGUAGES, Label, Language, Text
from kadsurvey.lessons.lesson import Comparison, Estimate, LessonPage
from kadsurvey.report.cells import cell_text
from kadsurvey.report.document import Block, Document, Part, Prose
from kadsurvey.report.references import cited
from kadsurvey.report.table import Column, Row, Table


def lesson_document(page: LessonPage, *, answers: bool) -> Document:
    """Lay out what a lesson found.

    Parameters
    ----------
    page : LessonPage
    answers : bool
        Whether the answers to the questions stand at the end.
    """
    tables = [comparison_table(entry) for entry in page.comparisons]
    blocks: list[Block] = [*tables, *page.tables, *page.figures]
    refers = tuple(block.key for block in blocks if not isinstance(block, Prose))
    parts = [
        Part("story", Text("lesson.part_story"), (*(Prose((entry,)) for entry in page.story),)),
        Part("found", Text("lesson.part_found"), (Prose(page.seen, refers, page.cites), *blocks)),
        Part("lookout", Text("lesson.part_lookout"), (Prose(page.lookout), Prose((_more(page),)))),
        Part("questions", Text("lesson.part_questions"), _numbered([entry.question for entry in page.questions])),
    ]
    if answers:
        own = _numbered([entry.answer for entry in page.questions])
        parts.append(Part("answers", Text("lesson.part_answers"), own))
    made = {"name": page.name, "seed": page.seed, "version": __version__}
    lines = (Text("lesson.synthetic"), Text("lesson.made", made))
    return Document(page.title, lines, tuple(parts), cited(page.cites))


def lesson_files(page: LessonPage, document: Document, lang: Language) -> dict[str, Callable[[Path], None]]:
    """Return what writes the page of a lesson, by its file's name."""
    from kadsurvey.report.writers.html import write_html

    pictures = {figure.key: figure.draw(lang) for figure in document.figures()}
    return {f"{page.name}-{lang}.html": lambda path: write_html(document, path, lang=lang, pictures=pictures)}


def comparison_table(comparison: Comparison) -> Table:
    """Lay out truth and estimates side by side, the limits in brackets behind what they are of."""
    shown = Column("x", "x", comparison.kind, comparison.digits)
    rows = tuple(
        Row(
            {
                "what": line.what,
                "truth": line.truth,
                "wrong": _with_limits(line.wrong, shown),
                "right": _with_limits(line.right, shown),
            }
        )
        for line in comparison.lines
    )
    ways = {"wrong": comparison.wrong, "right": comparison.right}
    estimates = {name: [getattr(line, name) for line in comparison.lines] for name in ways}
    limited = any(isfinite(entry.low) for own in estimates.values() for entry in own)
    return Table(
        key=comparison.key,
        title=comparison.title,
        columns=(
            Column("what", Text("lesson.what")),
            Column("truth", Text("lesson.truth"), comparison.kind, comparison.digits),
            # A way that says nothing of any line has no column.
            *(Column(name, ways[name]) for name, own in estimates.items() if any(isfinite(one.value) for one in own)),
        ),
        rows=rows,
        notes=(*comparison.notes, *((Text("lesson.note_limits"),) if limited else ())),
        result="LessonPage",
    )


def _with_limits(estimate: Estimate, column: Column) -> Label:
    shown: dict[Language, str] = {}
    for lang in LANGUAGES:
        value, low, high = (cell_text(number, column, lang) for number in (estimate.value, estimate.low, estimate.high))
        apart = "; " if lang == "id" else ", "
        shown[lang] = f"{value} [{low}{apart}{high}]" if isfinite(estimate.low) else value
    return shown


def _more(page: LessonPage) -> Label:
    names: list[Label] = [dict(term(key).name) for key in page.terms]
    return Text("lesson.more", {"terms": names, "keys": ", ".join(page.terms)})


def _numbered(lines: Sequence[Label]) -> tuple[Prose, ...]:
    return tuple(
        Prose((Text("lesson.numbered", {"number": number, "words": line}),))
        for number, line in enumerate(lines, start=1)
    )
