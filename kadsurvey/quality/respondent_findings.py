"""Every flag of every respondent as a finding, with its row in the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

import numpy as np

from kadsurvey.findings import Finding
from kadsurvey.ingest.responses import Responses
from kadsurvey.language.text import Text
from kadsurvey.quality.screening import Screening, rule_of

Unit: TypeAlias = Literal["share", "count", "r", "p", "seconds"]

UNITS: dict[str, Unit] = {
    "missing": "share",
    "out_of_range": "count",
    "straightlining": "share",
    "low_variability": "share",
    "outlying": "p",
    "contradiction": "share",
    "even_odd": "r",
    "synonyms": "r",
    "antonyms": "r",
    "person_total": "r",
    "speeding": "seconds",
    "near_duplicate": "share",
}
"""What each screen measures in."""

_SMALLEST_P = 0.0001
_REPEATS = frozenset({"duplicate", "near_duplicate"})


def respondent_findings(screening: Screening, responses: Responses) -> Iterator[Finding]:
    """Yield a finding for each flag of each respondent, those with most flags first.

    Parameters
    ----------
    screening : Screening
    responses : Responses
        Those that were screened, with the rows they came from.
    """
    rules = {str(flag): rule_of(str(flag), screening.thresholds) for flag in screening.flags}
    places = places_of(responses)
    values = screening.values.to_dict(orient="index")
    for respondent, flags in flagged_respondents(screening).items():
        file, sheet, row = places[respondent]
        for flag in flags:
            params: dict[str, object] = {"screen": Text(f"quality.flag_{flag}"), "rule": rules[flag]}
            code = "quality.respondent_marked"
            if flag in _REPEATS:
                code, earlier = "quality.respondent_repeats", str(screening.repeats.at[respondent])
                params |= {"earlier": earlier, "place": f"{places[earlier][0]}:{places[earlier][2]}"}
            elif flag in UNITS:
                code, value = "quality.respondent_flagged", values[respondent][flag]
                small = UNITS[flag] == "p" and value < _SMALLEST_P
                measured = "quality.measured_p_small" if small else f"quality.measured_{UNITS[flag]}"
                params["value"] = Text(measured, {"value": _SMALLEST_P if small else value})
            yield Finding(code, "note", params, file, sheet or None, f"A{row}", respondent)


def flagged_respondents(screening: Screening) -> dict[str, list[str]]:
    """Return the flags of each respondent who bears any: those with most first, else in the order of the files."""
    names = [str(flag) for flag in screening.flags]
    count = screening.flags.to_numpy().sum(axis=1)
    order = np.argsort(-count, kind="stable")[: int((count > 0).sum())]
    rows = screening.flags.to_numpy()[order].tolist()
    index = screening.flags.index[order].tolist()
    return {
        respondent: [name for name, bears in zip(names, row, strict=True) if bears]
        for respondent, row in zip(index, rows, strict=True)
    }


def places_of(responses: Responses) -> dict[str, tuple[str, str, int]]:
    """Return file, sheet and row of each respondent."""
    source = responses.source
    places = zip(source["file"].tolist(), source["sheet"].tolist(), source["row"].tolist(), strict=True)
    return {
        respondent: (str(file), sheet if isinstance(sheet, str) else "", int(row))
        for respondent, (file, sheet, row) in zip(source.index.tolist(), places, strict=True)
    }
