"""What the steps of invariance need of a kind of model: of ordinal items, or of continuous ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from kadsurvey.stats.linear_fit import LinearFactors, fit_linear
from kadsurvey.stats.linear_groups import LINEAR_STEPS
from kadsurvey.stats.linear_samples import LinearSamples
from kadsurvey.stats.linear_tests import linear_difference, linear_item_tests
from kadsurvey.stats.multigroup import GroupFactors, GroupSamples, fit_groups
from kadsurvey.stats.multigroup_model import STEPS, Step
from kadsurvey.stats.multigroup_tests import Difference, ItemTest, difference, item_tests

Array: TypeAlias = NDArray[np.float64]


class Fitted(Protocol):
    """A step fitted to all groups."""

    @property
    def fit(self) -> dict[str, float]:
        """lavaan's fit measures, with ``_`` for ``.`` in their names."""
        ...

    @property
    def converged(self) -> bool:
        """Whether the minimum was found."""
        ...


F = TypeVar("F", bound=Fitted)


class Family(Protocol[F]):
    """A kind of model, with the answers it is fitted to."""

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps in their order, the form first."""
        ...

    @property
    def factor_of(self) -> NDArray[np.intp]:
        """The factor of each item."""
        ...

    @property
    def n_rows(self) -> tuple[int, ...]:
        """Rows of each group."""
        ...

    def fit(self, step: Step, *, freed: Mapping[int, Step], configural: F | None) -> F:
        """Fit a step, with items that differ between groups from a step on."""
        ...

    def difference(self, wide: F, narrow: F) -> Difference:
        """Test what one model restricts beyond another."""
        ...

    def item_tests(self, fitted: F) -> tuple[ItemTest, ...]:
        """Test each item that takes part in a step, as if it alone were freed."""
        ...

    def means(self, fitted: F) -> tuple[Array, Array]:
        """Return means of the factors, shape (n_groups, n_factors), and their standard errors."""
        ...

    def improper(self, fitted: F) -> Sequence[tuple[int, int]]:
        """Return group and item of every standardised loading of 1 or more."""
        ...


@dataclass(frozen=True, slots=True)
class Ordinal:
    """Models of ordinal items by WLSMV.

    Attributes
    ----------
    samples : GroupSamples
    """

    samples: GroupSamples

    @property
    def steps(self) -> tuple[Step, ...]:
        """Form, thresholds, loadings, intercepts, residual variances."""
        return STEPS

    @property
    def factor_of(self) -> NDArray[np.intp]:
        """The factor of each item."""
        return self.samples.layout.factor_of

    @property
    def n_rows(self) -> tuple[int, ...]:
        """Rows of each group."""
        return self.samples.n_rows

    def fit(self, step: Step, *, freed: Mapping[int, Step], configural: GroupFactors | None) -> GroupFactors:
        """Fit a step."""
        return fit_groups(self.samples, step, freed=freed, configural=configural)

    def difference(self, wide: GroupFactors, narrow: GroupFactors) -> Difference:
        """Test by the scaled difference of Satorra (2000)."""
        return difference(wide, narrow)

    def item_tests(self, fitted: GroupFactors) -> tuple[ItemTest, ...]:
        """Test by robust scores."""
        return item_tests(self.samples, fitted)

    def means(self, fitted: GroupFactors) -> tuple[Array, Array]:
        """Return means of the factors and their standard errors."""
        part = self.samples.layout.means
        return fitted.values[:, part], fitted.std_errors[:, part]

    def improper(self, fitted: GroupFactors) -> Sequence[tuple[int, int]]:
        """Return group and item of every standardised loading of 1 or more."""
        layout = self.samples.layout
        spread = np.sqrt(np.maximum(fitted.values[:, layout.variances][:, layout.factor_of], 0.0))
        standard = np.abs(fitted.values[:, layout.loadings] * fitted.values[:, layout.scales] * spread)
        return [(int(group), int(item)) for group, item in np.argwhere(standard >= 1)]


@dataclass(frozen=True, slots=True)
class Linear:
    """Models of continuous items by ML or MLR.

    Attributes
    ----------
    samples : LinearSamples
    """

    samples: LinearSamples

    @property
    def steps(self) -> tuple[Step, ...]:
        """Form, loadings (metric), intercepts (scalar), residual variances (strict)."""
        return LINEAR_STEPS

    @property
    def factor_of(self) -> NDArray[np.intp]:
        """The factor of each item."""
        return self.samples.layout.factor_of

    @property
    def n_rows(self) -> tuple[int, ...]:
        """Rows of each group."""
        return self.samples.n_rows

    def fit(self, step: Step, *, freed: Mapping[int, Step], configural: LinearFactors | None) -> LinearFactors:
        """Fit a step."""
        return fit_linear(self.samples, step, freed=freed, configural=configural)

    def difference(self, wide: LinearFactors, narrow: LinearFactors) -> Difference:
        """Test by the difference of chi-squares, for MLR scaled."""
        return linear_difference(wide, narrow)

    def item_tests(self, fitted: LinearFactors) -> tuple[ItemTest, ...]:
        """Test by scores, for MLR robust."""
        return linear_item_tests(self.samples, fitted)

    def means(self, fitted: LinearFactors) -> tuple[Array, Array]:
        """Return means of the factors and their standard errors."""
        part = self.samples.layout.means
        return fitted.values[:, part], fitted.std_errors[:, part]

    def improper(self, fitted: LinearFactors) -> Sequence[tuple[int, int]]:
        """Return group and item of every residual variance that is not above zero."""
        residuals = fitted.values[:, self.samples.layout.residuals]
        return [(int(group), int(item)) for group, item in np.argwhere(residuals <= 0)]
