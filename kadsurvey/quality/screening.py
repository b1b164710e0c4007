"""What is odd about respondents and items once they are coded, and who is left out of the analysis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
import pandas as pd

from kadsurvey.errors import ArgumentError, nearest
from kadsurvey.findings import Finding
from kadsurvey.ingest.responses import Responses
from kadsurvey.instrument.model import Instrument
from kadsurvey.results import Result, plain

Flag: TypeAlias = Literal["no_answers", "same_answer"]
FLAGS: tuple[Flag, ...] = get_args(Flag)

_SHOWN = 20


@dataclass(frozen=True, slots=True, eq=False)
class Screening(Result):
    """Responses held against what is odd.

    Attributes
    ----------
    flags : DataFrame, index ``respondent_id``
        ``answered``, the share of items with an answer (0 to 1); ``no_answers``; ``same_answer``, whether all answers,
        as given before reversal, are one and the same.
    items : DataFrame, index ``item``
        Of the respondents kept: ``n`` answers, ``missing``, ``missing_share``, ``dont_know``, and ``mean``, ``sd``,
        ``minimum``, ``maximum`` of the coded (reversed) answers.
    findings : tuple of Finding
        Items and respondents that cannot be used, and a single body.
    ledger : DataFrame, index ``respondent_id``
        Who was left out: ``file``, ``sheet``, ``row``, ``reason``.
    clean : Responses
        The respondents kept.
    """

    flags: pd.DataFrame
    items: pd.DataFrame
    findings: tuple[Finding, ...]
    ledger: pd.DataFrame
    clean: Responses

    def to_frame(self) -> pd.DataFrame:
        """Return the statistics of the items."""
        return self.items

    def to_dict(self) -> dict[str, Any]:
        """Return items, findings and ledger as plain values; single respondents' answers stay out."""
        return {
            "items": plain(self.items),
            "findings": [finding.to_dict() for finding in self.findings],
            "ledger": plain(self.ledger),
            "n": len(self.flags),
            "n_kept": len(self.clean.data),
        }


def screen(responses: Responses, *, drop: Sequence[str] = ()) -> Screening:
    """Hold the responses against what is odd, and leave out who bears one of the named flags.

    Parameters
    ----------
    responses : Responses
        As read.
    drop : sequence of {"no_answers", "same_answer"}
        Flags whose respondents are left out; by default everybody is kept.

    Raises
    ------
    ArgumentError
        If there is no flag of a name in ``drop``.
    """
    for name in drop:
        if name not in FLAGS:
            known: list[str] = list(FLAGS)
            raise ArgumentError(
                "quality.unknown_flag", name=name, nearest=nearest(name, known) or known[0], known=known
            )
    flags = _flags(responses)
    dropped = flags[list(drop)].any(axis=1) if drop else pd.Series(False, index=flags.index)
    clean = _keep(responses, ~dropped.to_numpy())
    items = _item_statistics(clean)
    findings = (*_respondent_findings(responses, flags), *_item_findings(items, clean), *_body_findings(clean))
    return Screening(flags, items, findings, _ledger(responses, flags, drop), clean)


def _flags(responses: Responses) -> pd.DataFrame:
    given = _as_given(responses.items.to_numpy(), responses.instrument)
    answered = ~np.isnan(given)
    lowest = np.where(answered, given, np.inf).min(axis=1)
    highest = np.where(answered, given, -np.inf).max(axis=1)
    return pd.DataFrame(
        {
            "answered": answered.mean(axis=1),
            "no_answers": ~answered.any(axis=1),
            "same_answer": (answered.sum(axis=1) > 1) & (lowest == highest),
        },
        index=responses.data.index,
    )


def _as_given(coded: np.ndarray[Any, np.dtype[np.float64]], instrument: Instrument) -> np.ndarray[Any, Any]:
    """Undo the reversal, for a person who ticks one column all the way down is seen only in the answers as given."""
    given = coded.copy()
    for at, (name, item) in enumerate(instrument.items.items()):
        if item.reverse:
            scale = instrument.scale_of(name)
            given[:, at] = scale.minimum + scale.maximum - given[:, at]
    return given


def _item_statistics(responses: Responses) -> pd.DataFrame:
    items = responses.items
    n = items.notna().sum()
    statistics = pd.DataFrame(
        {
            "n": n,
            "missing": len(items) - n,
            "missing_share": items.isna().mean(),
            "dont_know": responses.dont_know.sum(),
            "mean": items.mean(),
            "sd": items.std(),
            "minimum": items.min(),
            "maximum": items.max(),
        }
    )
    return statistics.rename_axis("item")


def _item_findings(items: pd.DataFrame, responses: Responses) -> list[Finding]:
    instrument = responses.instrument
    not_asked = {
        name
        for name, construct in instrument.constructs.items()
        if construct.role != "predictor" and not items.loc[list(construct.items), "n"].any()
    }
    findings = []
    for name in items.index:
        construct = instrument.construct_of[name]
        if construct in not_asked:
            continue
        if not items.loc[name, "n"]:
            findings.append(Finding("quality.item_without_answers", "error", {"item": name, "construct": construct}))
        elif items.loc[name, "minimum"] == items.loc[name, "maximum"]:
            params = {"item": name, "construct": construct, "n": int(items.loc[name, "n"])}
            findings.append(Finding("quality.item_without_variance", "error", params))
    return findings


def _respondent_findings(responses: Responses, flags: pd.DataFrame) -> list[Finding]:
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


def _keep(responses: Responses, kept: np.ndarray[Any, np.dtype[np.bool_]]) -> Responses:
    if kept.all():
        return responses
    return replace(
        responses,
        data=responses.data[kept],
        raw=responses.raw[kept],
        dont_know=responses.dont_know[kept],
        source=responses.source[kept],
    )


def _ledger(responses: Responses, flags: pd.DataFrame, drop: Sequence[str]) -> pd.DataFrame:
    """List who was left out, once each, under the first flag of ``drop`` that they bear."""
    reason = pd.Series(pd.NA, index=flags.index, dtype="str", name="reason")
    for name in reversed(drop):
        reason[flags[name].to_numpy()] = name
    return responses.source.assign(reason=reason)[reason.notna().to_numpy()]
