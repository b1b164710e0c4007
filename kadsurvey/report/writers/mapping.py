"""The mapping file for the user to answer: a workbook, for a csv would lose zeros and dots on its way through Excel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kadsurvey.ingest.mapping import MAPPING_COLUMNS, UserMapping
from kadsurvey.ingest.proposals import Proposal
from kadsurvey.language.text import Language, Text, render
from kadsurvey.report.writers.package import legible

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

MAPPING_FILE = "mapping.xlsx"

_SHEET = "mapping"
_WIDTHS = {"as_written": 32, "meant": 32, "question": 60}
_TEXT = "@"


def mapping_file(proposals: Sequence[Proposal], given: UserMapping | None, lang: Language) -> Callable[[Path], None]:
    """Return what writes a mapping file: the rows of the given one as they are, then the proposals."""
    kept = [Proposal(row, row.question) for row in given.rows] if given is not None else []
    return lambda path: write_mapping([*kept, *proposals], path, lang=lang)


def write_mapping(rows: Sequence[Proposal], path: Path, *, lang: Language) -> None:
    """Write the rows with a drop-down under ``accept``, and a sheet that says how to answer.

    Every cell is text, so that ``1.250`` and ``0071`` stay as they are.
    """
    from openpyxl import Workbook
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook()
    sheet: Worksheet = book.worksheets[0]
    sheet.title = _SHEET
    for line, values in enumerate([dict(zip(MAPPING_COLUMNS, MAPPING_COLUMNS, strict=True)), *_texts(rows, lang)], 1):
        for place, name in enumerate(MAPPING_COLUMNS, start=1):
            cell = sheet.cell(line, place)
            cell.value = legible(values[name]) or None
            cell.number_format = _TEXT
            if values[name]:
                # openpyxl takes text that begins with "=" for a formula unless told that it is text.
                cell.data_type = "s"
            if line == 1:
                cell.font = Font(bold=True)
    for place, name in enumerate(MAPPING_COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS.get(name, 14)
    sheet.freeze_panes = "A2"
    _offer_answers(sheet, len(rows), lang)
    _write_help(book.create_sheet(Text("report.mapping_help_sheet").render(lang)), lang)
    book.save(path)


def _texts(rows: Sequence[Proposal], lang: Language) -> list[dict[str, str]]:
    answers: dict[bool | None, str] = {
        True: Text("report.mapping_yes").render(lang),
        False: Text("report.mapping_no").render(lang),
        None: "",
    }
    return [
        {
            "kind": proposal.row.kind,
            "column": proposal.row.column,
            "cell": proposal.row.cell,
            "as_written": proposal.row.written,
            "meant": proposal.row.meant,
            "accept": answers[proposal.row.accepted],
            "count": proposal.row.count,
            "question": render(proposal.question, lang),
        }
        for proposal in rows
    ]


def _offer_answers(sheet: Worksheet, n_rows: int, lang: Language) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    yes, no = (Text(f"report.mapping_{word}").render(lang) for word in ("yes", "no"))
    offered = DataValidation(type="list", formula1=f'"{yes},{no}"', allow_blank=True, showErrorMessage=False)
    letter = get_column_letter(MAPPING_COLUMNS.index("accept") + 1)
    offered.add(f"{letter}2:{letter}{n_rows + 1}")
    sheet.add_data_validation(offered)


def _write_help(sheet: Worksheet, lang: Language) -> None:
    from openpyxl.styles import Alignment

    sheet.column_dimensions["A"].width = 110
    for line, text in enumerate(Text("report.mapping_help").render(lang).strip().splitlines(), start=1):
        cell = sheet.cell(line, 1, text)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
