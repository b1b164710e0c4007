"""The register of cooperations: which bodies there are, who their members are, and where that is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

import pandas as pd

from kadsurvey.errors import InputFileError, nearest
from kadsurvey.findings import Change, Finding, Severity
from kadsurvey.ingest.bodies import KEY
from kadsurvey.ingest.body_columns import read_column
from kadsurvey.ingest.codes import name_key
from kadsurvey.ingest.columns import Columns, other_sheets, resolve_columns
from kadsurvey.ingest.files import read_file
from kadsurvey.ingest.header import Header, NameIndex, find_header
from kadsurvey.ingest.naming import near_misspellings
from kadsurvey.ingest.region_codes import nearest_province, province_code
from kadsurvey.ingest.register_members import read_members
from kadsurvey.ingest.table import Table, read_table
from kadsurvey.instrument.model import BodyField, BodyFieldType
from kadsurvey.results import Result, plain

CodeCheck: TypeAlias = Literal["list", "form"]

WORDINGS: Mapping[str, list[str]] = {
    "body": ["lembaga", "kode_lembaga", "id_lembaga", "kad", "lembaga_kerja_sama", "cooperation_body"],
    "name": ["nama", "nama_lembaga", "nama_kad", "nama_kerja_sama", "body_name"],
    "province": ["provinsi", "propinsi", "kode_provinsi", "nama_provinsi"],
    "service": ["layanan", "urusan", "bidang", "jenis_layanan", "bidang_kerja_sama"],
    "form": ["bentuk", "bentuk_lembaga", "bentuk_hukum", "bentuk_organisasi", "bentuk_kerja_sama", "legal_form"],
    "members": ["jumlah_anggota", "jumlah_daerah", "n_anggota", "n_members", "number_of_members"],
    "member_names": ["anggota", "nama_anggota", "nama_daerah_anggota", "daftar_anggota", "names_of_the_members"],
    "member_codes": [
        "kode",
        "kode_wilayah",
        "kode_anggota",
        "kode_daerah",
        "kode_wilayah_anggota",
        "kode_daerah_anggota",
        "region_codes",
    ],
    "founded": ["tahun_berdiri", "berdiri", "tahun_dibentuk", "year_founded"],
    "remark": ["keterangan", "catatan", "remarks"],
    "source": ["sumber", "rujukan", "sources"],
}
"""The columns of a register, in their order, with other headers that mean them."""

_TYPES: Mapping[str, BodyFieldType] = {"members": "count", "founded": "year"}
_OF_MEMBERS = ("member_names", "member_codes")
_NAMED = frozenset({KEY, "name"})


@dataclass(frozen=True, slots=True, eq=False)
class Register(Result):
    """The bodies of a register.

    Attributes
    ----------
    data : DataFrame, index ``body``
        Those of ``name, province, service, form, members, founded, remark, source`` that the file has; ``members``
        (the number of them) and ``founded`` (a year) as float, the others as text.
    members : DataFrame, columns ``body``, ``member``, ``code``
        A row a member: its name, and its *kode wilayah* with the dot (``34.04``), either of which may be missing.
    findings : tuple of Finding
        What is odd in the file.
    log : tuple of Change
        What was read as what.
    codes_by : {"list", "form"}
        Whether the codes were held against a list of regions, or against their form only.
    """

    data: pd.DataFrame
    members: pd.DataFrame
    findings: tuple[Finding, ...] = ()
    log: tuple[Change, ...] = ()
    codes_by: CodeCheck = "form"

    @property
    def names(self) -> list[str]:
        """The bodies, each once."""
        return [str(body) for body in self.data.index]

    def to_frame(self) -> pd.DataFrame:
        """Return the data."""
        return self.data

    def to_dict(self) -> dict[str, Any]:
        """Return data, members, findings and log as plain values."""
        return {
            "data": plain(self.data),
            "members": plain(self.members),
            "codes_by": self.codes_by,
            "findings": [finding.to_dict() for finding in self.findings],
            "log": [change.to_dict() for change in self.log],
        }


def read_register(path: str | Path, *, regions: Mapping[str, str] | None = None) -> Register:
    """Read a register of cooperations: one row a body.

    Parameters
    ----------
    path : str or Path
        An xlsx, xls, ods or csv file with the columns ``body, name, province, service, form, members, member_names,
        member_codes, founded, remark, source``, also under their usual Indonesian headers. Only ``body`` is needed.
        Members and their codes are separated by semicolons, in the same order.
    regions : mapping of code to name, optional
        All provinces, regencies and cities, codes with dots, to hold the *kode wilayah* against; without it only their
        form is checked. `kadsurvey.ingest.region_codes.installed_regions` gives such a list.

    Raises
    ------
    InputFileError
        If the file cannot be read, names no body, or has no column for it.

    Examples
    --------
    >>> from kadsurvey._resources import bundled
    >>> register = read_register(bundled("sample_data") / "register.csv")
    >>> register.members.loc[register.members["body"] == "kartamantul", "member"].tolist()
    ['Yogyakarta', 'Sleman', 'Bantul']
    """
    content = read_file(path)
    key = frozenset({KEY})
    headers = find_header(content.grids, NameIndex(WORDINGS), key)
    if not headers:
        sheets = [grid.sheet for grid in content.grids if grid.sheet]
        raise InputFileError("ingest.no_body_key", file=content.file, column=KEY, sheets=sheets or "-")
    header = headers[0]
    columns = resolve_columns(header, unique=frozenset(WORDINGS), left_out={})
    table = read_table(header, columns.read, _NAMED, row_is="body")
    if not table.rows.size:
        raise InputFileError("ingest.no_bodies", file=content.file, sheet=header.grid.sheet or "", row=header.row + 1)
    findings = [*columns.findings, *_unknown(header, columns)]
    findings += [*other_sheets(content.grids, headers, key), *table.findings]
    if not header.grid.sees_formulas:
        findings.append(Finding("ingest.formulas_unseen", "note", {}, header.grid.file))
    reader = _RegisterReader(table, regions, findings, [*content.log, *columns.log, *table.log])
    return reader.read()


class _RegisterReader:
    """Reads the table of one file and gathers what is odd about it."""

    def __init__(
        self, table: Table, regions: Mapping[str, str] | None, findings: list[Finding], log: list[Change]
    ) -> None:
        self._table = table
        self._regions = regions
        self._findings = findings
        self._log = log

    def read(self) -> Register:
        """Type the columns, index the rows, and say what does not fit."""
        columns = {name: self._column(name) for name in WORDINGS if name in self._table.columns}
        rows = self._first_rows(columns[KEY])
        bodies = [columns[KEY][row] for row in rows]
        kept = {name: values for name, values in columns.items() if name != KEY and name not in _OF_MEMBERS}
        frame = pd.DataFrame(kept, index=range(len(self._table.rows))).iloc[rows]
        frame = frame.set_index(pd.Index(bodies, name=KEY, dtype="str"))
        if "name" in frame:
            self._findings += self._names(rows, frame["name"])
        if "province" in frame:
            self._findings += self._provinces(rows, frame["province"])
        counts = dict(zip(rows, frame["members"], strict=True)) if "members" in frame else {}
        members, odd = read_members(self._table, dict(zip(rows, bodies, strict=True)), counts, self._regions)
        self._findings += odd
        by: CodeCheck = "form" if self._regions is None else "list"
        return Register(frame, members, tuple(self._findings), tuple(self._log), by)

    def _column(self, name: str) -> pd.Series:
        column = read_column(self._table, name, BodyField(type=_TYPES.get(name, "text")))
        self._findings += column.findings
        self._log += column.log
        return column.values

    def _first_rows(self, bodies: pd.Series) -> list[int]:
        """Return the first row of each body; a row without one, and a body's second row, are errors."""
        first: dict[str, int] = {}
        for row, body in enumerate(bodies):
            place = self._table.place(row, KEY)
            if not isinstance(body, str):
                self._findings.append(Finding("ingest.register_body_missing", "error", {}, **place))
            elif (earlier := first.setdefault(name_key(body), row)) != row:
                params = {"body": body, "cell": self._table.place(earlier, KEY)["cell"]}
                self._findings.append(Finding("ingest.register_body_twice", "error", params, **place))
        return list(first.values())

    def _names(self, rows: list[int], names: pd.Series) -> list[Finding]:
        """Doubt a full name that two bodies bear, and two that differ by a letter."""
        findings = []
        first: dict[str, tuple[int, str]] = {}
        for row, name in zip(rows, names, strict=True):
            if not isinstance(name, str):
                continue
            earlier, _ = first.setdefault(name_key(name), (row, name))
            if earlier != row:
                params = {"name": name, "cell": self._table.place(earlier, "name")["cell"]}
                place = self._table.place(row, "name")
                findings.append(Finding("ingest.register_name_twice", "warning", params, **place))
        row_of = {name: row for row, name in first.values()}
        for one, other in near_misspellings(row_of):
            params = {"name": other, "other": one, "cell": self._table.place(row_of[one], "name")["cell"]}
            place = self._table.place(row_of[other], "name")
            findings.append(Finding("ingest.register_names_alike", "warning", params, **place))
        return findings

    def _provinces(self, rows: list[int], provinces: pd.Series) -> list[Finding]:
        findings = []
        for row, text in zip(rows, provinces, strict=True):
            for name in text.split(";") if isinstance(text, str) else ():
                if not name.strip() or province_code(name) is not None:
                    continue
                params: dict[str, object] = {"value": name.strip()}
                place = self._table.place(row, "province")
                if near := nearest_province(name):
                    params["nearest"] = near
                    findings.append(Finding("ingest.register_province_near", "warning", params, **place))
                else:
                    findings.append(Finding("ingest.register_province_unknown", "warning", params, **place))
        return findings


def _unknown(header: Header, columns: Columns) -> list[Finding]:
    """Name each column that a register does not have, with the nearest that it does."""
    absent = {text: name for name, texts in WORDINGS.items() if name not in columns.read for text in (name, *texts)}
    file, sheet = header.grid.file, header.grid.sheet
    findings = []
    for cell in columns.unknown:
        near = nearest(cell.text, list(absent))
        params: dict[str, object] = {"header": cell.text}
        severity: Severity = "note"
        code = "ingest.register_column_unknown"
        if near is not None:
            severity, code = "warning", "ingest.register_column_near"
            params["nearest"] = absent[near]
        else:
            params["known"] = list(WORDINGS)
        findings.append(Finding(code, severity, params, file, sheet, header.cell_name(cell.column)))
    return findings
