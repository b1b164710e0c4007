"""Cluster-robust covariance of a linear model, CR0 to CR3, with degrees of freedom for few clusters."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from kadsurvey.errors import ArgumentError, StatisticsError
from kadsurvey.stats.cluster_moments import EIGENVALUE_TOLERANCE, ClusterDesign, Moments, symmetric_power
from kadsurvey.stats.linear import checked_model, fit_ols

Array: TypeAlias = NDArray[np.float64]
ClusterKind: TypeAlias = Literal["CR0", "CR1", "CR1S", "CR2", "CR3"]
CLUSTER_KINDS: tuple[ClusterKind, ...] = get_args(ClusterKind)


@dataclass(frozen=True, slots=True)
class WaldTest:
    """A test of several contrasts at once.

    Attributes
    ----------
    statistic : float
        F value; NaN where there are fewer clusters than contrasts, whose covariance then has no inverse.
    df_num, df_denom : float
        Number of contrasts; degrees of freedom of the denominator.
    p_value : float
        NaN also where ``df_denom`` is not positive: this design cannot test so many contrasts.
    """

    statistic: float
    df_num: int
    df_denom: float
    p_value: float


@dataclass(frozen=True, slots=True)
class ClusterRobust:
    """Coefficients with cluster-robust inference.

    Attributes
    ----------
    estimate, std_error, statistic, df, p_value : ndarray, shape (k,)
        Coefficients, robust standard errors, t values, Satterthwaite degrees of freedom, two-sided p.
    vcov : ndarray, shape (k, k)
        Robust covariance.
    kind : str
        Which correction.
    n_obs, n_clusters : int
        Rows and clusters used.
    """

    estimate: Array
    std_error: Array
    statistic: Array
    df: Array
    p_value: Array
    vcov: Array
    kind: ClusterKind
    n_obs: int
    n_clusters: int
    _design: ClusterDesign = field(repr=False)

    def interval(self, level: float = 0.95) -> tuple[Array, Array]:
        """Return the confidence limits with Satterthwaite degrees of freedom, low and high, each of shape (k,)."""
        half = stats.t.ppf(0.5 + level / 2, self.df) * self.std_error
        return self.estimate - half, self.estimate + half

    def wald(self, L: Array) -> WaldTest:
        """Test ``L @ estimate == 0`` by the approximate Hotelling test (HTZ).

        Parameters
        ----------
        L : ndarray, shape (q, k)
            One contrast a row, linearly independent.

        Returns
        -------
        WaldTest

        Raises
        ------
        StatisticsError
            ``stats.contrasts_dependent``.

        References
        ----------
        Tipton & Pustejovsky (2015), Journal of Educational and Behavioral Statistics 40(6), 604-634.
        """
        L = np.atleast_2d(np.asarray(L, dtype=np.float64))
        q = len(L)
        if np.linalg.matrix_rank(L) < q:
            raise StatisticsError("stats.contrasts_dependent", n_contrasts=q)
        expected = Moments.of(self._design, L).expected()
        moments = Moments.of(self._design, symmetric_power(expected, -0.5) @ L)
        eta = q * (q + 1) / moments.total_variance()
        contrast, covariance = L @ self.estimate, L @ self.vcov @ L.T
        df_denom = eta - q + 1
        if np.linalg.matrix_rank(covariance, hermitian=True) < q:
            return WaldTest(statistic=np.nan, df_num=q, df_denom=df_denom, p_value=np.nan)
        squared = float(contrast @ np.linalg.solve(covariance, contrast))
        statistic = df_denom / (eta * q) * squared
        p_value = float(stats.f.sf(statistic, q, df_denom)) if df_denom > 0 else np.nan
        return WaldTest(statistic=statistic, df_num=q, df_denom=df_denom, p_value=p_value)


def cluster_robust(
    y: Array,
    X: Array,
    clusters: NDArray[Any],
    *,
    weights: Array | None = None,
    kind: ClusterKind = "CR2",
) -> ClusterRobust:
    r"""Fit a linear model and estimate its covariance from the residuals of whole clusters.

    Parameters
    ----------
    y : ndarray, shape (n_obs,)
        Outcome.
    X : ndarray, shape (n_obs, k)
        Design with its constant as a column.
    clusters : ndarray, shape (n_obs,)
        Cluster label of each row. With one row a cluster, CR0, CR2 and CR3 are HC0, HC2 and HC3.
    weights : ndarray, shape (n_obs,), optional
        Precision weights, all positive.
    kind : {"CR2", "CR0", "CR1", "CR1S", "CR3"}
        CR2 removes the bias of the residuals under independent errors of equal variance; CR3 is close to the
        jackknife; CR1 multiplies CR0 by G/(G-1), CR1S (Stata) also by (n-1)/(n-k).

    Returns
    -------
    ClusterRobust

    Raises
    ------
    StatisticsError
        As `fit_ols`; ``stats.single_cluster``; ``stats.cluster_determined`` where CR3 does not exist because a
        cluster is fitted exactly.

    Notes
    -----
    With :math:`p_g = A_g W_g X_g (X'WX)^{-1}` the covariance is :math:`\sum_g p_g' e_g e_g' p_g`. The degrees of
    freedom match the first two moments of its diagonal to a chi-square (Satterthwaite) under the working model of
    independent errors of equal variance. The matrix of the quadratic forms is a diagonal plus one of rank 2k, so it
    is never built: cost grows with the rows, not with the square of the clusters.

    References
    ----------
    Bell & McCaffrey (2002), Survey Methodology 28(2), 169-181. Pustejovsky & Tipton (2018), Journal of Business &
    Economic Statistics 36(4), 672-683.

    Examples
    --------
    >>> import numpy as np
    >>> X = np.column_stack([np.ones(6), [0, 0, 1, 1, 2, 2]])
    >>> fit = cluster_robust(np.array([1.0, 2, 2, 3, 4, 3]), X, np.array(list("aabbcc")))
    >>> fit.n_clusters, fit.estimate.round(2).tolist()
    (3, [1.5, 1.0])
    """
    if kind not in CLUSTER_KINDS:
        raise ArgumentError("stats.unknown_option", given=kind, known=list(CLUSTER_KINDS))
    y, X, w = checked_model(y, X, weights)
    order, starts = _sorted_by_cluster(clusters, len(y))
    fit = fit_ols(y, X, weights=weights)
    X, w, residuals = X[order], w[order], fit.residuals[order]
    WX = w[:, None] * X
    identity = fit.bread @ (WX.T @ WX) @ fit.bread
    projection = _adjusted_projection(X, WX, starts, fit.bread, identity, kind)
    return _inference(fit.estimate, residuals, ClusterDesign(X, WX, projection, starts, fit.bread, identity), kind)


def cluster_robust_iterated(
    estimate: Array,
    X: Array,
    clusters: NDArray[Any],
    *,
    residuals: Array,
    weights: Array,
    kind: ClusterKind = "CR2",
) -> ClusterRobust:
    r"""Estimate the covariance of a generalised linear model from its last weighted least-squares step.

    Parameters
    ----------
    estimate : ndarray, shape (k,)
        Coefficients, as fitted.
    X : ndarray, shape (n_obs, k)
        Design with its constant as a column, of full rank.
    clusters : ndarray, shape (n_obs,)
        Cluster label of each row.
    residuals, weights : ndarray, shape (n_obs,)
        Working residuals ``(y - mu) / mu'`` and working weights, all positive. The link is the canonical one, so that
        the weight of a row is also the variance of its outcome, up to a constant.
    kind : {"CR2", "CR0", "CR1", "CR1S", "CR3"}
        As `cluster_robust`.

    Returns
    -------
    ClusterRobust

    Raises
    ------
    StatisticsError
        ``stats.lengths_differ``, ``stats.single_cluster``, ``stats.cluster_determined``.

    Notes
    -----
    The working model is the variance of the family, not equal variance. With :math:`x = V^{1/2} X` and
    :math:`B_g = I - x_g (x'x)^{-1} x_g'`, CR2 needs a root of :math:`B_g^{-1}`, and a cluster of unequal variances has
    many. clubSandwich takes the symmetric one on the scale of the outcome, :math:`(V_g B_g V_g)^{-1/2} V_g`. Its cost
    grows with the cube of the largest cluster.

    References
    ----------
    Pustejovsky & Tipton (2018), Journal of Business & Economic Statistics 36(4), 672-683; ``vcovCR`` of clubSandwich.

    Examples
    --------
    >>> import numpy as np
    >>> y, X = np.array([0.0, 1, 1, 1, 0, 1]), np.ones((6, 1))
    >>> mu = np.full(6, 4 / 6)
    >>> w = mu * (1 - mu)
    >>> logit = np.log(mu[:1] / (1 - mu[:1]))
    >>> found = cluster_robust_iterated(logit, X, np.array(list("aabbcc")), residuals=(y - mu) / w, weights=w)
    >>> found.std_error.round(4).tolist()  # the means of three clusters, over mu (1 - mu)
    [0.75]
    """
    if kind not in CLUSTER_KINDS:
        raise ArgumentError("stats.unknown_option", given=kind, known=list(CLUSTER_KINDS))
    order, starts = _sorted_by_cluster(clusters, len(X))
    variance = weights[order]
    x = np.sqrt(variance)[:, None] * X[order]
    bread = np.asarray(np.linalg.inv(x.T @ x))
    if kind == "CR2":
        projection = x @ bread
        for start, end in zip(starts, np.append(starts[1:], len(x)), strict=True):
            part = slice(start, end)
            projection[part] = _outcome_scale_root(x[part], variance[part], bread) @ projection[part]
    else:
        projection = _adjusted_projection(x, x, starts, bread, bread, kind)
    whitened = np.sqrt(variance) * residuals[order]
    return _inference(estimate, whitened, ClusterDesign(x, x, projection, starts, bread, bread), kind)


def _sorted_by_cluster(clusters: NDArray[Any], n_obs: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the order that puts rows of a cluster together, and where each cluster then starts."""
    labels, code = np.unique(np.asarray(clusters), return_inverse=True)
    if len(code) != n_obs:
        raise StatisticsError("stats.lengths_differ", n_first=n_obs, n_second=len(code))
    if len(labels) < 2:
        raise StatisticsError("stats.single_cluster")
    order = np.argsort(code, kind="stable")
    return order, np.searchsorted(code[order], np.arange(len(labels)))


def _inference(estimate: Array, residuals: Array, design: ClusterDesign, kind: ClusterKind) -> ClusterRobust:
    (n, k), n_clusters = design.X.shape, len(design.starts)
    scores = np.add.reduceat(design.projection * residuals[:, None], design.starts, axis=0)
    vcov = _small_sample_factor(kind, n, k, n_clusters) * scores.T @ scores
    df = np.array([Moments.of(design, row[None]).satterthwaite() for row in np.eye(k)])
    std_error = np.sqrt(np.diag(vcov))
    statistic = np.divide(estimate, std_error, out=np.full(k, np.nan), where=std_error > 0)
    return ClusterRobust(
        estimate=estimate,
        std_error=std_error,
        statistic=statistic,
        df=df,
        p_value=np.asarray(2 * stats.t.sf(np.abs(statistic), df)),
        vcov=vcov,
        kind=kind,
        n_obs=n,
        n_clusters=n_clusters,
        _design=design,
    )


def _adjusted_projection(
    X: Array, WX: Array, starts: NDArray[np.intp], bread: Array, identity: Array, kind: ClusterKind
) -> Array:
    """Return the rows of ``A_g W_g X_g (X'WX)^-1``, where ``A_g`` is the correction of the kind."""
    projection = np.asarray(WX @ bread)
    if kind not in ("CR2", "CR3"):
        return projection
    ends = np.append(starts[1:], len(X))
    single = ends - starts == 1
    rows = starts[single]
    projection[rows] *= _single_row_factor(X[rows], WX[rows], bread, identity, kind)[:, None]
    for start, end in zip(starts[~single], ends[~single], strict=True):
        part = slice(start, end)
        projection[part] = _correct_cluster(X[part], WX[part], projection[part], bread, identity, kind)
    return projection


def _single_row_factor(X: Array, WX: Array, bread: Array, identity: Array, kind: ClusterKind) -> Array:
    leverage = np.einsum("ij,jk,ik->i", X, bread, WX)
    if kind == "CR3":
        if np.any(1 - leverage < EIGENVALUE_TOLERANCE):
            raise StatisticsError("stats.cluster_determined")
        return np.asarray(1 / (1 - leverage))
    variance = 1 - 2 * leverage + np.einsum("ij,jk,ik->i", X, identity, X)
    known = variance > EIGENVALUE_TOLERANCE
    return np.where(known, 1 / np.sqrt(np.where(known, variance, 1.0)), 0.0)


def _correct_cluster(X: Array, WX: Array, projection: Array, bread: Array, identity: Array, kind: ClusterKind) -> Array:
    """Apply one cluster's correction inside the span of its rows of X and WX, outside of which it is the identity."""
    Q = np.linalg.qr(np.hstack([X, WX]))[0]
    x, wx = Q.T @ X, Q.T @ WX
    hat = x @ bread @ wx.T
    if kind == "CR2":
        A = symmetric_power(np.eye(len(hat)) - hat - hat.T + x @ identity @ x.T, -0.5)
    else:
        kept = np.eye(len(hat)) - hat
        if np.linalg.svd(kept, compute_uv=False)[-1] < EIGENVALUE_TOLERANCE:
            raise StatisticsError("stats.cluster_determined")
        A = np.asarray(np.linalg.inv(kept))
    return np.asarray(projection + Q @ ((A.T - np.eye(len(A))) @ (Q.T @ projection)))


def _outcome_scale_root(x: Array, variance: Array, bread: Array) -> Array:
    """Return the transpose of ``(V B V)^{-1/2} V``, a root of the inverse of ``B = I - x bread x'``."""
    scale = variance / variance.max()
    kept = np.eye(len(x)) - x @ bread @ x.T
    return np.asarray(scale[:, None] * symmetric_power(scale[:, None] * kept * scale, -0.5))


def _small_sample_factor(kind: ClusterKind, n: int, k: int, n_clusters: int) -> float:
    match kind:
        case "CR1":
            return n_clusters / (n_clusters - 1)
        case "CR1S":
            return n_clusters * (n - 1) / ((n_clusters - 1) * (n - k))
    return 1.0
