"""How much leaving respondents out moves the indices."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kadsurvey.indices.score import Indices
from kadsurvey.indices.suppression import suppressed


def with_and_without(everybody: Indices, kept: Indices) -> pd.DataFrame:
    """Put the mean indices of all respondents beside those of the respondents kept.

    Parameters
    ----------
    everybody, kept : Indices
        Of one survey, before and after respondents were left out.

    Returns
    -------
    DataFrame, a row a construct and body
        ``construct``, ``body`` (missing in the row over all respondents, the last of each construct), ``n_all``,
        ``mean_all``, ``n_kept``, ``mean_kept`` (0-100; NaN where too few respondents answered or all were left out).
        ``mean_all`` is NaN too where fewer respondents were left out than a mean is shown of: the two means would give
        theirs away.
    """
    rows = [row for construct in everybody.constructs for row in _rows(everybody, kept, construct)]
    return pd.DataFrame(rows, columns=["construct", "body", "n_all", "mean_all", "n_kept", "mean_kept"])


def _rows(everybody: Indices, kept: Indices, construct: str) -> Iterator[tuple[object, ...]]:
    before, after = (_bodies(indices, construct) for indices in (everybody, kept))
    gone: pd.Series[int] = pd.Series(
        {body: n - after.get(body, (0, 0.0))[0] for body, (n, _) in before.items()}
    ).astype(int)
    told = gone.index[suppressed(gone, kept.min_cell).to_numpy(bool)]
    for body, (n, mean) in before.items():
        n_kept, mean_kept = after.get(body, (0, float("nan")))
        hidden = body in told or (n_kept > 0 and pd.isna(mean_kept))
        yield (construct, body, n, float("nan") if hidden else mean, n_kept, mean_kept)
    whole = [_of_all(indices, construct) for indices in (everybody, kept)]
    if 0 < whole[0][0] - whole[1][0] < kept.min_cell or pd.isna(whole[1][1]):
        whole[0] = whole[0][0], float("nan")
    yield (construct, None, *whole[0], *whole[1])


def _bodies(indices: Indices, construct: str) -> dict[object, tuple[int, float]]:
    own = indices.bodies[indices.bodies["construct"] == construct]
    return dict(zip(own.index, zip(own["n"].astype(int), own["mean"], strict=True), strict=True))


def _of_all(indices: Indices, construct: str) -> tuple[int, float]:
    own = indices.overall[indices.overall["construct"] == construct]
    return (0, float("nan")) if own.empty else (int(own["n"].iloc[0]), float(own["mean"].iloc[0]))
