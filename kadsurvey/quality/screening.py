"""What is odd about respondents and items once they are coded, and who is left out of the analysis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from kadsurvey.findings import Finding
from kadsurvey.ingest.responses import Responses
from kadsurvey.language.text import Text
from kadsurvey.quality.answers import answers_of
from kadsurvey.quality.exclusion import check_names, exclusion_findings, keep, ledger_of
from kadsurvey.quality.item_audit import item_findings, item_statistics
from kadsurvey.quality.screened import Screened
from kadsurvey.quality.screens import SCREENS
from kadsurvey.quality.thresholds import THRESHOLDS, Thresholds
from kadsurvey.results import Result, plain

_SHOWN = 20


@dataclass(frozen=True, slots=True, eq=False)
class Screening(Result):
    """Responses held against what is odd.

    Attributes
    ----------
    flags : DataFrame of bool, index ``respondent_id``
        A column a screen, in the order of `SCREENS`.
    values : DataFrame of float, index ``respondent_id``
        What each screen measured, where it measures something; NaN where a respondent gave too little.
    not_judged : mapping of flag to Text
        Screens that could flag nobody in this survey, and why.
    repeats : Series of str, index ``respondent_id``
        The earlier respondent whose answers were repeated, wholly or nearly; empty where there is none.
    thresholds : Thresholds
        What the screens held the values against.
    items : DataFrame, index ``item``
        As `item_statistics`, of the respondents kept.
    findings : tuple of Finding
        Items and respondents that cannot be used, items that run against their construct, how many were flagged.
    ledger : DataFrame, index ``respondent_id``
        Who was left out: ``file``, ``sheet``, ``row``, ``reason`` (their flags, separated by commas).
    clean : Responses
        The respondents kept.
    """

    flags: pd.DataFrame
    values: pd.DataFrame
    not_judged: Mapping[str, Text]
    repeats: pd.Series
    thresholds: Thresholds
    items: pd.DataFrame
    findings: tuple[Finding, ...]
    ledger: pd.DataFrame
    clean: Responses

    def to_frame(self) -> pd.DataFrame:
        """Return the statistics of the items."""
        return self.items

    def to_dict(self) -> dict[str, Any]:
        """Return screens, flagged respondents, items, findings and ledger as plain values; answers stay out."""
        flagged = self.flags[self.flags.any(axis=1)]
        return {
            "screens": {
                name: {
                    "flagged": int(self.flags[name].sum()),
                    "not_judged": self.not_judged[name].render() if name in self.not_judged else None,
                }
                for name in map(str, self.flags)
            },
            "thresholds": dict(self.thresholds.to_dict()),
            "respondents": [
                {"respondent_id": name, "flags": [flag for flag, bears in zip(self.flags, row, strict=True) if bears]}
                for name, row in zip(flagged.index, flagged.to_numpy().tolist(), strict=True)
            ],
            "items": plain(self.items),
            "findings": [finding.to_dict() for finding in self.findings],
            "ledger": plain(self.ledger),
            "n": len(self.flags),
            "n_kept": len(self.clean.data),
        }

    def under(self, names: Mapping[str, str]) -> Screening:
        """Return the same with other identifiers of the respondents, such as pseudonyms; ``clean`` keeps its own."""
        return replace(
            self,
            flags=self.flags.rename(index=names),
            values=self.values.rename(index=names),
            repeats=self.repeats.rename(index=names).map(lambda name: names.get(name, name)),
            ledger=self.ledger.rename(index=names),
        )


def screen(responses: Responses, *, drop: Sequence[str] = (), thresholds: Thresholds | None = None) -> Screening:
    """Hold the responses against what is odd, and leave out who bears one of the named flags.

    Parameters
    ----------
    responses : Responses
        As read.
    drop : sequence of str
        Flags whose respondents are left out, names of `SCREENS` such as ``"straightlining"``; by default everybody is
        kept.
    thresholds : Thresholds, optional
        The values beyond which a respondent is flagged.

    Raises
    ------
    ArgumentError
        If there is no flag of a name in ``drop``.

    References
    ----------
    Johnson (2005), Journal of Research in Personality 39, 103-129; Meade & Craig (2012), Psychological Methods 17,
    437-455; Curran (2016), Journal of Experimental Social Psychology 66, 4-19; Dunn et al. (2018), Journal of Business
    and Psychology 33, 105-121.
    """
    check_names(drop)
    limits = thresholds or Thresholds()
    answers = answers_of(responses)
    found: dict[str, Screened] = {name: look(answers, limits) for name, look in SCREENS.items()}
    index = responses.data.index
    flags = pd.DataFrame({name: part.flagged for name, part in found.items()}, index=index)
    reasons = {name: part.not_judged for name, part in found.items() if part.not_judged is not None}
    ledger = ledger_of(responses, flags, drop)
    clean = keep(responses, ledger)
    items = item_statistics(clean)
    findings = (
        *_silent(responses, flags),
        *item_findings(items, clean),
        *_body_findings(clean),
        *_flagged(flags, drop, limits),
        *exclusion_findings(ledger, drop, reasons),
    )
    values = {name: part.values for name, part in found.items() if part.values is not None}
    return Screening(
        flags=flags,
        values=pd.DataFrame(values, index=index),
        not_judged=reasons,
        repeats=_repeats(found, index),
        thresholds=limits,
        items=items,
        findings=findings,
        ledger=ledger,
        clean=clean,
    )


def rule_of(flag: str, thresholds: Thresholds) -> Text:
    """Return the rule by which a screen flags, in words, with the value in use."""
    values: dict[str, object] = {name: getattr(thresholds, name) for name in THRESHOLDS}
    return Text(f"quality.rule_{flag}", {**values, "value": values.get(flag)})


def _repeats(found: Mapping[str, Screened], index: pd.Index[Any]) -> pd.Series:
    earlier = np.full(len(index), "", dtype=object)
    for part in found.values():
        if part.repeats is not None:
            there = part.repeats >= 0
            earlier[there] = index.to_numpy(dtype=object)[part.repeats[there]]
    return pd.Series(earlier, index=index, dtype="str", name="repeats")


def _silent(responses: Responses, flags: pd.DataFrame) -> list[Finding]:
    silent = flags.index[flags["no_answers"]]
    if not len(silent):
        return []
    rows = responses.source.loc[silent]
    places = [f"{file}:{row}" for file, row in zip(rows["file"], rows["row"], strict=True)]
    params = {"count": len(silent), "places": places[:_SHOWN], "more": "..." if len(silent) > _SHOWN else ""}
    return [Finding("quality.respondents_without_answers", "warning", params)]


def _body_findings(responses: Responses) -> list[Finding]:
    if "body" not in responses.data:
        return []
    bodies = responses.data["body"].dropna().unique()
    if len(bodies) != 1:
        return []
    return [Finding("quality.one_body", "warning", {"body": str(bodies[0])})]


def _flagged(flags: pd.DataFrame, drop: Sequence[str], thresholds: Thresholds) -> list[Finding]:
    """Count who is flagged and kept, screen by screen; silent respondents have a finding of their own."""
    counts = {str(name): int(flags[name].sum()) for name in flags if name not in drop and name != "no_answers"}
    return [
        Finding(
            "quality.flagged",
            "note",
            {
                "flag": name,
                "screen": Text(f"quality.flag_{name}"),
                "count": count,
                "share": count / len(flags),
                "rule": rule_of(name, thresholds),
            },
        )
        for name, count in counts.items()
        if count
    ]
