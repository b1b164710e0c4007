"""What scoring needs of a fitted model, kept in model.json so that a second wave is scored on the first one's scale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kadsurvey.errors import InputFileError
from kadsurvey.measurement.cfa import Cfa, Estimator
from kadsurvey.measurement.scores import Scores, linear_scores, score_items
from kadsurvey.results import Result

FORMAT = "kadsurvey.model/1"


@dataclass(frozen=True, slots=True)
class ScoringModel(Result):
    """Loadings, factor correlations, and thresholds or units of a model of ordinal or continuous items.

    Constructs are scored in blocks: the predictors together, each other construct by itself, so that what a respondent
    says of an outcome does not move the score of a predictor.

    Attributes
    ----------
    instrument, version, sha256 : str
    estimator : {"WLSMV", "ML", "MLR"}
    n_obs : int
        Rows the model was fitted to.
    seed : int
    blocks : tuple of tuple of str
        Constructs scored together.
    construct_of : mapping of item to construct
    loadings : mapping of item to float
        Standardised.
    thresholds, categories : mapping of item to ndarray
        Empty for continuous items.
    units : DataFrame by item
        intercept, sd; empty for ordinal items.
    reversed_items : frozenset of str
        Items whose codes were turned round before the model was fitted.
    phi : DataFrame, construct x construct
        Factor correlations; zero between blocks, where none is estimated.
    """

    instrument: str
    version: str
    sha256: str
    estimator: Estimator
    n_obs: int
    seed: int
    blocks: tuple[tuple[str, ...], ...]
    construct_of: Mapping[str, str]
    loadings: Mapping[str, float]
    thresholds: Mapping[str, NDArray[np.float64]]
    categories: Mapping[str, NDArray[np.float64]]
    units: pd.DataFrame
    reversed_items: frozenset[str]
    phi: pd.DataFrame

    @property
    def items(self) -> list[str]:
        """Items the model scores."""
        return list(self.loadings)

    def to_frame(self) -> pd.DataFrame:
        """Return the loadings by item."""
        return pd.DataFrame({"construct": dict(self.construct_of), "loading": dict(self.loadings)})

    def scores(self, data: pd.DataFrame) -> Scores:
        """Score respondents in the metric of the sample the model was fitted to.

        Parameters
        ----------
        data : DataFrame, respondent x item
            Coded and reversed answers; more columns do no harm.

        Raises
        ------
        StatisticsError
            If a block's model has a Heywood case, or nobody answered anything.
        """
        parts = [self._block(data, block) for block in self.blocks]
        return Scores(
            scores=pd.concat([part.scores for part in parts], axis=1),
            se=pd.concat([part.se for part in parts], axis=1),
            reliability=pd.concat([part.reliability for part in parts]),
            merged={item: count for part in parts for item, count in part.merged.items()},
        )

    def _block(self, data: pd.DataFrame, block: tuple[str, ...]) -> Scores:
        names = [item for item, construct in self.construct_of.items() if construct in block]
        loadings = pd.DataFrame(0.0, names, list(block))
        for item in names:
            loadings.loc[item, self.construct_of[item]] = self.loadings[item]
        phi = self.phi.loc[list(block), list(block)]
        if self.estimator != "WLSMV":
            return linear_scores(data, loadings, phi, self.units.loc[names])
        return score_items(data, loadings, phi, self.thresholds, self.categories)

    def to_dict(self) -> dict[str, Any]:
        """Return the content of model.json."""
        import scipy

        from kadsurvey._version import __version__

        return {
            "format": FORMAT,
            "instrument": {"name": self.instrument, "version": self.version, "sha256": self.sha256},
            "estimator": self.estimator,
            "correlation": "polychoric" if self.estimator == "WLSMV" else "pearson",
            "n_obs": self.n_obs,
            "items": [
                {
                    "item": item,
                    "construct": self.construct_of[item],
                    "loading": self.loadings[item],
                    **self._measured(item),
                    "reversed": item in self.reversed_items,
                }
                for item in self.items
            ],
            "blocks": [list(block) for block in self.blocks],
            "phi": {"constructs": list(self.phi.columns), "values": self.phi.to_numpy(float).tolist()},
            "seed": self.seed,
            "versions": {"kadsurvey": __version__, "numpy": np.__version__, "scipy": scipy.__version__},
        }

    def _measured(self, item: str) -> dict[str, Any]:
        if self.estimator == "WLSMV":
            return {"thresholds": self.thresholds[item].tolist(), "codes": self.categories[item].tolist()}
        intercept, sd = self.units.loc[item].to_numpy(float).tolist()
        return {"intercept": intercept, "sd": sd}

    @classmethod
    def from_dict(cls, content: Mapping[str, Any]) -> ScoringModel:
        """Read the content of model.json.

        Raises
        ------
        InputFileError
            If it is not of this format, or incomplete.
        """
        if content.get("format") != FORMAT:
            raise InputFileError("measurement.model_format", found=str(content.get("format")), wanted=FORMAT)
        try:
            items, ordinal = content["items"], content["estimator"] == "WLSMV"
            constructs = [str(name) for name in content["phi"]["constructs"]]
            return cls(
                instrument=str(content["instrument"]["name"]),
                version=str(content["instrument"]["version"]),
                sha256=str(content["instrument"]["sha256"]),
                estimator=cast("Estimator", content["estimator"]),
                n_obs=int(content["n_obs"]),
                seed=int(content["seed"]),
                blocks=tuple(tuple(map(str, block)) for block in content["blocks"]),
                construct_of={str(entry["item"]): str(entry["construct"]) for entry in items},
                loadings={str(entry["item"]): float(entry["loading"]) for entry in items},
                thresholds={str(entry["item"]): np.array(entry["thresholds"], float) for entry in items if ordinal},
                categories={str(entry["item"]): np.array(entry["codes"], float) for entry in items if ordinal},
                units=pd.DataFrame(
                    [(float(entry["intercept"]), float(entry["sd"])) for entry in items if not ordinal],
                    [str(entry["item"]) for entry in items if not ordinal],
                    ["intercept", "sd"],
                ),
                reversed_items=frozenset(str(entry["item"]) for entry in items if entry["reversed"]),
                phi=pd.DataFrame(np.array(content["phi"]["values"], float), constructs, constructs),
            )
        except (KeyError, TypeError, ValueError, OverflowError) as err:
            raise InputFileError("measurement.model_incomplete", reason=str(err)) from err


def scoring_model(
    cfas: Mapping[tuple[str, ...], Cfa],
    *,
    instrument: tuple[str, str, str],
    reversed_items: frozenset[str],
    n_obs: int,
    seed: int,
) -> ScoringModel:
    """Collect from the fitted blocks what scoring needs; ``instrument`` is its name, version and hash."""
    constructs = [name for block in cfas for name in block]
    phi = pd.DataFrame(np.eye(len(constructs)), constructs, constructs)
    loadings: dict[str, float] = {}
    construct_of: dict[str, str] = {}
    for block, fitted in cfas.items():
        phi.loc[list(block), list(block)] = fitted.phi.to_numpy(float)
        for item, row in fitted.loadings.iterrows():
            construct = str(row.abs().idxmax())
            construct_of[str(item)], loadings[str(item)] = construct, float(row[construct])
    name, version, sha256 = instrument
    return ScoringModel(
        instrument=name,
        version=version,
        sha256=sha256,
        estimator=next(iter(cfas.values())).estimator,
        n_obs=n_obs,
        seed=seed,
        blocks=tuple(cfas),
        construct_of=construct_of,
        loadings=loadings,
        thresholds={item: borders for fitted in cfas.values() for item, borders in fitted.thresholds.items()},
        categories={item: codes for fitted in cfas.values() for item, codes in fitted.categories.items()},
        units=pd.concat([fitted.units for fitted in cfas.values()]),
        reversed_items=reversed_items & set(loadings),
        phi=phi,
    )
