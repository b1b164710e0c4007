"""What is checked about a least-squares fit: normality, equal variance, collinearity, form, influence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from kadsurvey.errors import StatisticsError
from kadsurvey.stats.linear import aliased_columns, checked_model, fit_ols

Array: TypeAlias = NDArray[np.float64]

FEWEST_FOR_NORMALITY = 3
# A leverage this near one means that the row alone decides its fitted value.
FULL_LEVERAGE = 1 - 1e-10


@dataclass(frozen=True, slots=True)
class DiagnosticTest:
    """A test of an assumption.

    Attributes
    ----------
    statistic : float
        W, chi-square or F; NaN where there are not enough rows for the test.
    df : int or None
        Degrees of freedom, of the numerator where it is an F; None where it has none.
    df_denom : int or None
        Denominator degrees of freedom of an F.
    p_value : float
        Small values speak against the assumption.
    """

    statistic: float
    df: int | None
    df_denom: int | None
    p_value: float


@dataclass(frozen=True, slots=True)
class GlejserTest:
    """Regression of the absolute residuals on the predictors.

    Attributes
    ----------
    overall : DiagnosticTest
        F test of all slopes.
    p_values : ndarray, shape (k,)
        Two-sided p of each column of the design, the constant's included.
    """

    overall: DiagnosticTest
    p_values: Array


@dataclass(frozen=True, slots=True)
class Influence:
    """What each row does to the fit.

    Attributes
    ----------
    leverage : ndarray, shape (n_obs,)
        Diagonal of the hat matrix.
    studentised : ndarray, shape (n_obs,)
        Residuals over their standard error from the other rows; NaN where the row decides its own fitted value.
    cooks_distance : ndarray, shape (n_obs,)
        Shift of all fitted values without the row; NaN in the same case.
    dfbetas : ndarray, shape (n_obs, k)
        Shift of each coefficient without the row, in its standard errors; NaN in the same case.
    """

    leverage: Array
    studentised: Array
    cooks_distance: Array
    dfbetas: Array


def shapiro_wilk(values: Array) -> DiagnosticTest:
    """Test normality by Shapiro and Wilk's W.

    Raises
    ------
    StatisticsError
        ``stats.too_few_rows`` below 3 values; ``stats.no_residual_variance`` where all are equal.

    References
    ----------
    Shapiro & Wilk (1965), Biometrika 52, 591-611; Royston (1995), Applied Statistics 44, 547-551.
    """
    found = stats.shapiro(_varying(values))
    return DiagnosticTest(float(found.statistic), None, None, float(found.pvalue))


def jarque_bera(values: Array) -> DiagnosticTest:
    """Test normality by skewness and kurtosis; the chi-square is good only from some hundred values.

    Raises
    ------
    StatisticsError
        As `shapiro_wilk`.

    References
    ----------
    Jarque & Bera (1987), International Statistical Review 55, 163-172.
    """
    found = stats.jarque_bera(_varying(values))
    return DiagnosticTest(float(found.statistic), 2, None, float(found.pvalue))


def breusch_pagan(y: Array, X: Array) -> DiagnosticTest:
    """Test equal variance against one that is linear in the predictors, without assuming normality (Koenker's form).

    Parameters
    ----------
    y : ndarray, shape (n_obs,)
        Outcome.
    X : ndarray, shape (n_obs, k)
        Design with its constant as a column.

    References
    ----------
    Breusch & Pagan (1979), Econometrica 47, 1287-1294. Koenker (1981), Journal of Econometrics 17, 107-112.
    """
    return _lagrange_multiplier(fit_ols(y, X).residuals, np.asarray(X, dtype=np.float64))


def white(y: Array, X: Array) -> DiagnosticTest:
    """Test equal variance against any that is quadratic in the predictors.

    Parameters as `breusch_pagan`. Squares and products that other columns determine, as of dummies, are left out. The
    statistic is NaN where there are not more rows than columns remain.

    References
    ----------
    White (1980), Econometrica 48, 817-838.
    """
    residuals, X = fit_ols(y, X).residuals, np.asarray(X, dtype=np.float64)
    scaled = X / np.abs(X).max(axis=0)
    first, second = np.triu_indices(X.shape[1])
    return _lagrange_multiplier(residuals, np.column_stack([scaled, scaled[:, first] * scaled[:, second]]))


def glejser(y: Array, X: Array) -> GlejserTest:
    """Test equal variance by regressing the absolute residuals on the predictors.

    Parameters as `breusch_pagan`.

    References
    ----------
    Glejser (1969), Journal of the American Statistical Association 64, 316-323.
    """
    again = fit_ols(np.abs(fit_ols(y, X).residuals), X)
    overall = DiagnosticTest(again.f_statistic, again.f_df, again.df_residual, again.f_p_value)
    return GlejserTest(overall, again.p_value)


def reset(y: Array, X: Array) -> DiagnosticTest:
    """Test the linear form by adding the square and the cube of the fitted values.

    Parameters as `breusch_pagan`. The statistic is NaN where no residual degrees of freedom are left.

    References
    ----------
    Ramsey (1969), Journal of the Royal Statistical Society B 31, 350-371.
    """
    fit = fit_ols(y, X)
    X = np.asarray(X, dtype=np.float64)
    spread = float(np.std(fit.fitted)) or 1.0
    standardised = (fit.fitted - fit.fitted.mean()) / spread
    larger = np.column_stack([X, standardised**2, standardised**3])
    larger = np.delete(larger, aliased_columns(larger), axis=1)
    added, left = larger.shape[1] - X.shape[1], len(X) - larger.shape[1]
    if added == 0 or left < 1:
        return DiagnosticTest(np.nan, added, max(left, 0), np.nan)
    more = fit_ols(y, larger)
    statistic = (fit.sigma2 * fit.df_residual - more.sigma2 * left) / added / more.sigma2
    return DiagnosticTest(statistic, added, left, float(stats.f.sf(statistic, added, left)))


def variance_inflation(X: Array) -> Array:
    """Return the variance inflation factor of each column of a design.

    Parameters
    ----------
    X : ndarray, shape (n_obs, k)
        Design; its constant column gets NaN.

    Raises
    ------
    StatisticsError
        ``stats.rank_deficient`` where a column is determined by others, so that its factor is infinite.

    References
    ----------
    Marquardt (1970), Technometrics 12, 591-612.
    """
    X = np.asarray(X, dtype=np.float64)
    if aliased := aliased_columns(X):
        raise StatisticsError("stats.rank_deficient", columns=aliased)
    varying = np.ptp(X, axis=0) > 0
    factors = np.full(X.shape[1], np.nan)
    if varying.any():
        correlations = np.atleast_2d(np.corrcoef(X[:, varying], rowvar=False))
        factors[varying] = np.diag(np.linalg.inv(correlations))
    return factors


def condition_number(X: Array) -> float:
    """Return the largest over the smallest singular value of the design, its columns scaled to one length.

    References
    ----------
    Belsley, Kuh & Welsch (1980), Regression diagnostics. Wiley; above 30 they call collinearity strong.
    """
    X = np.asarray(X, dtype=np.float64)
    singular = np.linalg.svd(X / np.linalg.norm(X, axis=0), compute_uv=False)
    return float(singular[0] / singular[-1])


def influence(y: Array, X: Array) -> Influence:
    """Return leverage, studentised residuals, Cook's distances and DFBETAS of every row.

    Parameters as `breusch_pagan`. Studentised residuals and DFBETAS are NaN with a single residual degree of freedom,
    for without the row none is left.

    References
    ----------
    Cook (1977), Technometrics 19, 15-18. Belsley, Kuh & Welsch (1980), Regression diagnostics. Wiley.
    """
    y, X, _ = checked_model(y, X, None)
    fit = fit_ols(y, X)
    k, df = X.shape[1], fit.df_residual
    leverage = np.einsum("ij,jk,ik->i", X, fit.bread, X)
    free = np.where(leverage < FULL_LEVERAGE, 1 - leverage, np.nan)
    without = np.full(len(y), np.nan)
    if df > 1:
        without = (fit.sigma2 * df - fit.residuals**2 / free) / (df - 1)
    without = np.where(without > 0, without, np.nan)
    studentised = fit.residuals / np.sqrt(without * free)
    shift = X @ fit.bread / np.sqrt(np.diag(fit.bread))
    common = fit.sigma2 if fit.sigma2 > 0 else np.nan
    return Influence(
        leverage=leverage,
        studentised=studentised,
        cooks_distance=fit.residuals**2 * leverage / (k * common * free**2),
        dfbetas=shift * (studentised / np.sqrt(free))[:, None],
    )


def added_variable(y: Array, X: Array, place: int) -> tuple[Array, Array]:
    """Return a column and the outcome, each less what the other columns explain of it.

    The least-squares slope of the second on the first is the column's coefficient in the whole model, and its residuals
    are those of the whole model (Frisch-Waugh-Lovell).

    Parameters
    ----------
    y : ndarray, shape (n_obs,)
    X : ndarray, shape (n_obs, k)
    place : int
        The column; of a single one, both are returned as they are.

    Returns
    -------
    tuple of ndarray, shape (n_obs,)

    Raises
    ------
    StatisticsError
        ``stats.rank_deficient`` where a column is determined by others.

    References
    ----------
    Lovell (1963), Journal of the American Statistical Association 58, 993-1010. Cook & Weisberg (1982), Residuals and
    influence in regression. Chapman & Hall.
    """
    y, X, _ = checked_model(y, X, None)
    others = np.delete(X, place, axis=1)
    if others.shape[1] == 0:
        return X[:, place], y
    return fit_ols(X[:, place], others).residuals, fit_ols(y, others).residuals


def normal_scores(values: Array) -> Array:
    """Return for each value the standard normal quantile of its rank, (rank - 3/8) / (n + 1/4); ties share theirs.

    References
    ----------
    Blom (1958), Statistical estimates and transformed beta-variables. Wiley.
    """
    ranks = stats.rankdata(np.asarray(values, dtype=np.float64))
    return np.asarray(stats.norm.ppf((ranks - 0.375) / (len(ranks) + 0.25)), dtype=np.float64)


def _varying(values: Array) -> Array:
    values = np.asarray(values, dtype=np.float64)
    if not np.isfinite(values).all():
        raise StatisticsError("stats.not_finite")
    if len(values) < FEWEST_FOR_NORMALITY:
        raise StatisticsError("stats.too_few_rows", n_obs=len(values), needed=FEWEST_FOR_NORMALITY)
    if np.ptp(values) == 0:
        raise StatisticsError("stats.no_residual_variance")
    return values


def _lagrange_multiplier(residuals: Array, Z: Array) -> DiagnosticTest:
    """Return n R-squared of the squared residuals on the columns of Z, aliased ones left out."""
    Z = np.delete(Z, aliased_columns(Z), axis=1)
    n, k = Z.shape
    if n <= k:
        return DiagnosticTest(np.nan, k - 1, None, np.nan)
    statistic = n * fit_ols(residuals**2, Z).r2
    return DiagnosticTest(statistic, k - 1, None, float(stats.chi2.sf(statistic, k - 1)))
