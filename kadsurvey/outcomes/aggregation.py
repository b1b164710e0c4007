"""How well the mean of a body's respondents stands for the body (kelayakan agregasi)."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kadsurvey.outcomes.design import Level
from kadsurvey.stats.agreement import icc1, icc2


def aggregation(data: pd.DataFrame, names: Sequence[str], cluster: str | None, level: Level) -> pd.DataFrame:
    """Return ICC(1), ICC(2), mean_n and n_bodies of each variable that varies within bodies; empty at other levels.

    Parameters
    ----------
    data : DataFrame
        A row a respondent, nothing missing.
    names : sequence of str
    cluster : str or None
    level : {"body", "respondent"}

    References
    ----------
    Bliese (2000), in Klein & Kozlowski (eds), Multilevel Theory, Research, and Methods in Organizations, 349-381.
    """
    rows = {}
    for name in names if cluster is not None and level == "body" else ():
        if data[name].dtype.kind not in "biuf":
            continue
        grouped = data.groupby(cluster)[name]
        if bool((grouped.min() == grouped.max()).all()):
            continue
        values, bodies = data[name].to_numpy(float), data[cluster].to_numpy()
        rows[name] = {
            "icc1": icc1(values, bodies),
            "icc2": icc2(values, bodies),
            "mean_n": len(data) / grouped.ngroups,
            "n_bodies": grouped.ngroups,
        }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["icc1", "icc2", "mean_n", "n_bodies"])
