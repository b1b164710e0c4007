"""The terms that a table speaks of, each in a line."""

from __future__ import annotations

from collections.abc import Iterator

from kadsurvey.language.glossary import Term
from kadsurvey.language.terms_in import terms_in
from kadsurvey.language.text import Language, Text, render
from kadsurvey.report.table import Table


def terms_of(table: Table, lang: Language) -> tuple[Term, ...]:
    """Return the terms in a Table's own words: title, headings, labels of rows and notes; not in what the data say."""
    found = {entry.key: entry for words in _words(table, lang) for entry in terms_in(words, lang)}
    return tuple(found.values())


def term_line(entry: Term, lang: Language) -> str:
    """Return what a term means, and its rules of thumb with who proposed them."""
    params = {"name": entry.name[lang], "meaning": entry.meaning[lang]}
    if not entry.rules:
        return Text("cli.term_line", params).render(lang)
    rules = "; ".join(f"{rule.value[lang]} ({rule.source})" for rule in entry.rules)
    return Text("cli.term_line_rule", {**params, "rules": rules}).render(lang)


def _words(table: Table, lang: Language) -> Iterator[str]:
    yield render(table.title, lang)
    for column in table.columns:
        yield from (render(label, lang) for label in (column.spanner, column.label) if label is not None)
    for row in table.rows:
        # A Text is the program's word; a plain string may be somebody's name.
        labels = (row.group, *row.values.values())
        yield from (label.render(lang) for label in labels if isinstance(label, Text))
    yield from (render(note, lang) for note in table.notes)
