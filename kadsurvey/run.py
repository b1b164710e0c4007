"""What one command did, and the writers of its files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kadsurvey.findings import Change, Finding, worst
from kadsurvey.language.text import Label, Language

if TYPE_CHECKING:
    import pandas as pd

    from kadsurvey.report.table import Table
    from kadsurvey.results import Result


@dataclass(frozen=True, slots=True)
class Run:
    """What one command did.

    Attributes
    ----------
    command : str
    results : mapping of name to Result
    findings : tuple of Finding
    log : tuple of Change
    tables : tuple of Table
        What to show, in order; the workbook may hold more.
    headline : tuple of Label
        One line each: what was read.
    files : tuple of Path
        Files written.
    settings_taken : tuple of Label
        What came from study.toml.
    """

    command: str
    results: Mapping[str, Result]
    findings: tuple[Finding, ...]
    log: tuple[Change, ...]
    tables: tuple[Table, ...]
    headline: tuple[Label, ...] = ()
    files: tuple[Path, ...] = ()
    settings_taken: tuple[Label, ...] = ()

    @property
    def status(self) -> int:
        """Exit status: 1 where a finding is an error, else 0."""
        return 1 if worst(self.findings) == "error" else 0


def workbook(tables: Sequence[Table], lang: Language) -> Callable[[Path], None]:
    """Return what writes Tables as a workbook."""
    from kadsurvey.report.writers.xlsx import write_xlsx

    return lambda path: write_xlsx(tables, path, lang=lang)


def json_file(content: dict[str, Any]) -> Callable[[Path], None]:
    """Return what writes plain values as JSON."""
    import json

    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"

    def write(path: Path) -> None:
        path.write_text(text, encoding="utf-8")

    return write


def csv_file(frame: pd.DataFrame) -> Callable[[Path], None]:
    """Return what writes a frame as csv."""
    from kadsurvey.report.writers.csv import write_csv

    return lambda path: write_csv(frame, path)
