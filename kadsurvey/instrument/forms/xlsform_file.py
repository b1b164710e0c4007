"""XLSForms as xlsx files: the sheets survey, choices and settings, and the instrument carried along."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kadsurvey.archive import check_archive, check_parts, open_archive
from kadsurvey.errors import InputFileError
from kadsurvey.instrument.forms.xlsform import CONSTRUCT, LANGUAGE_NAMES, REVERSE, SPOKEN, FormRow, XlsForm
from kadsurvey.language.text import Language

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

EMBEDDED = "kadsurvey"

_SURVEY = ("type", "name", "label", "hint", "required", "required_message", "constraint", "constraint_message",
           "calculation", "appearance", CONSTRUCT, REVERSE)  # fmt: skip
_CHOICES = ("list_name", "name", "label")
_SETTINGS = ("form_title", "form_id", "version", "default_language")
_WIDTHS = {"type": 22, "name": 20, "label": 60, "hint": 30, "list_name": 16}
_LONGEST_HEADER = 300
_SEPARATOR = re.compile("::?")
_LANGUAGE_CODE = re.compile(r"\(\s*([a-z]{2})\b[^)]*\)\s*$")
_LANGUAGE_WORDS: dict[str, Language] = {
    "id": "id", "in": "id", "ind": "id", "indonesia": "id", "indonesian": "id", "bahasa": "id",
    "bahasa indonesia": "id",
    "en": "en", "eng": "en", "english": "en", "inggris": "en", "bahasa inggris": "en",
}  # fmt: skip
_ALIASES = {"list name": "list_name", "caption": "label", "relevance": "relevant", "calculate": "calculation"}
_MAX_BYTES = 50_000_000


def write_xlsform(form: XlsForm, path: Path) -> None:
    """Write a form as a workbook that KoboToolbox and ODK take."""
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    languages = [lang for lang in LANGUAGE_NAMES if any(row.get(f"label:{lang}") for row in form.survey)]
    _write_sheet(book.create_sheet("survey"), _SURVEY, form.survey, languages)
    _write_sheet(book.create_sheet("choices"), _CHOICES, form.choices, languages)
    _write_sheet(book.create_sheet("settings"), _SETTINGS, [form.settings], languages)
    if form.embedded:
        sheet = book.create_sheet(EMBEDDED)
        for line in form.embedded.splitlines():
            sheet.append([line or None])
    book.save(path)


def read_xlsform(path: Path) -> XlsForm:
    """Read the sheets of an XLSForm.

    Raises
    ------
    InputFileError
        If the file cannot be opened, is no xlsx workbook, or has no sheet ``survey`` with types and names.
    """
    from openpyxl import load_workbook

    _check_file(path)
    try:
        # openpyxl warns of parts it leaves out (styles, drop-downs); none of them holds a question.
        with path.open("rb") as stream, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            # Read row by row, so that a stray cell in the far corner is no sheet of empty cells in the memory.
            return _form(load_workbook(stream, read_only=True, data_only=True, keep_links=False), path.name)
    except InputFileError:
        raise
    except Exception as err:
        # openpyxl raises whatever its parts do; whatever it is, the file is no workbook that can be read.
        reason = next(iter(str(err).replace(str(path), path.name).splitlines()), type(err).__name__)[:100]
        raise InputFileError("forms.not_xlsx", file=path.name, reason=reason) from err


def _form(book: Workbook, file: str) -> XlsForm:
    sheets: dict[str, Any] = {sheet.title.strip().casefold(): sheet for sheet in book.worksheets}
    if "survey" not in sheets:
        raise InputFileError("forms.no_survey_sheet", file=file, sheets=list(book.sheetnames))
    survey = _read_sheet(sheets["survey"])
    if not any("type" in row.cells and "name" in row.cells for row in survey):
        raise InputFileError("forms.no_questions", file=file, sheet=sheets["survey"].title)
    choices = _read_sheet(sheets["choices"]) if "choices" in sheets else []
    settings = _read_sheet(sheets["settings"]) if "settings" in sheets else []
    embedded = _embedded(sheets[EMBEDDED]) if EMBEDDED in sheets else ""
    return XlsForm(tuple(survey), tuple(choices), settings[0] if settings else FormRow({}), embedded)


def _check_file(path: Path) -> None:
    if path.suffix.casefold() in (".xlsm", ".xltm"):
        raise InputFileError("ingest.macros", file=path.name)
    try:
        size = path.stat().st_size
    except OSError as err:
        raise InputFileError("instrument.file_not_found", file=path.name) from err
    if path.is_dir():
        raise InputFileError("instrument.is_folder", file=path.name)
    if not zipfile.is_zipfile(path):
        raise InputFileError("forms.not_xlsx", file=path.name, reason="zip")
    with open_archive(path) as archive:
        # What a small archive may unpack to counts, not what it weighs.
        size = sum(part.file_size for part in archive.infolist())
        if size > _MAX_BYTES:
            raise InputFileError("instrument.file_too_large", file=path.name, limit=_MAX_BYTES // 1000)
        check_archive(archive, path.name)
        if any(name.casefold().endswith("vbaproject.bin") for name in archive.namelist()):
            raise InputFileError("ingest.macros", file=path.name)
        check_parts(archive, path.name)


def _write_sheet(
    sheet: Worksheet, columns: Sequence[str], rows: Iterable[FormRow], languages: Sequence[Language]
) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    rows = list(rows)
    shown: list[tuple[str, str]] = []
    for column in columns:
        if column in SPOKEN:
            shown += [(f"{column}:{lang}", f"{column}::{LANGUAGE_NAMES[lang]}") for lang in languages]
        else:
            shown.append((column, column))
    shown = [(key, header) for key, header in shown if any(row.get(key) for row in rows)]
    sheet.append([header for _, header in shown])
    for row in rows:
        sheet.append([row.get(key) or None for key, _ in shown])
    for cells in sheet.iter_rows(min_row=2):
        for cell in cells:
            if isinstance(cell.value, str):
                # openpyxl would take a text that begins with "=" for a formula.
                cell.data_type = "s"
            cell.alignment = Alignment(vertical="top", wrap_text=True)
    for place, (key, _) in enumerate(shown, start=1):
        sheet.cell(1, place).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS.get(key.partition(":")[0], 18)
    sheet.freeze_panes = "A2"


def _read_sheet(sheet: Any) -> list[FormRow]:
    """Return the rows below the header that hold anything, under the names that this program gives their columns."""
    # What a sheet says of its own size may be a lie.
    sheet.reset_dimensions()
    rows = sheet.iter_rows(values_only=True)
    columns = [_column(_text(cell)) for cell in next(rows, ())]
    found = []
    for number, cells in enumerate(rows, start=2):
        values: dict[str, str] = {}
        for column, cell in zip(columns, cells, strict=False):
            if column and (text := _text(cell)):
                values.setdefault(column, text)
        if values:
            found.append(FormRow(values, number))
    return found


def _column(header: str) -> str:
    """Return ``label:id`` for ``label::Bahasa Indonesia (id)``; a language that is neither id nor en keeps its name."""
    name, *languages = (part.strip() for part in _SEPARATOR.split(header[:_LONGEST_HEADER], maxsplit=1))
    name = _ALIASES.get(name.casefold(), name.casefold().replace(" ", "_"))
    if not languages:
        return name
    return f"{name}:{language_of(languages[0]) or languages[0]}"


def language_of(words: str) -> Language | None:
    """Return which language a form means by ``Bahasa Indonesia (id)``, ``English`` or ``id``; None for another."""
    bare = words.strip().casefold()
    code = _LANGUAGE_CODE.search(bare)
    return _LANGUAGE_WORDS.get(code[1] if code else bare)


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(cell).upper()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _embedded(sheet: Any) -> str:
    sheet.reset_dimensions()
    lines = ["" if not row or row[0] is None else str(row[0]) for row in sheet.iter_rows(max_col=1, values_only=True)]
    return "\n".join(lines) + "\n"
