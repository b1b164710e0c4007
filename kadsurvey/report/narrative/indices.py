"""Sentences on the indices: whether respondents may be averaged, how bodies differ, what officials and NGOs see."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

import pandas as pd

from kadsurvey.indices.score import Indices
from kadsurvey.indices.shared_views import SharedViews
from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import Label, Text
from kadsurvey.measurement.invariance import Invariance
from kadsurvey.report.document import Prose
from kadsurvey.report.narrative.words import listed, records, variable_words

LEVEL = 0.05


def aggregation(views: SharedViews, instrument: Instrument) -> Prose | None:
    """Give ICC(1), ICC(2) and agreement of each construct by body; None where answers name no bodies."""
    rows = _of_bodies(views)
    if rows.empty:
        return None
    sentences = []
    for row in records(rows):
        params = {
            "construct": variable_words(instrument, str(row["construct"])),
            "icc1": row["icc1"],
            "low": row["icc1_low"],
            "high": row["icc1_high"],
            "icc2": row["icc2"],
            "rwg": row["rwg_j"],
            "verdict": Text(f"agreement.verdict_{row['verdict']}"),
        }
        agreed = isinstance(row["rwg_j"], float) and isfinite(row["rwg_j"])
        sentences.append(Text("narrative.aggregation_rwg" if agreed else "narrative.aggregation", params))
    return Prose(tuple(sentences), refers=("agreement",), cites=("bliese2000", "lebreton2008", "james1984"))


def _of_bodies(views: SharedViews) -> pd.DataFrame:
    levels = views.levels
    return levels if levels.empty else levels[(levels["level"] == "body") & levels["group"].isna()]


def bodies(indices: Indices, instrument: Instrument) -> Prose | None:
    """Give the range of each index over bodies, and warn of ranks; None where there are no bodies."""
    frame = indices.bodies
    if frame.empty:
        return None
    sentences: list[Label] = []
    several = False
    for construct in indices.constructs:
        if instrument.constructs[construct].role == "marker":
            continue
        shown = frame[(frame["construct"] == construct) & ~frame["suppressed"].astype(bool)].dropna(subset=["index"])
        if not shown.empty:
            sentences.append(_range(construct, shown, instrument))
            several |= len(shown) > 1
    if several:
        sentences += [Text("narrative.bodies_ranks"), Text("narrative.bodies_interval")]
    hidden = frame.index[frame["suppressed"].astype(bool)].unique()
    if len(hidden):
        params = {"count": len(hidden), "min_cell": indices.min_cell}
        sentences.append(Text("narrative.bodies_suppressed", params))
    if not sentences:
        return None
    return Prose(tuple(sentences), refers=("bodies_predictors", "bodies_outcomes"), cites=("goldstein1996",))


def _range(construct: str, shown: pd.DataFrame, instrument: Instrument) -> Label:
    ordered = shown.sort_values("index", kind="stable")
    lowest, highest = ordered.iloc[0], ordered.iloc[-1]
    params = {
        "construct": variable_words(instrument, construct),
        "bodies": len(shown),
        "low": float(lowest["index"]),
        "low_body": str(ordered.index[0]),
        "high": float(highest["index"]),
        "high_body": str(ordered.index[-1]),
    }
    if len(shown) == 1:
        return Text("narrative.bodies_one", params)
    apart = bool(lowest["ci_high"] < highest["ci_low"])
    return Text("narrative.bodies_range_apart" if apart else "narrative.bodies_range", params)


def groups(views: SharedViews, instrument: Instrument, between: Invariance | None = None) -> Prose | None:
    """Say where officials and NGO members judge differently over all bodies; None without both groups.

    ``between`` says whether the items work alike in both, so that a difference of answers is one of views.
    """
    if views.groups.empty:
        return None
    overall = views.groups[views.groups["body"].isna()].dropna(subset=["difference", "p_value"])
    if overall.empty:
        return None
    sentences = list(_differences(overall, instrument))
    named = views.groups[views.groups["body"].notna() & (views.groups["p_holm"] < LEVEL)]
    if named.empty:
        sentences.append(Text("narrative.groups_no_body"))
    else:
        found = [
            Text(
                "narrative.groups_body",
                {"body": str(row["body"]), "construct": variable_words(instrument, str(row["construct"]))},
            )
            for row in records(named)
        ]
        sentences.append(Text("narrative.groups_bodies", {"found": listed(found)}))
    verdict = "untested" if between is None else between.verdict
    sentences.append(Text(f"narrative.groups_{verdict}"))
    return Prose(tuple(sentences), refers=("groups_disagree",))


def _differences(overall: pd.DataFrame, instrument: Instrument) -> Iterator[Label]:
    for row in records(overall):
        difference = float(row["difference"])
        params = {
            "construct": variable_words(instrument, str(row["construct"])),
            "points": abs(difference),
            "p": row["p_value"],
        }
        direction = "higher" if difference > 0 else "lower"
        yield Text(f"narrative.groups_{direction}", params)
