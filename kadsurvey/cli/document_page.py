"""A document on the terminal: its paragraphs and tables; figures by their names, for they are in the file."""

from __future__ import annotations

from rich.console import Console
from rich.padding import Padding
from rich.text import Text as RichText

from kadsurvey.cli.console import show_table
from kadsurvey.language.text import Language, Text, render
from kadsurvey.report.document import Document, Figure, Prose
from kadsurvey.report.references import apa_text
from kadsurvey.report.table import Table
from kadsurvey.report.writers.captions import joined, part_heading

_INDENT = (0, 0, 0, 2)


def show_document(console: Console, document: Document, lang: Language) -> None:
    """Print a document from its title to its references."""
    console.print(RichText(render(document.title, lang), style="bold"))
    for line in document.lines:
        console.print(RichText(render(line, lang)), style="dim")
    for number, part in enumerate(document.parts, start=1):
        console.print()
        console.print(RichText(part_heading(part, number, lang), style="bold"))
        for block in part.blocks:
            match block:
                case Prose():
                    console.print(Padding(RichText(joined(block.sentences, lang)), _INDENT))
                case Table():
                    console.print()
                    show_table(console, block, lang)
                case Figure():
                    words = Text("cli.figure_in_page", {"title": block.title}).render(lang)
                    console.print(Padding(RichText(words), _INDENT), style="dim")
    if document.references:
        console.print()
        console.print(RichText(Text("report.references").render(lang), style="bold"))
        for reference in document.references:
            console.print(Padding(RichText(apa_text(reference, lang).replace("*", "")), _INDENT))
    console.print()
