"""Raw cells of xlsx, xls and ods workbooks, with the formulas and error values that a plain reader would hide."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from kadsurvey.errors import InputFileError
from kadsurvey.ingest.archive import DAMAGE, check_archive, check_extent, scan_opendocument, scan_worksheets
from kadsurvey.ingest.compound import check_compound
from kadsurvey.ingest.grid import Cell, Grid

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

WorkbookKind: TypeAlias = Literal["xlsx", "ods", "xls"]


def read_workbook(path: Path, kind: WorkbookKind) -> list[Grid]:
    """Read every worksheet of a workbook, the empty ones too.

    Parameters
    ----------
    path : Path
        The file.
    kind : {"xlsx", "ods", "xls"}
        What its content was found to be; the extension does not count.

    Raises
    ------
    InputFileError
        If the file is damaged, protected by a password, or too large.
    """
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    formulas: dict[str, set[tuple[int, int]]] = {}
    errors: dict[str, dict[tuple[int, int], str]] = {}
    if kind == "xls":
        check_compound(path.read_bytes(), path.name)
    else:
        with open_archive(path) as archive:
            check_archive(archive, path.name)
            if kind == "ods":
                formulas = scan_opendocument(archive, path.name)
            elif scan_worksheets(archive, path.name):
                formulas, errors = _special_cells(path)
    grids = []
    for name, typ, visible, rows in _sheets(path):
        if typ != SheetTypeEnum.WorkSheet:
            continue
        for (row, column), text in errors.get(name, {}).items():
            if row < len(rows) and column < len(rows[row]):
                rows[row][column] = text
        grids.append(
            Grid(
                file=path.name,
                sheet=name,
                rows=rows,
                formulas=frozenset(formulas.get(name, ())),
                hidden=visible != SheetVisibleEnum.Visible,
                sees_formulas=kind != "xls",
            )
        )
    return grids


def open_archive(path: Path) -> zipfile.ZipFile:
    """Open the zip file that an xlsx or ods workbook is."""
    try:
        return zipfile.ZipFile(path)
    except DAMAGE as err:
        raise InputFileError("ingest.damaged_workbook", file=path.name, reason=str(err)) from err


def _sheets(path: Path) -> Iterator[tuple[str, object, object, list[list[Cell]]]]:
    from python_calamine import CalamineWorkbook

    with _reader_faults(path.name):
        workbook: CalamineWorkbook = CalamineWorkbook.from_path(str(path))
        for place, sheet in enumerate(workbook.sheets_metadata):
            cells = workbook.get_sheet_by_index(place)
            check_extent(cells.total_height + 1, cells.total_width + 1, path.name, sheet.name)
            rows = cells.to_python(skip_empty_area=False)
            yield sheet.name, sheet.typ, sheet.visible, [[*row] for row in rows]


@contextmanager
def _reader_faults(file: str) -> Iterator[None]:
    from python_calamine import CalamineError, PasswordError

    try:
        yield
    except PasswordError as err:
        raise InputFileError("ingest.password", file=file) from err
    except (CalamineError, OSError, ValueError) as err:
        raise InputFileError("ingest.damaged_workbook", file=file, reason=str(err)) from err
    except BaseException as err:
        # A fault inside the compiled reader is no Exception, and its class cannot be imported.
        if type(err).__name__ != "PanicException":
            raise
        raise InputFileError("ingest.damaged_workbook", file=file, reason=str(err)) from err


def _special_cells(path: Path) -> tuple[dict[str, set[tuple[int, int]]], dict[str, dict[tuple[int, int], str]]]:
    """Name the cells with a formula and those with an error value such as #N/A, sheet by sheet."""
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    formulas: dict[str, set[tuple[int, int]]] = {}
    errors: dict[str, dict[tuple[int, int], str]] = {}
    try:
        # openpyxl warns of parts it leaves out (styles, drop-downs); none of them holds an answer.
        with path.open("rb") as stream, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for sheet in openpyxl.load_workbook(stream, read_only=True).worksheets:
                for cell in chain.from_iterable(sheet.iter_rows()):
                    if cell.value is None or cell.row is None or cell.column is None:
                        continue
                    place = (cell.row - 1, cell.column - 1)
                    if cell.data_type == "f":
                        formulas.setdefault(sheet.title, set()).add(place)
                    elif cell.data_type == "e":
                        errors.setdefault(sheet.title, {})[place] = str(cell.value)
    # Broken XML is a SyntaxError of whichever parser openpyxl found installed.
    except (*DAMAGE, InvalidFileException, SyntaxError, TypeError, AttributeError, IndexError) as err:
        raise InputFileError("ingest.damaged_workbook", file=path.name, reason=str(err)) from err
    return formulas, errors
