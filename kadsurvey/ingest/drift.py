"""Answers whose wording moves: several texts for one code, one text on two scales, labels that contradict codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from kadsurvey.findings import Finding, Severity
from kadsurvey.ingest.cells import Cells
from kadsurvey.ingest.coding import AnswerKey, Kind
from kadsurvey.ingest.table import Stack
from kadsurvey.instrument.model import Instrument, Scale
from kadsurvey.instrument.wording import fold
from kadsurvey.language.text import Text

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MISSING = (Kind.DONT_KNOW, Kind.NO_ANSWER)


@dataclass(slots=True)
class _Wording:
    """A text that answers came under, how often, and in which versions of the form."""

    text: str
    count: int = 0
    versions: dict[str, None] = field(default_factory=dict)


def label_findings(stack: Stack, instrument: Instrument, versions: NDArray[np.object_]) -> list[Finding]:
    """Hold the wordings of all answers against each other and against the scales.

    Parameters
    ----------
    stack : Stack
        The respondents' cells.
    instrument : Instrument
        Its scales say what a text means.
    versions : ndarray of str, shape (n,)
        The version of the form of each row; empty where it is not known.
    """
    keys = {name: AnswerKey(scale) for name, scale in instrument.scales.items()}
    used = _wordings(stack, instrument, keys, versions)
    findings = [
        finding for name, scale in instrument.scales.items() for finding in _drift(name, scale, used.get(name, {}))
    ]
    return [*findings, *_on_two_scales(instrument, used), *_value_labels(stack, instrument, keys)]


def version_findings(stack: Stack, instrument: Instrument, versions: NDArray[np.object_]) -> list[Finding]:
    """Name the versions of the form in the files, and the items that one of them has no answer to."""
    counts = Counter(version for version in versions.tolist() if version)
    if len(counts) < 2:
        return []
    listed = [Text("ingest.version_count", {"version": name, "count": n}) for name, n in sorted(counts.items())]
    findings = [Finding("ingest.form_versions", "note", {"count": len(counts), "versions": listed})]
    filled = {name: stack.cells(name).filled() for name in instrument.items if name in stack.names()}
    for version, count in sorted(counts.items()):
        of_version = versions == version
        absent = [name for name, mask in filled.items() if mask.any() and not mask[of_version].any()]
        if absent:
            params = {"version": version, "count": count, "items": absent}
            findings.append(Finding("ingest.items_absent_in_version", "warning", params))
    return findings


def _wordings(
    stack: Stack, instrument: Instrument, keys: Mapping[str, AnswerKey], versions: NDArray[np.object_]
) -> dict[str, dict[int, dict[str, _Wording]]]:
    """Gather the texts that were read as scale points: by scale, code and folded text."""
    used: dict[str, dict[int, dict[str, _Wording]]] = {}
    told, different = pd.factorize(versions)
    for name, item in instrument.items.items():
        cells = stack.cells(name)
        counts = np.bincount(cells.places, minlength=len(cells.texts))
        for at, text in enumerate(_words_of(cells)):
            kind, code = keys[item.scale].read(text)
            if kind is not Kind.LABEL or not counts[at]:
                continue
            by_text = used.setdefault(item.scale, {}).setdefault(int(code), {})
            wording = by_text.setdefault(fold(text), _Wording(text.strip()))
            wording.count += int(counts[at])
            if len(different) > 1:
                present = different[np.unique(told[cells.places == at])]
                wording.versions |= dict.fromkeys(version for version in present if version)
    return used


def _words_of(cells: Cells) -> list[str]:
    """Return the words of each different cell: what the file says the value means, else the text itself."""
    return [label or text for label, text in zip(cells.labels, cells.read_as, strict=True)]


def _drift(name: str, scale: Scale, used: Mapping[int, Mapping[str, _Wording]]) -> Iterator[Finding]:
    """Name a code that came under several texts of one language; initials of the full text are no other text."""
    for code, wordings in sorted(used.items()):
        for labels in scale.labels[code].values():
            folded = {fold(label) for label in labels}
            short = {_initials(label) for label in labels}
            said = [wording for text, wording in wordings.items() if text in folded and text not in short]
            if len(said) > 1:
                params = {"scale": name, "code": code, "texts": [_counted(wording) for wording in said]}
                yield Finding("ingest.label_drift", "warning", params)


def _counted(wording: _Wording) -> Text:
    params = {"text": wording.text, "count": wording.count, "versions": sorted(wording.versions)}
    return Text("ingest.text_count_versions" if wording.versions else "ingest.text_count", params)


def _initials(label: str) -> str:
    words = fold(label).split()
    return "".join(word[0] for word in words) if len(label) > len(words) else ""


def _on_two_scales(
    instrument: Instrument, used: Mapping[str, Mapping[int, Mapping[str, _Wording]]]
) -> Iterator[Finding]:
    """Name a text that was answered on two scales and stands at different heights of them."""
    heights: dict[str, dict[str, tuple[int, float, str]]] = {}
    for name, by_code in used.items():
        scale = instrument.scales[name]
        for code, wordings in by_code.items():
            for folded, wording in wordings.items():
                height = (code - scale.minimum) / (scale.maximum - scale.minimum)
                heights.setdefault(folded, {})[name] = (code, height, wording.text)
    for places in heights.values():
        if len({height for _, height, _ in places.values()}) > 1:
            listed = [
                Text("ingest.code_on_scale", {"scale": name, "code": code}) for name, (code, *_) in places.items()
            ]
            text = next(iter(places.values()))[2]
            yield Finding("ingest.text_on_two_scales", "warning", {"text": text, "places": listed})


def _value_labels(stack: Stack, instrument: Instrument, keys: Mapping[str, AnswerKey]) -> Iterator[Finding]:
    """Hold the labels that a file gives its codes against the scales; one finding a code, label and problem."""
    for table in stack.tables:
        grid = table.header.grid
        found: dict[tuple[str, str, str, str], list[str]] = {}
        for name, cells in table.cells.items():
            if name not in instrument.items:
                continue
            scale = instrument.items[name].scale
            present = np.bincount(cells.places, minlength=len(cells.texts)) > 0
            for at in np.flatnonzero(present & ((cells.labels != "") | cells.missing)).tolist():
                problem = _label_problem(keys[scale], cells, at)
                if problem:
                    found.setdefault((problem, scale, cells.texts[at], cells.labels[at]), []).append(name)
        for (problem, scale, text, label), items in found.items():
            params = {"code": text, "label": label, "items": items, "scale": scale}
            params["meant"] = _printed(instrument.scales[scale], text, label, keys[scale])
            severity: Severity = "error" if problem == "ingest.label_contradicts_code" else "warning"
            yield Finding(problem, severity, params, grid.file, grid.sheet)


def _label_problem(key: AnswerKey, cells: Cells, at: int) -> str | None:
    kind, code = key.read(cells.read_as[at])
    if cells.missing[at]:
        return "ingest.scale_point_missing" if kind is Kind.CODE else None
    labelled, meant = key.read(cells.labels[at])
    if labelled is Kind.LABEL:
        agrees = kind in (Kind.CODE, Kind.LABEL) and code == meant
        return None if agrees else "ingest.label_contradicts_code"
    if kind is Kind.CODE:
        return "ingest.label_contradicts_code" if labelled in _MISSING else "ingest.label_of_code_unknown"
    return "ingest.labelled_code_unknown" if kind is Kind.UNREADABLE and labelled not in _MISSING else None


def _printed(scale: Scale, text: str, label: str, key: AnswerKey) -> Sequence[str]:
    """Return what the questionnaire calls the code, and which code it gives the label."""
    codes = [code for kind, code in (key.read(text), key.read(label)) if kind in (Kind.CODE, Kind.LABEL)]
    words = {int(code): [w for part in scale.labels.get(int(code), {}).values() for w in part[:1]] for code in codes}
    return [f"{code} = {labels[0] if labels else '?'}" for code, labels in words.items()]
