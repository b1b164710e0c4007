"""Who is left out of the analysis, and why; nobody unless it was asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from kadsurvey.errors import ArgumentError, nearest
from kadsurvey.findings import Finding
from kadsurvey.ingest.responses import Responses
from kadsurvey.language.text import Text
from kadsurvey.quality.screens import SCREENS


def check_names(drop: Sequence[str]) -> None:
    """Refuse names that are no flags.

    Raises
    ------
    ArgumentError
        With the nearest flag.
    """
    known: list[str] = list(SCREENS)
    for name in drop:
        if name not in known:
            raise ArgumentError(
                "quality.unknown_flag", name=name, nearest=nearest(name, known) or known[0], known=known
            )


def ledger_of(responses: Responses, flags: pd.DataFrame, drop: Sequence[str]) -> pd.DataFrame:
    """List who is left out, once each, with every flag of ``drop`` that they bear, separated by commas."""
    reason = pd.Series("", index=flags.index, dtype="str", name="reason")
    for name in dict.fromkeys(drop):
        bears = flags[name].to_numpy()
        reason[bears] = reason[bears] + "," + name
    return responses.source.assign(reason=reason.str.removeprefix(","))[(reason != "").to_numpy()]


def keep(responses: Responses, ledger: pd.DataFrame) -> Responses:
    """Return the responses without those in the ledger."""
    if ledger.empty:
        return responses
    kept = ~responses.data.index.isin(ledger.index)
    return replace(
        responses,
        data=responses.data[kept],
        raw=responses.raw[kept],
        dont_know=responses.dont_know[kept],
        source=responses.source[kept],
    )


def exclusion_findings(ledger: pd.DataFrame, drop: Sequence[str], not_judged: Mapping[str, Text]) -> list[Finding]:
    """Say where leaving out was asked for and could not be done, or concerned nobody."""
    asked = list(dict.fromkeys(drop))
    findings = [
        Finding("quality.drop_not_judged", "warning", {"flag": name, "reason": not_judged[name]})
        for name in asked
        if name in not_judged
    ]
    if asked and ledger.empty:
        findings.append(Finding("quality.nobody_dropped", "note", {"flags": asked}))
    return findings
