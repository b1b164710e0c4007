"""The forms of an instrument as files: which there are, what they are called, and what writes each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Literal, TypeAlias

from kadsurvey.instrument.forms.codebook import write_markdown, write_workbook
from kadsurvey.instrument.forms.entry_workbook import write_entry_workbook
from kadsurvey.instrument.forms.printable import write_printable
from kadsurvey.instrument.forms.questionnaire import Questionnaire, separate_groups
from kadsurvey.instrument.forms.xlsform import xlsform
from kadsurvey.instrument.forms.xlsform_file import write_xlsform
from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import LANGUAGES, Language

FormKind: TypeAlias = Literal["xlsform", "workbook", "form", "codebook"]
Writer: TypeAlias = Callable[[Path], None]


def form_files(
    instrument: Instrument,
    kind: FormKind,
    *,
    group: str | None = None,
    seed: int | None = None,
    languages: Sequence[Language] = LANGUAGES,
    lang: Language = "en",
) -> dict[str, Writer]:
    """Return the files of one kind of form.

    Parameters
    ----------
    instrument : Instrument
    kind : {"xlsform", "workbook", "form", "codebook"}
    group : str, optional
        The one group whose forms are wanted. None is all: where groups read different words, a form for each; a
        workbook for all together, with a column for the group.
    seed : int, optional
        Shuffles the items; None keeps the instrument's order.
    languages : sequence of {"id", "en"}
        One workbook and one printed form each; an XLSForm holds them all and opens in the first.
    lang : {"id", "en"}
        Language of the codebook's headings.

    Returns
    -------
    dict
        What writes each file, by its name.

    Raises
    ------
    ArgumentError
        If there is no such group.
    """
    groups = (group,) if group is not None or kind == "workbook" else separate_groups(instrument)
    files: dict[str, Writer] = {}
    for name in groups:
        asked = Questionnaire.of(instrument, group=name, seed=seed)
        stem = "-".join(part for part in (instrument.name, kind, name, seed is not None and f"seed{seed}") if part)
        match kind:
            case "xlsform":
                files[f"{stem}.xlsx"] = partial(write_xlsform, xlsform(asked, lang=languages[0]))
            case "workbook":
                for spoken in languages:
                    file = f"{stem}-{spoken}.xlsx"
                    files[file] = partial(write_entry_workbook, asked, lang=spoken, name=file)
            case "form":
                for spoken in languages:
                    files[f"{stem}-{spoken}.docx"] = partial(write_printable, asked, lang=spoken)
            case "codebook":
                stem = f"{instrument.name}-codebook"
                files[f"{stem}.md"] = partial(write_markdown, instrument, lang=lang)
                files[f"{stem}.xlsx"] = partial(write_workbook, instrument, lang=lang)
    return files


def text_file(text: str) -> Writer:
    """Return what writes a text."""

    def write(path: Path) -> None:
        path.write_text(text, encoding="utf-8")

    return write
