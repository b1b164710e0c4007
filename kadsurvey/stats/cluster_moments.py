"""The first two moments of cluster-robust variances under independent errors of equal variance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]

# Eigenvalues below this are directions in which a cluster has no residual variance; clubSandwich cuts at the same.
EIGENVALUE_TOLERANCE = 1e-12


@dataclass(frozen=True, slots=True)
class ClusterDesign:
    """What the degrees of freedom need: rows sorted by cluster, and where each cluster starts."""

    X: Array
    WX: Array
    projection: Array  # row i of A_g W_g X_g (X'WX)^-1
    starts: NDArray[np.intp]
    bread: Array
    meat_identity: Array  # (X'WX)^-1 X'W^2X (X'WX)^-1


@dataclass(frozen=True, slots=True)
class Moments:
    """The quadratic forms of q contrasts under independent errors of equal variance.

    Between clusters g and h form (s, t) has the entry ``spread[g, s] @ core @ spread[h, t]``, and where g is h also
    ``diagonal[g, s, t]``.
    """

    diagonal: Array  # (G, q, q)
    spread: Array  # (G, q, 2k)
    core: Array  # (2k, 2k)

    @classmethod
    def of(cls, design: ClusterDesign, L: Array) -> Moments:
        rows = design.projection @ L.T
        sums = [
            np.add.reduceat(np.concatenate([design.X, design.WX], axis=1) * column[:, None], design.starts, axis=0)
            for column in rows.T
        ]
        diagonal = np.add.reduceat(rows[:, :, None] * rows[:, None, :], design.starts, axis=0)
        core = np.block([[design.meat_identity, -design.bread], [-design.bread, np.zeros_like(design.bread)]])
        return cls(diagonal, np.stack(sums, axis=1), core)

    def within(self) -> Array:
        """Return the entries of each cluster with itself, shape (G, q, q)."""
        return np.asarray(self.diagonal + np.einsum("gsi,ij,gtj->gst", self.spread, self.core, self.spread))

    def expected(self) -> Array:
        """Return the traces of the forms, shape (q, q)."""
        return np.asarray(self.within().sum(axis=0))

    def satterthwaite(self) -> float:
        """Return the degrees of freedom of a single contrast."""
        square = self._inner(0, 0, 0, 0)
        return float(self.expected()[0, 0] ** 2 / square) if square > 0 else np.nan

    def total_variance(self) -> float:
        """Return the summed variances of the matrix of forms, in units that make a Wishart's q (q + 1) / eta."""
        q = self.spread.shape[1]
        pairs = [(s, t) for s in range(q) for t in range(q)]
        return sum(self._inner(s, s, t, t) + self._inner(s, t, t, s) for s, t in pairs)

    def _inner(self, s: int, t: int, u: int, v: int) -> float:
        """Return the sum over all g, h of form (s, t) times form (u, v)."""
        first = self.diagonal[:, s, t]
        second = self.diagonal[:, u, v]
        low_first = np.einsum("gi,ij,gj->g", self.spread[:, s], self.core, self.spread[:, t])
        low_second = np.einsum("gi,ij,gj->g", self.spread[:, u], self.core, self.spread[:, v])
        left = self.spread[:, s].T @ self.spread[:, u]
        right = self.spread[:, t].T @ self.spread[:, v]
        low_rank = np.sum((self.core.T @ left @ self.core) * right)
        return float(first @ second + first @ low_second + second @ low_first + low_rank)


def symmetric_power(matrix: Array, power: float) -> Array:
    """Raise a symmetric matrix to a power, leaving out directions of no variance."""
    values, vectors = np.linalg.eigh((matrix + matrix.T) / 2)
    kept = values > EIGENVALUE_TOLERANCE
    return np.asarray((vectors[:, kept] * values[kept] ** power) @ vectors[:, kept].T)
