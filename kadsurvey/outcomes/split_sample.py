"""One half of the respondents for the outcome, the other for the predictors, so that nobody speaks on both sides."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from kadsurvey.errors import ArgumentError, DesignError


def split_sample(
    data: pd.DataFrame,
    outcome: str,
    predictors: Sequence[str],
    *,
    controls: Sequence[str] = (),
    cluster: str,
    seed: int,
) -> pd.DataFrame:
    """Draw half of each body's respondents for the outcome's mean; the other half gives the predictors' means.

    What a respondent's mood does to all of his or her answers then cannot tie the two together.

    Parameters
    ----------
    data : DataFrame
        A row a respondent.
    outcome, predictors, controls : str, sequences of str
        Numeric columns; controls are means over all respondents.
    cluster : str
        Column of the body.
    seed : int
        Of the draw.

    Returns
    -------
    DataFrame
        A row a body.

    Raises
    ------
    ArgumentError
        If a column is not numeric.
    DesignError
        If a body has fewer than two respondents with an answer on either side.

    References
    ----------
    Podsakoff et al. (2003), Journal of Applied Psychology 88, 879-903; Ostroff, Kinicki & Clark (2002), Journal of
    Applied Psychology 87, 355-368.
    """
    for name in (outcome, *predictors, *controls):
        if data[name].dtype.kind not in "biuf":
            raise ArgumentError("outcomes.split_not_numeric", name=name)
    known = data.dropna(subset=[cluster])
    rank = pd.Series(np.random.default_rng(seed).random(len(known)), known.index).groupby(known[cluster]).rank()
    # Odd bodies give their extra respondent to the predictors, which are more.
    first = rank <= known.groupby(cluster)[cluster].transform("size") // 2
    halves = {outcome: known[first], **dict.fromkeys(predictors, known[~first]), **dict.fromkeys(controls, known)}
    means = {name: half.groupby(cluster)[name].mean() for name, half in halves.items()}
    bodies = pd.DataFrame(means)
    if silent := [str(body) for body in bodies.index[bodies.isna().any(axis=1)]]:
        raise DesignError("outcomes.split_too_few", bodies=silent)
    return bodies.rename_axis(cluster).reset_index()
