"""From the names of a model to its columns: constructs, fields of respondents, columns of the body data."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kadsurvey.errors import ArgumentError, nearest
from kadsurvey.indices.score import Indices
from kadsurvey.ingest.bodies import Bodies
from kadsurvey.ingest.responses import Responses


def model_data(indices: Indices, responses: Responses, bodies: Bodies | None, names: Sequence[str]) -> pd.DataFrame:
    """Return a row a respondent with the named variables and ``body``.

    A name is looked for among the constructs (their score in the metric that feeds models), then in the body data, then
    among the respondents' own fields. Body data of several years have no single value a body.

    Raises
    ------
    ArgumentError
        If a name is found nowhere, the answers name no body, or the body data hold several years.
    """
    if "body" not in responses.data:
        raise ArgumentError("outcomes.no_body_field", instrument=responses.instrument.name)
    body = responses.data.loc[indices.respondents.index, "body"]
    columns: dict[str, pd.Series] = {"body": body}
    for name in names:
        if name in indices.constructs:
            columns[name] = indices.respondents[indices.model_column(name)]
        elif bodies is not None and name in bodies.data:
            columns[name] = body.map(_one_value_a_body(bodies, name))
        elif name in responses.data and name not in responses.instrument.items:
            columns[name] = responses.data.loc[indices.respondents.index, name]
        else:
            known = [*indices.constructs, *(bodies.data.columns if bodies is not None else ())]
            near = nearest(name, known)
            code = "outcomes.unknown_column" if bodies is not None else "outcomes.unknown_without_bodies"
            raise ArgumentError(code, name=name, known=known if near is None else [near])
    return pd.DataFrame(columns)


def _one_value_a_body(bodies: Bodies, name: str) -> pd.Series:
    if isinstance(bodies.data.index, pd.MultiIndex):
        raise ArgumentError("outcomes.several_years", name=name)
    return bodies.data[name]
