"""From the names of a model to its columns: constructs, fields of respondents, columns of the body data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from kadsurvey.errors import ArgumentError, nearest
from kadsurvey.findings import Finding
from kadsurvey.indices.score import Indices
from kadsurvey.ingest.bodies import YEAR, Bodies
from kadsurvey.ingest.responses import Responses
from kadsurvey.instrument.model import Instrument
from kadsurvey.outcomes.transforms import column_of, transformed

COMPOSITE = "social_capital"
"""The mean of the constructs that predict, each on the scale that feeds models."""
_YEAR = r"\b(?:19|20)\d\d\b"


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the variables of a model come from.

    Attributes
    ----------
    indices : Indices
    responses : Responses
    bodies : Bodies or None
    """

    indices: Indices
    responses: Responses
    bodies: Bodies | None

    def is_index(self, name: str) -> bool:
        """Whether a name is a construct that was answered, or the composite of them."""
        return name in self.indices.constructs or (
            name == COMPOSITE and bool(composed_of(self.indices, self.instrument))
        )

    def is_of_bodies(self, name: str) -> bool:
        """Whether a name is a column of the body data."""
        return not self.is_index(name) and self.bodies is not None and name in self.bodies.data

    def is_of_years(self, names: Sequence[str]) -> bool:
        """Whether one of the names has several values a body, a year each."""
        several = self.bodies is not None and isinstance(self.bodies.data.index, pd.MultiIndex)
        return several and any(self.is_of_bodies(column_of(name)) for name in names)

    @property
    def instrument(self) -> Instrument:
        """The questionnaire."""
        return self.responses.instrument


def composed_of(indices: Indices, instrument: Instrument) -> list[str]:
    """Return the constructs of the composite: those that predict and that were answered."""
    return [name for name in instrument.constructs_with(role="predictor") if name in indices.constructs]


def model_data(sources: Sources, names: Sequence[str]) -> pd.DataFrame:
    """Return a row a respondent with the named variables and ``body``.

    A name is looked for among the constructs (their score in the metric that feeds models), then in the body data, then
    among the respondents' own fields. It may be a function of one (`kadsurvey.outcomes.transforms`).

    Raises
    ------
    ArgumentError
        If a name is found nowhere, or the answers name no body.
    """
    if "body" not in sources.responses.data:
        raise ArgumentError("outcomes.no_body_field", instrument=sources.instrument.name)
    body = sources.responses.data.loc[sources.indices.respondents.index, "body"]
    columns: dict[str, pd.Series] = {"body": body}
    for name in names:
        column = column_of(name)
        if sources.bodies is not None and sources.is_of_bodies(column):
            columns[name] = body.map(transformed(name, sources.bodies.data[column]))
        else:
            columns[name] = transformed(name, _of_respondents(sources, column))
    return pd.DataFrame(columns)


def panel_data(sources: Sources, names: Sequence[str]) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """Return a row a body and year with the named variables, ``body`` and ``year``.

    Indices are means of the respondents of that body, and of that year where the survey has answers of several years.

    Raises
    ------
    ArgumentError
        If a name is found nowhere, or the answers name no body.
    """
    assert sources.bodies is not None  # there are years
    data = sources.bodies.data
    frame = data.index.to_frame(index=False).set_axis(["body", YEAR], axis=1)
    asked = [name for name in names if not sources.is_of_bodies(column_of(name)) and name != YEAR]
    findings: tuple[Finding, ...] = ()
    means, keys = None, ["body"]
    if asked:
        answers, years = model_data(sources, asked), survey_years(sources.responses)
        if years is not None:
            answers, keys = answers.assign(**{YEAR: years}), ["body", YEAR]
        means = answers.groupby(keys)[[name for name in asked if answers[name].dtype.kind in "biuf"]].mean()
        code = "outcomes.index_without_years" if years is None else "outcomes.waves_joined"
        counts = {} if years is None else {f"{year:g}": int(n) for year, n in years.value_counts().sort_index().items()}
        waves = [f"{year} ({count})" for year, count in counts.items()]
        findings = (Finding(code, "note", {"names": asked, "waves": waves}),)
    columns = {}
    for name in names:
        if means is not None and name in means:
            columns[name] = frame[keys].join(means[name], on=keys)[name]
        elif name in asked:
            raise ArgumentError("outcomes.category_of_respondents", name=name)
        elif name != YEAR:
            columns[name] = transformed(name, data[column_of(name)]).reset_index(drop=True)
    return frame.assign(**columns), findings


def survey_years(responses: Responses) -> pd.Series[float] | None:
    """Return the year of each respondent's answers, from a field of their time; None where all are of one year."""
    for name, part in responses.instrument.fields.items():
        if name not in responses.data or not (part.role == "time" or name == YEAR):
            continue
        texts = responses.data[name].astype("str").str.extract(f"({_YEAR})", expand=False)
        years: pd.Series[float] = texts.astype("float64")
        if years.dropna().unique().size > 1:
            return years
    return None


def _of_respondents(sources: Sources, name: str) -> pd.Series:
    indices, responses = sources.indices, sources.responses
    if name in indices.constructs:
        return indices.respondents[indices.model_column(name)]
    if sources.is_index(name):
        parts = [indices.model_column(part) for part in composed_of(indices, sources.instrument)]
        return indices.respondents[parts].mean(axis=1, skipna=False)
    if name in responses.data and name not in responses.instrument.items:
        own: pd.Series = responses.data.loc[indices.respondents.index, name]
        return own
    known = [*indices.constructs, *(sources.bodies.data.columns if sources.bodies is not None else ())]
    near = nearest(name, known)
    code = "outcomes.unknown_column" if sources.bodies is not None else "outcomes.unknown_without_bodies"
    raise ArgumentError(code, name=name, known=known if near is None else [near])
