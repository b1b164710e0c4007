"""The respondent's fields: body, member, group, covariates and times, brought to one spelling."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from kadsurvey.errors import nearest
from kadsurvey.findings import CellRead, Change, Finding
from kadsurvey.ingest.amounts import read_amount
from kadsurvey.ingest.codes import name_key
from kadsurvey.ingest.mapping import MappingKind, UserMapping
from kadsurvey.ingest.naming import near_misspellings
from kadsurvey.ingest.personal_values import personal_kind, quoted
from kadsurvey.ingest.table import SHOWN, Stack
from kadsurvey.instrument.model import FieldRole, Instrument, SurveyField
from kadsurvey.instrument.wording import fold
from kadsurvey.language.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

NAMED_BY_ROLE: tuple[FieldRole, ...] = ("body", "member", "group")
_KEPT_AS_THEY_ARE = frozenset({"body", "member"})
_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Fields:
    """The coded fields.

    Attributes
    ----------
    columns : dict of str to array, shape (n,)
        ``body``, ``member``, ``group`` by role, the others by name; text with None missing, or float with NaN.
    findings, log
        What did not fit, and what was changed.
    """

    columns: dict[str, NDArray[Any]]
    findings: tuple[Finding, ...]
    log: tuple[Change, ...]


def code_fields(
    stack: Stack,
    instrument: Instrument,
    file_groups: Sequence[str | None],
    ids: NDArray[np.object_],
    mapping: UserMapping | None = None,
) -> Fields:
    """Code every field that some file has.

    Parameters
    ----------
    stack : Stack
        The respondents' cells.
    instrument : Instrument
        Its fields say what the values mean.
    file_groups : sequence of (str or None)
        For each table the group that its file was given as, which counts before the file's own column.
    ids : ndarray of str, shape (n,)
        Respondent identifiers, for the findings.
    mapping : UserMapping, optional
        What the user says that misspelt bodies and members mean.
    """
    reader = _FieldReader(stack, ids, mapping)
    present = set(stack.names())
    by_role = {role: instrument.field_with(role) for role in NAMED_BY_ROLE}
    columns: dict[str, NDArray[Any]] = {}
    for role, name in by_role.items():
        if name is not None and name in present:
            columns[role] = reader.read(name, instrument.fields[name])
            if role in _KEPT_AS_THEY_ARE:
                columns[role] = reader.merge_spellings(name, role, columns[role])
        if role == "group" and any(file_groups):
            columns[role] = reader.apply_file_groups(name, columns.get(role), file_groups)
        if role == "body" and name is not None:
            reader.note_missing_bodies(name, columns.get(role))
        if role == "group" and name is not None and role not in columns:
            reader.findings.append(Finding("ingest.no_group", "note", {"field": name}))
    for name, part in instrument.fields.items():
        if name in present and part.role in ("covariate", "time"):
            columns[name] = reader.read(name, part)
    return Fields(columns, tuple(reader.findings), tuple(reader.log))


def value_key(values: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return the value kept for every folded text that means it."""
    return {fold(text): value for value, texts in values.items() for text in [value, *texts]}


class _FieldReader:
    """Reads fields of one stack and gathers what is odd about them."""

    def __init__(self, stack: Stack, ids: NDArray[np.object_], mapping: UserMapping | None) -> None:
        self._stack = stack
        self._ids = ids
        self._mapping = mapping
        self.findings: list[Finding] = []
        self.log: list[Change] = []

    def read(self, name: str, part: SurveyField) -> NDArray[Any]:
        """Code one field: a number, one of the field's values, or text."""
        cells = self._stack.cells(name)
        self._note_formulas(name)
        known = value_key(part.values)
        codes, uniques = cells.words(labels=part.type != "number", known=known)
        uniques = self._renamed(name, part.role, codes, uniques)
        if part.role == "covariate":
            # What identifies a person is told by `personal_columns`, and kept nowhere.
            personal = [personal_kind(text) is not None for text in uniques]
            uniques = np.where(personal, "", uniques) if any(personal) else uniques
        odd: dict[int, tuple[str, dict[str, object]]] = {}
        if part.type == "number":
            values = np.array([_number(text, at, odd) for at, text in enumerate(uniques)], dtype=float)[codes]
        else:
            kept = part.role in _KEPT_AS_THEY_ARE
            read = [_value(text, at, known, odd, keep_unknown=kept) for at, text in enumerate(uniques)]
            values = np.array(read, dtype=object)[codes]
            changed = [value is not None and value != text for value, text in zip(read, uniques, strict=True)]
            self._log_changed("ingest.values_read", name, np.array(changed, dtype=bool)[codes])
        self._note_odd(name, codes, odd)
        return values

    def merge_spellings(self, name: str, role: FieldRole, values: NDArray[Any]) -> NDArray[Any]:
        """Give names that differ only in case, spaces or dashes their most frequent spelling."""
        places, counts = _counted(values)
        spellings: dict[str, list[str]] = {}
        for value, _ in counts.most_common():
            spellings.setdefault(name_key(value), []).append(value)
        kept = {value: group[0] for group in spellings.values() for value in group}
        for group in spellings.values():
            if len(group) > 1:
                params = {"kept": group[0], "others": group[1:]}
                self.log.append(
                    Change("ingest.spellings_merged", sum(counts[v] for v in group[1:]), params, column=name)
                )
        # Place -1, of a missing name, takes the last of them.
        merged = np.array([*(kept[value] for value in counts), None], dtype=object)[places]
        self._note_near(name, role, merged)
        return merged

    def apply_file_groups(
        self, name: str | None, values: NDArray[Any] | None, file_groups: Sequence[str | None]
    ) -> NDArray[Any]:
        """Put the group that a file was given as onto its rows."""
        given = np.array(file_groups, dtype=object)[self._stack.table_of]
        has = np.array([group is not None for group in given.tolist()], dtype=bool)
        own = values if values is not None else np.full(len(given), None, dtype=object)
        stated = np.array([value is not None for value in own.tolist()], dtype=bool)
        for position in np.flatnonzero(has & stated & (own != given))[:SHOWN].tolist():
            params = {"given": given[position], "stated": own[position]}
            place = self._stack.place(position, name or "")
            self.findings.append(
                Finding("ingest.group_conflict", "warning", params, **place, respondent_id=str(self._ids[position]))
            )
        for grid, count in self._stack.count_by_table(has):
            table = next(i for i, part in enumerate(self._stack.tables) if part.header.grid is grid)
            self.log.append(
                Change("ingest.group_from_file", count, {"group": file_groups[table]}, grid.file, grid.sheet, name)
            )
        return np.where(has, given, own)

    def note_missing_bodies(self, name: str, values: NDArray[Any] | None) -> None:
        """Warn of files without the body's column and of respondents without a body."""
        for table in self._stack.tables:
            if name not in table.columns:
                grid = table.header.grid
                self.findings.append(
                    Finding("ingest.no_body_column", "warning", {"field": name}, grid.file, grid.sheet)
                )
        if values is None:
            return
        has_column = np.array([name in table.columns for table in self._stack.tables])[self._stack.table_of]
        missing = np.flatnonzero(np.array([value is None for value in values.tolist()]) & has_column)
        for position in missing[:SHOWN].tolist():
            place = self._stack.place(position, name)
            self.findings.append(
                Finding("ingest.body_missing", "warning", {}, **place, respondent_id=str(self._ids[position]))
            )
        if missing.size > SHOWN:
            self.findings.append(Finding("ingest.more_bodies_missing", "warning", {"count": int(missing.size) - SHOWN}))

    def _note_odd(self, name: str, codes: NDArray[np.intp], odd: Mapping[int, tuple[str, dict[str, object]]]) -> None:
        """Give each value that does not fit one finding, at its first cell, with how often it stands there."""
        counts = np.bincount(codes, minlength=max(odd, default=0) + 1)
        first = np.zeros(len(counts), dtype=int)
        first[codes[::-1]] = np.arange(len(codes))[::-1]
        # What stood only in rows that were left out is nobody's answer.
        odd = {at: found for at, found in odd.items() if counts[at]}
        for at, (code, params) in list(odd.items())[:SHOWN]:
            place = self._stack.place(int(first[at]), name)
            self.findings.append(Finding(code, "warning", {**params, "field": name, "count": int(counts[at])}, **place))
        if len(odd) > SHOWN:
            params = {"field": name, "count": len(odd) - SHOWN}
            self.findings.append(Finding("ingest.more_unknown_values", "warning", params))

    def _note_formulas(self, name: str) -> None:
        formulas = self._stack.formulas(name)
        for grid, count in self._stack.count_by_table(formulas):
            first = next(i for i in np.flatnonzero(formulas).tolist() if self._stack.grid(i) is grid)
            params = {"field": name, "count": count}
            self.findings.append(Finding("ingest.formula_field", "warning", params, **self._stack.place(first, name)))

    def _renamed(
        self, name: str, role: FieldRole, codes: NDArray[np.intp], texts: NDArray[np.object_]
    ) -> NDArray[np.object_]:
        """Put what the user says that names mean in their place, and log each cell."""
        kind = _kind(role)
        answers = self._mapping.accepted_names(kind) if self._mapping and kind else {}
        if not answers:
            return texts
        meant = [answers[key].meant if (key := name_key(text)) in answers else text for text in texts]
        renamed = np.array(meant, dtype=object)
        changed = (renamed != texts)[codes]
        for grid, count in self._stack.count_by_table(changed):
            rows = [row for row in np.flatnonzero(changed).tolist() if self._stack.grid(row) is grid]
            cells = tuple(
                CellRead(self._stack.place(row, name)["cell"] or "", texts[codes[row]], renamed[codes[row]])
                for row in rows
            )
            self.log.append(Change("ingest.mapping_names_read", count, {}, grid.file, grid.sheet, name, cells))
        return renamed

    def _note_near(self, name: str, role: FieldRole, values: NDArray[Any]) -> None:
        _, counts = _counted(values)
        declined = self._mapping.declined() if self._mapping else frozenset()
        for pair in near_misspellings(counts):
            frequent, rare = sorted(pair, key=lambda value: -counts[value])
            if {(role, name_key(rare), "", ""), (role, name_key(frequent), "", "")} & declined:
                continue
            position = int(np.flatnonzero(values == rare)[0])
            params = {"kind": role, "rare": rare, "count": counts[rare]}
            params |= {"frequent": frequent, "other_count": counts[frequent]}
            self.findings.append(
                Finding("ingest.near_misspelling", "warning", params, **self._stack.place(position, name))
            )

    def _log_changed(self, code: str, name: str, changed: NDArray[np.bool_]) -> None:
        for grid, count in self._stack.count_by_table(changed):
            self.log.append(Change(code, count, {}, grid.file, grid.sheet, name))


def _kind(role: FieldRole) -> MappingKind | None:
    """Return under which kind the mapping file speaks of a field."""
    return role if role in ("body", "member") else None


def _counted(values: NDArray[Any]) -> tuple[NDArray[np.intp], Counter[str]]:
    """Return the place of each value among the different ones (-1 is missing), and how often each of these stands."""
    places, different = pd.factorize(values)
    counts = np.bincount(places[places >= 0], minlength=len(different))
    return places, Counter(dict(zip(different.tolist(), counts.tolist(), strict=True)))


def _value(
    text: str,
    at: int,
    known: Mapping[str, str],
    odd: dict[int, tuple[str, dict[str, object]]],
    *,
    keep_unknown: bool,
) -> str | None:
    """Return the value kept for a text; a text that fits no value of the field is noted as odd."""
    bare = _SPACES.sub(" ", unicodedata.normalize("NFKC", text)).strip()
    if not bare:
        return None
    if not known:
        return bare
    value = known.get(fold(bare))
    if value is None:
        code = "ingest.unknown_value_kept" if keep_unknown else "ingest.unknown_value"
        odd[at] = code, {"value": quoted(bare), "hint": value_hint(bare, known)}
        return bare if keep_unknown else None
    return value


def value_hint(text: str, known: Mapping[str, str]) -> Text:
    """Return the nearest value of a field, or all of them where none is near."""
    near = nearest(fold(text), list(known))
    if near:
        return Text("ingest.hint_nearest", {"label": known[near]})
    return Text("ingest.hint_values", {"values": list(dict.fromkeys(known.values()))})


def _number(text: str, at: int, odd: dict[int, tuple[str, dict[str, object]]]) -> float:
    if not text.strip():
        return np.nan
    amount = read_amount(text)
    if amount.value is None:
        code = "ingest.ambiguous_number" if amount.doubt == "ambiguous" else "ingest.unreadable_number"
        odd[at] = code, {"value": quoted(text.strip())}
        return np.nan
    return amount.value
