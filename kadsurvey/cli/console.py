"""What a person sees on the terminal: the Tables, the findings, the files written."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

import click
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text as RichText

from kadsurvey._version import __version__
from kadsurvey.cli.options import explained_terms
from kadsurvey.findings import SEVERITIES, Finding
from kadsurvey.language.guard import visible
from kadsurvey.language.text import Label, Language, Text, render
from kadsurvey.report.cells import text_in
from kadsurvey.report.table import Table

if TYPE_CHECKING:
    from kadsurvey.run import Run

_PIPED_WIDTH = 120
_BELOW = (0, 0, 0, 2)
_WIDEST_WORD = 20
_SHOWN_OF_A_KIND = 5
_SHOWN_BY_CHECK = 20
_OPEN_FIRST = (".html", ".docx", ".xlsx")
_CHECKS = ("check", "register")
"""Commands whose business is findings."""
_STYLES = {"error": "bold red", "warning": "yellow", "note": "cyan"}


def show_run(run: Run, *, lang: Language, as_json: bool) -> None:
    """Print a run: as one JSON document, or its headline, findings, tables and files."""
    if as_json:
        click.echo(json.dumps(_document(run, lang), ensure_ascii=False))
        return
    console = _begun(run, lang)
    for table in run.tables:
        show_table(console, table, lang)
    show_files(console, run.files, lang)


def show_report(run: Run, *, lang: Language, as_json: bool) -> None:
    """Print what a report was made of, and which of its files to open first."""
    if as_json:
        click.echo(json.dumps(_document(run, lang), ensure_ascii=False))
        return
    console = _begun(run, lang)
    documents = [path for path in run.files if path.parent == run.files[0].parent]
    show_files(console, documents, lang)
    if figures := len(run.files) - len(documents):
        _print(console, Text("cli.figures_written", {"count": figures}).render(lang))
    first = [path for suffix in _OPEN_FIRST for path in documents if path.suffix == suffix]
    if first:
        names = [f"{_near(path.parent)}/{path.name}" for path in first]
        _print(console, Text("cli.open_first", {"files": names}).render(lang))


def _begun(run: Run, lang: Language) -> Console:
    """Print what every run begins with, and return the terminal for the rest."""
    for line in run.settings_taken:
        click.echo(visible(render(line, lang)), err=True)
    console = terminal()
    for label in run.headline:
        _print(console, render(label, lang))
    show_findings(console, run.findings, lang, whole=run.command in _CHECKS, workbook=f"{run.command}.xlsx")
    return console


def show_table(console: Console, table: Table, lang: Language) -> None:
    """Print one Table; its notes below it."""
    # Spanners stand above the label of each column: a terminal has no merged cells.
    drawn = RichTable(
        box=SIMPLE_HEAD, title=render(table.title, lang), title_justify="left", title_style="bold", pad_edge=False
    )
    for column in table.columns:
        words = column.kind == "text" and column.spanner is None
        cells = [text_in(row, column, lang) for row in table.rows]
        if column is table.columns[0]:
            cells += [render(row.group, lang) for row in table.rows if row.group is not None]
        heading = render(column.label, lang)
        narrowest = max(map(len, " ".join([heading, *cells] if words else [heading]).split()), default=1)
        if not words:
            # Numbers are never broken, so their column is as wide as the widest; the heading takes as many lines.
            heading = fill(heading, max(narrowest, *map(len, cells), 1), break_on_hyphens=False)
        if column.spanner is not None:
            heading = f"{render(column.spanner, lang)}\n{heading}"
        drawn.add_column(
            heading,
            justify="left" if words else "right",
            no_wrap=not words,
            overflow="fold",
            min_width=min(_WIDEST_WORD, narrowest) if words else None,
        )
    group: object = None
    for row in table.rows:
        if row.group is not None and row.group != group:
            drawn.add_row(RichText(visible(render(row.group, lang)), style="italic"))
            group = row.group
        texts = [
            RichText(visible(text_in(row, column, lang)), style="yellow" if column.key in row.marked else "")
            for column in table.columns
        ]
        drawn.add_row(*texts, style="bold" if row.strong else None)
    console.print(drawn)
    for note in table.notes:
        console.print(Padding(RichText(visible(render(note, lang))), _BELOW), style="dim")
    show_terms_of(console, table, lang)
    console.print()


def show_terms_of(console: Console, table: Table, lang: Language) -> None:
    """Print what the terms of a Table mean that no table before it had, where ``--explain`` asks for it."""
    if (explained := explained_terms()) is None:
        return
    from kadsurvey.cli.explained import term_line, terms_of

    new = [entry for entry in terms_of(table, lang) if entry.key not in explained]
    if new:
        _print(console, Text("cli.terms_of_table").render(lang), "italic")
    for entry in new:
        explained.add(entry.key)
        console.print(Padding(RichText(term_line(entry, lang)), _BELOW))


def show_findings(
    console: Console, findings: Sequence[Finding], lang: Language, *, whole: bool, workbook: str = "check.xlsx"
) -> None:
    """Print the findings, gravest first: all errors, of the others the first of each kind, fewer unless ``whole``.

    Where some are left out, a ``whole`` page names the workbook that lists them.
    """
    most = _SHOWN_BY_CHECK if whole else _SHOWN_OF_A_KIND
    shown: Counter[tuple[str, str]] = Counter()
    for severity in SEVERITIES:
        for finding in findings:
            if finding.severity != severity:
                continue
            shown[severity, finding.code] += 1
            if severity == "error" or shown[severity, finding.code] <= most:
                label = Text(f"cli.severity_{severity}").render(lang)
                console.print(
                    RichText.assemble((label, _STYLES[severity]), " ", visible(finding.render(lang))), soft_wrap=True
                )
    hidden = sum(count - most for (kind, _), count in shown.items() if kind != "error" and count > most)
    if hidden:
        code = "cli.more_in_workbook" if whole else "cli.more_findings"
        _print(console, Text(code, {"count": hidden, "file": workbook}).render(lang))
    if findings:
        console.print()


def show_files(console: Console, files: Iterable[Path], lang: Language) -> None:
    """Print which files were written, by name and their folder's name."""
    by_folder: dict[Path, list[str]] = {}
    for path in files:
        by_folder.setdefault(path.parent, []).append(path.name)
    for folder, names in by_folder.items():
        _print(console, Text("cli.files_written", {"folder": _near(folder), "files": names}).render(lang))


def _near(folder: Path) -> str:
    """Return the folder as seen from here; its name alone where it lies elsewhere."""
    try:
        return str(folder.resolve().relative_to(Path.cwd()))
    except ValueError:
        return folder.name


def _document(run: Run, lang: Language) -> dict[str, Any]:
    return {
        "schema": f"kadsurvey.{run.command}/1",
        "version": __version__,
        "results": {name: result.to_dict() for name, result in run.results.items()},
        "findings": [finding.to_dict(lang) for finding in run.findings],
        "files": [path.name for path in run.files],
    }


def terminal() -> Console:
    """Return the terminal, or a page of fixed width where the output goes elsewhere."""
    return Console(width=None if sys.stdout.isatty() else _PIPED_WIDTH, highlight=False, markup=False, emoji=False)


def _print(console: Console, line: Label, style: str | None = None) -> None:
    console.print(RichText(visible(str(line))), style=style, soft_wrap=False)
