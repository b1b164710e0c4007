"""What a finding means, as a page on the terminal."""

from __future__ import annotations

import dataclasses
import json
from itertools import groupby

import click

from kadsurvey.errors import ArgumentError
from kadsurvey.language.findings import FindingEntry, UnknownFindingError, finding_entries, finding_entry
from kadsurvey.language.text import Language, Text

_INDENT = "  "
_WIDTH = 88


def show_finding(code: str, lang: Language, *, as_json: bool) -> None:
    """Print the entry of a finding.

    Raises
    ------
    ArgumentError
        If no finding has the code; it names the nearest.
    """
    try:
        entry = finding_entry(code)
    except UnknownFindingError as err:
        raise ArgumentError("cli.unknown_finding", code=code, known=list(err.near) or "–") from None
    if as_json:
        click.echo(json.dumps(dataclasses.asdict(entry), ensure_ascii=False))
        return
    click.echo(f"{entry.code} ({_severity(entry, lang)})")
    for heading, words in (("cli.finding_meaning", entry.meaning), ("cli.finding_fix", entry.fix)):
        click.echo(f"\n{Text(heading).render(lang)}:\n{_wrap(words[lang], _INDENT)}")


def show_finding_codes(lang: Language, *, as_json: bool) -> None:
    """Print every finding: code, severity, meaning."""
    entries = finding_entries()
    if as_json:
        click.echo(json.dumps([dataclasses.asdict(entry) for entry in entries], ensure_ascii=False))
        return
    click.echo(Text("cli.findings_list").render(lang) + ":")
    for _, of_station in groupby(entries, key=lambda entry: entry.code.partition(".")[0]):
        click.echo()
        for entry in of_station:
            click.echo(f"{_INDENT}{entry.code} ({_severity(entry, lang)})")
            click.echo(_wrap(entry.meaning[lang], 3 * _INDENT))


def _severity(entry: FindingEntry, lang: Language) -> str:
    return ", ".join(Text(f"cli.severity_{severity}").render(lang) for severity in entry.severities)


def _wrap(text: str, indent: str) -> str:
    return click.wrap_text(text, width=_WIDTH, initial_indent=indent, subsequent_indent=indent)
