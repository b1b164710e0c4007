"""How much leaving respondents out moves the indices."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kadsurvey.indices.score import Indices


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
    """
    rows = [row for construct in everybody.constructs for row in _rows(everybody, kept, construct)]
    return pd.DataFrame(rows, columns=["construct", "body", "n_all", "mean_all", "n_kept", "mean_kept"])


def _rows(everybody: Indices, kept: Indices, construct: str) -> Iterator[tuple[object, ...]]:
    before, after = (_bodies(indices, construct) for indices in (everybody, kept))
    for body, (n, mean) in before.items():
        yield (construct, body, n, mean, *after.get(body, (0, float("nan"))))
    whole = [_of_all(indices, f"{construct}_100") for indices in (everybody, kept)]
    yield (construct, None, *whole[0], *whole[1])


def _bodies(indices: Indices, construct: str) -> dict[object, tuple[int, float]]:
    own = indices.bodies[indices.bodies["construct"] == construct]
    return dict(zip(own.index, zip(own["n"].astype(int), own["mean"], strict=True), strict=True))


def _of_all(indices: Indices, column: str) -> tuple[int, float]:
    if column not in indices.respondents:
        return 0, float("nan")
    return int(indices.respondents[column].count()), float(indices.respondents[column].mean())
