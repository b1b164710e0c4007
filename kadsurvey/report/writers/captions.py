"""What the tables, figures and parts of a report are called in a text: Table 7, Figure 2, 3. Reliability."""

from __future__ import annotations

from collections.abc import Sequence

from kadsurvey.language.text import Label, Language, Text, render
from kadsurvey.report.document import Document, Part


def block_names(document: Document, lang: Language) -> dict[str, str]:
    """Return of each table's and figure's key its name with its number, such as ``Table 7``."""
    return {
        key: Text(f"report.{kind}_number", {"number": str(number)}).render(lang)
        for key, (kind, number) in document.numbers().items()
    }


def part_heading(part: Part, number: int, lang: Language) -> str:
    """Return a part's title with its number before it."""
    return Text("report.part_number", {"number": str(number), "title": part.title}).render(lang)


def joined(sentences: Sequence[Label], lang: Language) -> str:
    """Return sentences as one paragraph."""
    return " ".join(render(sentence, lang) for sentence in sentences)


def absence(reason: Label, lang: Language) -> str:
    """Return what stands in a part that has nothing to show."""
    return Text("report.part_absent", {"reason": reason}).render(lang)


def note_lead(lang: Language) -> str:
    """Return the word before the notes of a table or figure."""
    return Text("report.note_lead").render(lang)
