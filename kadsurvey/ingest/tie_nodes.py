"""The file of organisations: who is in the roster of which body, of which group, member and level."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kadsurvey.errors import InputFileError
from kadsurvey.findings import Change, Finding
from kadsurvey.ingest.codes import name_key
from kadsurvey.ingest.columns import other_sheets, resolve_columns, unknown_columns
from kadsurvey.ingest.fields import value_key
from kadsurvey.ingest.files import read_file
from kadsurvey.ingest.header import NameIndex, find_header
from kadsurvey.ingest.table import Table, read_table
from kadsurvey.ingest.tie_cells import listed
from kadsurvey.instrument.wording import fold

WORDINGS = {
    "organisation": [
        "organisasi",
        "organization",
        "nama organisasi",
        "nama",
        "instansi",
        "nama instansi",
        "org",
        "opd",
    ],
    "body": ["lembaga", "lembaga kerja sama", "nama lembaga", "badan", "badan kerja sama", "kad"],
    "group": ["sector", "sektor", "kelompok", "grup", "golongan"],
    "member": ["anggota", "daerah", "daerah anggota", "asal daerah", "wilayah", "region"],
    "level": ["tingkat", "tingkatan", "jenjang", "aras"],
    "responded": ["menjawab", "mengisi", "responden", "answered"],
}
LEVELS = {
    "region": [
        "daerah",
        "kabupaten",
        "kota",
        "kabupaten/kota",
        "kab",
        "kab/kota",
        "lokal",
        "local",
        "district",
        "city",
        "regency",
        "municipality",
    ],
    "province": ["provinsi", "propinsi", "prov", "provincial"],
    "centre": ["pusat", "center", "central", "nasional", "national", "kementerian", "ministry"],
}
_YES_NO = {"yes": ["ya", "y", "1", "true", "sudah", "menjawab"], "no": ["tidak", "n", "t", "0", "false", "belum"]}
_KEY = frozenset({"organisation"})


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation in the roster of one body.

    Attributes
    ----------
    name : str
    body : str or None
    group, member : str or None
    level : {"region", "province", "centre"} or None
        None where the file has no such column; a blank cell is a region.
    responded : bool or None
        None where the file does not say.
    """

    name: str
    body: str | None
    group: str | None = None
    member: str | None = None
    level: str | None = None
    responded: bool | None = None


@dataclass(frozen=True, slots=True)
class Roster:
    """The organisations of all bodies.

    Attributes
    ----------
    organisations : dict of (key of body, key of organisation) to Organisation
        The key of a body is empty where the file names none.
    findings : tuple of Finding
    log : tuple of Change
    """

    organisations: Mapping[tuple[str, str], Organisation]
    findings: tuple[Finding, ...] = ()
    log: tuple[Change, ...] = ()

    @property
    def bodies(self) -> dict[str, str]:
        """The bodies, by key."""
        return {key: part.body for (key, _), part in self.organisations.items() if part.body is not None}


def read_roster(path: str | Path) -> Roster:
    """Read the file of organisations: one row for each, or for each of its bodies.

    Raises
    ------
    InputFileError
        If the file cannot be read, or has no column of organisations.
    """
    content = read_file(path)
    headers = find_header(content.grids, NameIndex(WORDINGS), _KEY)
    if not headers:
        raise InputFileError("ingest.no_organisations", file=content.file)
    header = headers[0]
    columns = resolve_columns(header, unique=_KEY, left_out={})
    table = read_table(header, columns.read, _KEY, row_is="organisation")
    if not table.rows.size:
        raise InputFileError("ingest.no_organisations", file=content.file)
    reader = _RosterReader(table)
    reader.read()
    absent = [name for name in WORDINGS if name not in columns.read]
    findings = [*columns.findings, *other_sheets(content.grids, headers, _KEY), *table.findings]
    findings += unknown_columns(header, columns.unknown, absent)
    log = (*content.log, *columns.log, *table.log)
    return Roster(reader.organisations, (*findings, *listed(reader.findings)), log)


class _RosterReader:
    """Reads the rows of the file of organisations."""

    def __init__(self, table: Table) -> None:
        self._table = table
        self._texts = {name: [" ".join(text.split()) for text in texts.tolist()] for name, texts in table.texts.items()}
        self._spelt: dict[tuple[str, str], str] = {}
        self._levels = value_key(LEVELS)
        self._answers = value_key(_YES_NO)
        self.organisations: dict[tuple[str, str], Organisation] = {}
        self.findings: list[Finding] = []

    def read(self) -> None:
        """Read every row; an organisation that stands twice in a body keeps its first row."""
        first: dict[tuple[str, str], str | None] = {}
        for row in range(len(self._table.rows)):
            name, body = self._text(row, "organisation") or "", self._text(row, "body")
            key = (name_key(body or ""), name_key(name))
            place = self._table.place(row, "organisation")
            if key in first:
                params = {"name": name, "other": first[key]}
                self.findings.append(Finding("ingest.organisation_twice", "error", params, **place))
                continue
            first[key] = place["cell"]
            self.organisations[key] = Organisation(
                name=name,
                body=self._same_spelling("body", body),
                group=self._same_spelling("group", self._text(row, "group")),
                member=self._same_spelling("member", self._text(row, "member")),
                level=self._level(row),
                responded=self._responded(row),
            )

    def _text(self, row: int, name: str) -> str | None:
        return (self._texts[name][row] or None) if name in self._texts else None

    def _same_spelling(self, column: str, text: str | None) -> str | None:
        """Give a name the spelling in which it stands first."""
        return None if text is None else self._spelt.setdefault((column, name_key(text)), text)

    def _level(self, row: int) -> str | None:
        if "level" not in self._table.columns:
            return None
        text = self._text(row, "level")
        return "region" if text is None else self._value(row, "level", text, self._levels)

    def _responded(self, row: int) -> bool | None:
        text = self._text(row, "responded")
        value = None if text is None else self._value(row, "responded", text, self._answers)
        return None if value is None else value == "yes"

    def _value(self, row: int, column: str, text: str, known: Mapping[str, str]) -> str | None:
        value = known.get(fold(text))
        if value is None:
            params = {"value": text, "column": column, "known": list(dict.fromkeys(known.values()))}
            place = self._table.place(row, column)
            self.findings.append(Finding("ingest.organisation_value", "warning", params, **place))
        return value
