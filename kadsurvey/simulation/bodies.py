"""How the bodies fare: cost efficiency from the attitudes of their respondents, and a budget that shows it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kadsurvey.simulation.names import province_names
from kadsurvey.simulation.sample_design import SampleDesign
from kadsurvey.simulation.truth import Truth
from kadsurvey.simulation.truth_parts import Budget, Facts

_RUPIAH_STEP = 100_000.0  # so fine that the rounded amounts keep the saving to about 1e-4


def draw_bodies(truth: Truth, design: SampleDesign, means: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Draw the body data.

    Parameters
    ----------
    means : DataFrame, index body
        Latent means of the sampled respondents.

    Returns
    -------
    DataFrame, index body
        Money in rupiah, whole hundred thousands; ``cost_efficiency`` is log(cost_alone / cost_realised) of these.
    """
    covariates = _draw_covariates(truth, len(means), rng)
    saving = _draw_saving(truth, means, covariates, rng)
    columns: dict[str, Any] = {
        "name": [f"Kerja Sama Antar Daerah Sintetis {place}" for place in design.places],
        "province": province_names(len(means)),
        **_draw_budget(truth.budget, saving, rng),
        "members": np.bincount(design.body_of_member, minlength=len(means)),
        **_draw_facts(truth.facts, len(means), rng),
        **covariates,
    }
    columns["cost_efficiency"] = np.log(columns["cost_alone"] / columns["cost_realised"])
    return pd.DataFrame(columns, index=means.index)


def _draw_covariates(truth: Truth, n_bodies: int, rng: np.random.Generator) -> dict[str, NDArray[np.float64]]:
    return {name: rng.normal(spec.mean, spec.sd, n_bodies) for name, spec in truth.covariates.items()}


def _draw_saving(
    truth: Truth, means: pd.DataFrame, covariates: dict[str, NDArray[np.float64]], rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draw log(cost_alone / cost_realised), shape (n_bodies,)."""
    outcome = truth.cost_efficiency
    saving = outcome.intercept + rng.normal(0, outcome.residual_sd, len(means))
    for name, slope in outcome.slopes.items():
        saving += slope * means[name].to_numpy()
    for name, slope in outcome.covariates.items():
        saving += slope * (covariates[name] - truth.covariates[name].mean)
    return np.asarray(saving)


def _draw_budget(budget: Budget, saving: NDArray[np.float64], rng: np.random.Generator) -> dict[str, Any]:
    n = len(saving)
    names = list(budget.services)
    service = rng.integers(len(names), size=n)
    price = np.array([budget.services[name].price for name in names])[service]
    alone = 10 ** rng.normal(budget.cost_alone.mean, budget.cost_alone.sd, n)
    realised = alone * np.exp(-saving)
    planned = realised * np.exp(rng.normal(budget.overplanned.mean, budget.overplanned.sd, n))
    output = alone / price * np.exp(rng.normal(0, budget.output_noise, n))
    return {
        "service": [names[k] for k in service],
        "year": np.full(n, budget.year),
        "cost_planned": _in_steps(planned),
        "cost_realised": _in_steps(realised),
        "cost_alone": _in_steps(alone),
        "output": np.maximum(np.round(output), 1),
        "output_unit": [budget.services[names[k]].unit for k in service],
    }


def _draw_facts(facts: Facts, n_bodies: int, rng: np.random.Generator) -> dict[str, Any]:
    kinds = list(facts.secretariat)
    weights = np.array(list(facts.secretariat.values()))
    return {
        "founded": rng.integers(*facts.founded, size=n_bodies, endpoint=True),
        "secretariat": rng.choice(kinds, size=n_bodies, p=weights / weights.sum()),
        "ngo_seats": rng.poisson(facts.ngo_seats, n_bodies),
    }


def _in_steps(rupiah: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.maximum(np.round(rupiah / _RUPIAH_STEP), 1) * _RUPIAH_STEP
