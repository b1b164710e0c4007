"""Raw cells of xlsx, xls and ods workbooks, with the formulas and error values that a plain reader would hide."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

from kadsurvey.archive import open_archive, said
from kadsurvey.errors import InputFileError
from kadsurvey.ingest.compound import check_compound
from kadsurvey.ingest.extent import check_extent
from kadsurvey.ingest.grid import Grid, Row
from kadsurvey.ingest.opendocument import scan_opendocument
from kadsurvey.ingest.worksheets import Worksheets

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

    special = _Special({}, {})
    if kind == "xls":
        check_compound(path.read_bytes(), path.name)
        sheets = _sheets(path)
    elif kind == "ods":
        with open_archive(path) as archive:
            special = _Special(scan_opendocument(archive, path.name), {})
        sheets = _sheets(path)
    else:
        worksheets = Worksheets(path)
        worksheets.measure()
        # The reader works without Python's lock, so that the search for formulas takes no time of its own.
        with ThreadPoolExecutor(1) as pool:
            search = pool.submit(_special_cells, path, worksheets)
            sheets = _sheets(path)
            special = search.result()
    _check_names([name for name, *_ in sheets], special, path.name)
    return [
        Grid(
            file=path.name,
            sheet=name,
            rows=_with_errors(rows, special.errors.get(name, {})),
            formulas=frozenset(special.formulas.get(name, ())),
            hidden=visible != SheetVisibleEnum.Visible,
            sees_formulas=kind != "xls",
        )
        for name, typ, visible, rows in sheets
        if typ == SheetTypeEnum.WorkSheet
    ]


def _check_names(names: list[str], special: _Special, file: str) -> None:
    """Refuse sheets of one name, and formulas of a sheet that was not read: whose they are could not be told."""
    known = {name.casefold() for name in names}
    if len(known) < len(names):
        raise InputFileError("ingest.sheet_twice", file=file, sheets=names)
    if not {*special.formulas, *special.errors} <= set(names):
        raise InputFileError("ingest.damaged_workbook", file=file, reason=", ".join(special.formulas))


@dataclass(frozen=True, slots=True)
class _Special:
    """Cells with a formula, and cells with an error value such as #N/A, sheet by sheet."""

    formulas: dict[str, set[tuple[int, int]]]
    errors: dict[str, dict[tuple[int, int], str]]


def _sheets(path: Path) -> list[tuple[str, object, object, Sequence[Row]]]:
    from python_calamine import CalamineWorkbook

    sheets: list[tuple[str, object, object, Sequence[Row]]] = []
    with _reader_faults(path):
        workbook: CalamineWorkbook = CalamineWorkbook.from_path(str(path))
        for place, sheet in enumerate(workbook.sheets_metadata):
            cells = workbook.get_sheet_by_index(place)
            check_extent(cells.total_height + 1, cells.total_width + 1, path.name, sheet.name)
            rows = cells.to_python(skip_empty_area=False)
            sheets.append((sheet.name, sheet.typ, sheet.visible, rows))
    return sheets


def _with_errors(rows: Sequence[Row], errors: Mapping[tuple[int, int], str]) -> Sequence[Row]:
    """Put error values back, which the reader gives as blanks."""
    if not errors:
        return rows
    cells = [list(row) for row in rows]
    for (row, column), text in errors.items():
        if row < len(cells) and column < len(cells[row]):
            cells[row][column] = text
    return cells


@contextmanager
def _reader_faults(path: Path) -> Iterator[None]:
    from python_calamine import PasswordError

    try:
        yield
    except InputFileError:
        raise
    except PasswordError as err:
        raise InputFileError("ingest.password", file=path.name) from err
    except BaseException as err:
        # Whatever the compiled reader raises, the file is damaged; a fault inside it is no Exception, and its class
        # cannot be imported.
        if not isinstance(err, Exception) and type(err).__name__ != "PanicException":
            raise
        raise InputFileError("ingest.damaged_workbook", file=path.name, reason=said(err, path)) from err


def _special_cells(path: Path, worksheets: Worksheets) -> _Special:
    """Name the cells with a formula and those with an error value, if there are any."""
    if not worksheets.hold_special_cells():
        return _Special({}, {})
    import openpyxl

    formulas: dict[str, set[tuple[int, int]]] = {}
    errors: dict[str, dict[tuple[int, int], str]] = {}
    try:
        # openpyxl warns of parts it leaves out (styles, drop-downs); none of them holds an answer.
        with path.open("rb") as stream, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for sheet in openpyxl.load_workbook(stream, read_only=True, keep_links=False).worksheets:
                for cell in chain.from_iterable(sheet.iter_rows()):
                    if cell.value is None or cell.row is None or cell.column is None:
                        continue
                    place = (cell.row - 1, cell.column - 1)
                    if cell.data_type == "f":
                        formulas.setdefault(sheet.title, set()).add(place)
                    elif cell.data_type == "e":
                        errors.setdefault(sheet.title, {})[place] = str(cell.value)
    except Exception as err:
        # openpyxl and whichever XML parser it finds raise whatever they meet; whatever it is, the file is damaged.
        raise InputFileError("ingest.damaged_workbook", file=path.name, reason=said(err, path)) from err
    return _Special(formulas, errors)
