"""Sentences on who works with whom: answers, density, what ties connect, and the roster's trust beside the scale's."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

import pandas as pd

from kadsurvey.indices.network import NetworkIndices
from kadsurvey.indices.roster import ANY
from kadsurvey.indices.roster_beside import RosterBeside
from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import Label, Text
from kadsurvey.report.document import Prose
from kadsurvey.report.narrative.words import variable_words

LEVEL = 0.05


def networks(found: NetworkIndices, beside: RosterBeside | None, instrument: Instrument) -> Prose:
    """Tell of all relations together, or of the only one."""
    names = found.bodies.index.get_level_values("relation")
    frame = found.bodies[names == ANY] if ANY in names else found.bodies[names == names[0]]
    frame = frame.droplevel("relation")
    sentences: list[Label] = [*_answers(frame), *_density(frame), *_between_groups(frame)]
    if beside is not None and isfinite(beside.correlation):
        params = {
            "construct": variable_words(instrument, beside.construct),
            "r": beside.correlation,
            "p": beside.p_value,
            "bodies": beside.n_bodies,
        }
        sentences.append(Text("narrative.network_beside", params))
    return Prose(
        tuple(sentences),
        refers=("networks", "network_answers", "network_reach", "roster_beside"),
        cites=("freeman1979", "krackhardt1988"),
    )


def _answers(frame: pd.DataFrame) -> Iterator[Label]:
    asked, answered = int(frame["n_nodes"].sum()), int(frame["n_responded"].sum())
    params = {"bodies": len(frame), "asked": asked, "answered": answered, "share": answered / asked}
    yield Text("narrative.network_answers", params)


def _density(frame: pd.DataFrame) -> Iterator[Label]:
    known = frame["density"].dropna().sort_values(kind="stable")
    if len(known) > 1:
        ends = {"low": float(known.iloc[0]), "low_body": str(known.index[0])}
        ends |= {"high": float(known.iloc[-1]), "high_body": str(known.index[-1])}
        yield Text("narrative.network_density", {**ends, "middle": float(known.median())})
    returned = frame["reciprocity"].dropna()
    if len(returned):
        yield Text("narrative.network_reciprocity", {"middle": float(returned.median())})


def _between_groups(frame: pd.DataFrame) -> Iterator[Label]:
    tested = frame["ei_p_value"].dropna()
    if len(tested):
        sure = frame.loc[tested.index[tested < LEVEL]]
        apart = sure["ei_index"] < sure["ei_expected"]
        params = {"inward": int(apart.sum()), "outward": int((~apart).sum()), "bodies": len(tested)}
        yield Text("narrative.network_groups", params)
