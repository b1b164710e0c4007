"""The members of the bodies in a register: their names beside their codes, member by member."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pandas as pd

from kadsurvey.findings import Finding
from kadsurvey.ingest.codes import name_key
from kadsurvey.ingest.near_names import nearest_names, rank_of
from kadsurvey.ingest.region_codes import PROVINCES, rank_of_code, read_region_code
from kadsurvey.ingest.table import Table
from kadsurvey.language.text import Text

_ENDS = re.compile(r"[;\n]")
_COMMAS = re.compile(r",(?!\d)")
_NONE = frozenset({"", "-", "–", "—", "?"})
_ADMINISTRATIVE = re.compile(r"\bAdministrasi\b ?")
_NAMES, _CODES, _COUNT = "member_names", "member_codes", "members"


def read_members(
    table: Table, bodies: Mapping[int, str], counts: Mapping[int, float], regions: Mapping[str, str] | None
) -> tuple[pd.DataFrame, list[Finding]]:
    """Read the members of every body, and say what does not fit.

    Parameters
    ----------
    table : Table
        The register.
    bodies : mapping of row to body
        The rows that are read.
    counts : mapping of row to float
        The number of members that the file gives; empty where it has no such column.
    regions : mapping of code to name, optional
        What the codes are held against.

    Returns
    -------
    DataFrame, columns ``body``, ``member``, ``code``
        Codes stand beside names only where there are as many of them.
    list of Finding
    """
    reader = _MemberReader(table, regions)
    records: list[tuple[str, str | None, str | None]] = []
    for row, body in bodies.items():
        records += [(body, *pair) for pair in reader.read(row, body, counts.get(row))]
    frame = pd.DataFrame(records, columns=["body", "member", "code"], dtype="str")
    return frame, reader.findings


class _MemberReader:
    """Reads the two lists of a row."""

    def __init__(self, table: Table, regions: Mapping[str, str] | None) -> None:
        self._texts = {name: table.texts[name].tolist() for name in (_NAMES, _CODES) if name in table.columns}
        self._table = table
        self._regions = regions
        self.findings: list[Finding] = []

    def read(self, row: int, body: str, count: float | None) -> list[tuple[str | None, str | None]]:
        """Return name and code of each member of one body."""
        names = self._names(row, body)
        written = self._split(row, _CODES)
        codes = [self._code(row, body, text) for text in written]
        if count is not None and count == count and names and count != len(names):
            params: dict[str, object] = {"body": body, "members": int(count), "listed": len(names)}
            self.findings.append(
                Finding("ingest.members_miscounted", "warning", params, **self._table.place(row, _COUNT))
            )
        self._repeated(row, body, codes)
        if not names:
            return [(None, code) for code in codes if code is not None]
        if not written:
            return [(name, None) for name in names]
        if len(written) != len(names):
            params = {"body": body, "codes": len(written), "names": len(names)}
            self.findings.append(
                Finding("ingest.region_codes_miscounted", "error", params, **self._table.place(row, _CODES))
            )
            return [(name, None) for name in names]
        for name, code in zip(names, codes, strict=True):
            if code is not None:
                self._beside(row, name, code)
        return list(zip(names, codes, strict=True))

    def _names(self, row: int, body: str) -> list[str]:
        first: dict[str, str] = {}
        for name in self._split(row, _NAMES):
            if name in _NONE:
                continue
            if first.setdefault(name_key(name), name) is not name:
                self.findings.append(
                    Finding(
                        "ingest.register_member_twice",
                        "warning",
                        {"member": name, "body": body},
                        **self._table.place(row, _NAMES),
                    )
                )
        return list(first.values())

    def _split(self, row: int, column: str) -> list[str]:
        """Split a list at semicolons and line breaks, at commas where there is neither; a dash holds a place."""
        text = self._texts[column][row] if column in self._texts else ""
        parts = _ENDS.split(text) if _ENDS.search(text) else _COMMAS.split(text)
        names = [" ".join(part.split()) for part in parts]
        while names and not names[-1]:
            names.pop()
        return names

    def _code(self, row: int, body: str, text: str) -> str | None:
        if text in _NONE:
            return None
        read = read_region_code(text, regions=self._regions)
        params: dict[str, object] = {"value": text, "body": body}
        match read.doubt:
            case "form":
                hint = Text("ingest.hint_region_code", {"meant": read.meant[0]}) if read.meant else ""
                self.findings.append(
                    Finding(
                        "ingest.region_code_form", "error", {**params, "hint": hint}, **self._table.place(row, _CODES)
                    )
                )
            case "zero":
                self.findings.append(
                    Finding(
                        "ingest.region_code_zero",
                        "error",
                        {**params, "meant": " / ".join(read.meant)},
                        **self._table.place(row, _CODES),
                    )
                )
            case "deep":
                hint = Text("ingest.hint_region_code", {"meant": read.meant[0]}) if read.meant else ""
                self.findings.append(
                    Finding(
                        "ingest.region_code_deep", "error", {**params, "hint": hint}, **self._table.place(row, _CODES)
                    )
                )
            case "province":
                known = {**params, "province": text[:2], "known": list(PROVINCES)}
                self.findings.append(
                    Finding("ingest.region_code_province", "error", known, **self._table.place(row, _CODES))
                )
            case "regency":
                self.findings.append(
                    Finding("ingest.region_code_regency", "error", params, **self._table.place(row, _CODES))
                )
            case "unlisted":
                self.findings.append(
                    Finding("ingest.region_code_unlisted", "warning", params, **self._table.place(row, _CODES))
                )
        return read.code

    def _repeated(self, row: int, body: str, codes: list[str | None]) -> None:
        given = [code for code in codes if code is not None]
        for code in sorted({code for code in given if given.count(code) > 1}):
            self.findings.append(
                Finding(
                    "ingest.region_code_twice", "error", {"code": code, "body": body}, **self._table.place(row, _CODES)
                )
            )

    def _beside(self, row: int, member: str, code: str) -> None:
        """Doubt a code that is of another kind of region than its member's name says, or of another region."""
        rank, by_code = rank_of(member), rank_of_code(code)
        params: dict[str, object] = {"member": member, "code": code}
        if rank is not None and rank != by_code:
            rank_words = {"named": Text(f"ingest.rank_{rank}"), "coded": Text(f"ingest.rank_{by_code}")}
            self.findings.append(
                Finding(
                    "ingest.region_code_other_rank",
                    "warning",
                    {**params, **rank_words},
                    **self._table.place(row, _CODES),
                )
            )
        listed = (self._regions or {}).get(code)
        # Provinces go by several names; regencies and cities by one.
        if listed is not None and by_code != "provinsi":
            plain = _ADMINISTRATIVE.sub("", listed)
            if name_key(member) != name_key(code) and not nearest_names(member, [plain]):
                self.findings.append(
                    Finding(
                        "ingest.region_code_other_name",
                        "warning",
                        {**params, "listed": listed},
                        **self._table.place(row, _CODES),
                    )
                )
