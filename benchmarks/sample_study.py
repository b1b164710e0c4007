"""Does the sample study find its truth? ``python -m benchmarks.sample_study [REPLICATIONS]`` prints the table.

Each seed draws the sample study anew and takes it through the public functions as `kadsurvey demo` does: score, then
regress. Beside it the same regression on the true latent scores shows what is left when nothing is measured with error.
"""

from __future__ import annotations

import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from kadsurvey import Regression, load_truth, regress, score, simulate
from kadsurvey.simulation.responses import simulated_responses
from kadsurvey.simulation.simulate import SimulatedStudy
from kadsurvey.simulation.truth import Truth

REPLICATIONS = 100
INTRODUCTION = """\
How often the 95% interval of each slope holds the truth, and how far the naive slope is off. The truth of
`cost_efficiency` is the slope on the latent body means of the sampled respondents, that of the felt outcomes the slope
on the respondents' own latent scores; both are per unit of the index z. *Index* regresses on factor scores as they are
(naive: a score is not the factor), *latent* on the true scores, which no real study has; *found* is the share of
studies whose interval leaves out zero."""
PREDICTORS = ("trust", "norm", "network")


@dataclass(frozen=True, slots=True)
class Model:
    """A regression whose slopes the truth knows."""

    outcome: str
    controls: tuple[str, ...]

    def true_slopes(self, truth: Truth) -> dict[str, float]:
        """Return the slope of each predictor, on scores with mean 0 and variance 1 over all respondents."""
        part = truth.felt_outcomes.get(self.outcome, truth.cost_efficiency)
        return {name: part.slopes.get(name, 0.0) for name in PREDICTORS}


MODELS = (
    Model("cost_efficiency", ()),
    Model("effectiveness", ("group",)),
    Model("transaction_cost", ("group",)),
)


def main(replications: int) -> None:
    """Print the table as Markdown."""
    truth = load_truth("sample")
    with ProcessPoolExecutor() as pool:
        drawn = list(pool.map(partial(one_study, truth), range(1, replications + 1)))
    estimates = pd.concat(drawn, ignore_index=True)
    margin = 1.96 * np.sqrt(0.95 * 0.05 / replications)
    print(f"# The sample study over {replications} seeds\n")
    print(INTRODUCTION)
    print(f"With {replications} studies a coverage of .95 is known within {margin:.2f}.")
    print("\n" + markdown(summary(estimates)) + "\n")
    print("Made by `python -m benchmarks.sample_study`.")


def one_study(truth: Truth, seed: int) -> pd.DataFrame:
    """Draw one study and fit every model on indices and on latent scores, a row a slope."""
    study = simulate(truth, seed=seed)
    indices = score(simulated_responses(study))
    indexed = indices.respondents.join(study.bodies[["cost_efficiency"]], on="body")
    columns = {name: indices.model_column(name) for name in truth.constructs}
    rows = [_slopes(model, columns, indexed, truth, "index") for model in MODELS]
    latent = _latent(study)
    rows += [_slopes(model, {name: name for name in truth.constructs}, latent, truth, "latent") for model in MODELS]
    return pd.concat(rows, ignore_index=True).assign(seed=seed)


def summary(estimates: pd.DataFrame) -> pd.DataFrame:
    """Average the studies: a row a slope and kind of predictor."""
    held = (estimates["ci_low"] <= estimates["truth"]) & (estimates["truth"] <= estimates["ci_high"])
    found = (estimates["ci_low"] > 0) | (estimates["ci_high"] < 0)
    grouped = estimates.assign(held=held, found=found).groupby(["outcome", "level", "slope", "scores"], sort=False)
    table = grouped.agg(
        truth=("truth", "first"),
        mean_estimate=("estimate", "mean"),
        sd_of_estimates=("estimate", "std"),
        mean_se=("std_error", "mean"),
        coverage=("held", "mean"),
        found=("found", "mean"),
    )
    table.insert(2, "bias", table["mean_estimate"] - table["truth"])
    return table.reset_index()


def markdown(table: pd.DataFrame) -> str:
    """Write a frame as a Markdown table, numbers with three decimals and shares with two."""
    shares = {"coverage", "found"}

    def cell(name: str, value: object) -> str:
        if not isinstance(value, float):
            return str(value)
        return f"{value:.2f}" if name in shares else f"{value:.3f}"

    header = [str(name).replace("_", " ") for name in table.columns]
    body = [
        [cell(str(name), value) for name, value in zip(table, row, strict=True)]
        for row in table.itertuples(index=False)
    ]
    rule = ["---" if table[name].dtype.kind not in "fi" else "---:" for name in table]
    return "\n".join("| " + " | ".join(row) + " |" for row in [header, rule, *body])


def _latent(study: SimulatedStudy) -> pd.DataFrame:
    asked = study.responses["C1"].ne(8) | (study.responses["group"] == "official")
    scores = study.scores.assign(transaction_cost=study.scores["transaction_cost"].where(asked.fillna(True)))
    return scores.join(study.responses[["body", "group"]]).join(study.bodies[["cost_efficiency"]], on="body")


def _slopes(model: Model, columns: dict[str, str], data: pd.DataFrame, truth: Truth, scores: str) -> pd.DataFrame:
    outcome = columns.get(model.outcome, model.outcome)
    terms = [columns[name] for name in PREDICTORS]
    fit: Regression = regress(data, outcome, terms, controls=model.controls, cluster="body")
    table = (
        fit.table.set_index("term").loc[terms, ["estimate", "std_error", "ci_low", "ci_high"]].reset_index(drop=True)
    )
    true_slopes = model.true_slopes(truth)
    return table.assign(
        outcome=model.outcome,
        level=fit.design.level,
        slope=PREDICTORS,
        scores=scores,
        truth=[true_slopes[name] for name in PREDICTORS],
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else REPLICATIONS)
