"""What single items look like: the shape of their answers, and when a correlation is more than chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.contingency import as_items

Array: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Moments:
    """The shape of the answers to each item, over the rows that answered it.

    Attributes
    ----------
    n_obs : ndarray of int, shape (n_items,)
    mean, sd : ndarray, shape (n_items,)
        In codes; the standard deviation divides by n - 1.
    skewness, kurtosis : ndarray, shape (n_items,)
        Unbiased under normality (G1, G2, as SPSS and SAS print them); kurtosis is 0 for a normal distribution. NaN for
        an item that does not vary, or below 3 and 4 answers.
    """

    n_obs: NDArray[np.intp]
    mean: Array
    sd: Array
    skewness: Array
    kurtosis: Array


def moments(items: ArrayLike) -> Moments:
    """Describe the answers to each item.

    Parameters
    ----------
    items : array_like, shape (n_obs, n_items)
        Codes, NaN missing.

    References
    ----------
    Joanes & Gill (1998), The Statistician 47, 183-189: their G1 and G2.

    Examples
    --------
    >>> import numpy as np
    >>> found = moments(np.array([[1.0], [2], [3], [4], [10]]))
    >>> round(float(found.skewness[0]), 4), round(float(found.kurtosis[0]), 4)
    (1.6971, 3.152)
    """
    data = as_items(items, needed=1)
    n = np.isfinite(data).sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.nansum(data, axis=0) / n
        centred = np.where(np.isfinite(data), data - mean, 0.0)
        m2, m3, m4 = ((centred**power).sum(axis=0) / n for power in (2, 3, 4))
        skewness = np.sqrt(n * (n - 1.0)) / (n - 2) * m3 / m2**1.5
        kurtosis = (n - 1.0) / ((n - 2) * (n - 3)) * ((n + 1) * (m4 / m2**2 - 3) + 6)
        sd = np.sqrt(m2 * n / (n - 1.0))
    varied = m2 > 0
    return Moments(
        n_obs=n,
        mean=mean,
        sd=sd,
        skewness=np.where(varied & (n > 2), skewness, np.nan),
        kurtosis=np.where(varied & (n > 3), kurtosis, np.nan),
    )


def critical_correlation(n_obs: int, *, level: float = 0.05) -> float:
    """Return the smallest absolute correlation that differs from zero at a level, two-sided (r tabel).

    Parameters
    ----------
    n_obs : int
        Rows; df = n_obs - 2. They are taken as independent.
    level : float, default 0.05

    Raises
    ------
    StatisticsError
        ``stats.too_few_rows`` below 3 rows.

    References
    ----------
    Fisher (1915), Biometrika 10, 507-521: t = r sqrt(df / (1 - r^2)).

    Examples
    --------
    >>> round(critical_correlation(30), 3)
    0.361
    """
    if n_obs < 3:
        raise StatisticsError("stats.too_few_rows", n_obs=n_obs, needed=3)
    t = float(stats.t.ppf(1 - level / 2, n_obs - 2))
    return t / float(np.sqrt(n_obs - 2 + t**2))
