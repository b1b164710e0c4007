"""What this design cannot show: always the direction of effects and the choice of bodies, the rest where it applies."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from kadsurvey.indices.aggregation_rules import ICC2_LEAST
from kadsurvey.language.text import Label, Text
from kadsurvey.outcomes.regress import LOW_DF, Regression
from kadsurvey.report.document import Prose
from kadsurvey.report.narrative.material import Material
from kadsurvey.report.narrative.regressions import INTERCEPT, of_one_source
from kadsurvey.report.narrative.survey import MANY_UNKNOWING
from kadsurvey.report.narrative.words import group_words, listed, records, term_words, variable_words, variables
from kadsurvey.stats.power import detectable_r

FEW_BODIES = 30
"""From here on the smallest detectable correlation falls below .50; fewer bodies are named a limit."""
FEWEST_ROWS_OF_NORMALITY = 15
"""Below this a test of normality has next to no power."""
_FEWEST_FOR_A_CORRELATION = 3


def limits(material: Material) -> tuple[Prose, ...]:
    """Return what the design cannot show, and what in these data narrows it further."""
    of_design = [*_always(), *_bodies(material), *_time(material)]
    of_data = [*_same_source(material), *_missing(material), *_aggregation(material), *_suppressed(material)]
    of_models: list[Label] = []
    for model in _models(material):
        of_models += [sentence for sentence in _of_model(model, material) if sentence not in of_models]
    of_models += _between_bodies(material)
    parts = [Prose(tuple(of_design), cites=("antonakis2010",))]
    if of_data:
        parts.append(Prose(tuple(of_data), cites=("podsakoff2003",) if _has_one_source(material) else ()))
    if of_models:
        parts.append(Prose(tuple(of_models), cites=("tipton2015",) if _low_df(material) else ()))
    return tuple(parts)


def _models(material: Material) -> list[Regression]:
    """Return the models, and those of one composite in place of their predictors."""
    pairs = [(analysis.regression, analysis.composite) for analysis in material.analyses]
    return [model for pair in pairs for model in pair if model is not None]


def _always() -> Iterator[Label]:
    yield Text("narrative.limit_reverse")
    yield Text("narrative.limit_selection")
    yield Text("narrative.limit_who_answered")


def _bodies(material: Material) -> Iterator[Label]:
    bodies = material.n_bodies
    if bodies == 0:
        yield Text("narrative.limit_no_bodies")
    elif bodies < _FEWEST_FOR_A_CORRELATION + 1:
        yield Text("narrative.limit_hardly_bodies", {"bodies": bodies})
    elif bodies < FEW_BODIES:
        yield Text("narrative.limit_few_bodies", {"bodies": bodies, "r": detectable_r(bodies)})


def _time(material: Material) -> Iterator[Label]:
    if not any(model.design.level == "body_year" for model in _models(material)):
        yield Text("narrative.limit_cross_section")
    else:
        yield Text("narrative.limit_panel")


def _has_one_source(material: Material) -> bool:
    return any(of_one_source(analysis) for analysis in material.analyses)


def _same_source(material: Material) -> Iterator[Label]:
    instrument = material.instrument
    tied = [analysis.regression.outcome for analysis in material.analyses if of_one_source(analysis)]
    if tied:
        yield Text("narrative.limit_same_source", {"outcomes": variables(instrument, list(dict.fromkeys(tied)))})
    if material.validation is not None and material.validation.rivals is not None:
        yield Text("narrative.limit_single_factor")
    findings = [finding for analysis in material.analyses for finding in analysis.findings]
    overlaps = [finding.params for finding in findings if finding.code == "outcomes.overlap"]
    if overlaps:
        pairs: list[Label] = [
            Text("narrative.pair", {"first": pair["first"], "second": pair["second"]}) for pair in overlaps
        ]
        yield Text("narrative.limit_overlap", {"pairs": listed(pairs)})


def _missing(material: Material) -> Iterator[Label]:
    if material.validation is None:
        return
    rates = material.validation.dont_know.dropna(subset=["dont_know_share"])
    many = rates[(rates["dont_know_share"] >= MANY_UNKNOWING) & (rates["group"] != "")]
    for row in records(many):
        params = {
            "construct": variable_words(material.instrument, str(row["construct"])),
            "group": group_words(row["group"]),
            "share": row["dont_know_share"],
        }
        yield Text("narrative.limit_dont_know", params)


def _aggregation(material: Material) -> Iterator[Label]:
    if material.views is None or material.views.levels.empty:
        return
    levels = material.views.levels
    rows = levels[(levels["level"] == "body") & levels["group"].isna() & (levels["icc2"] < ICC2_LEAST)]
    for row in records(rows):
        name = variable_words(material.instrument, str(row["construct"]))
        yield Text("narrative.limit_icc2", {"construct": name, "icc2": row["icc2"], "least": ICC2_LEAST})


def _suppressed(material: Material) -> Iterator[Label]:
    if material.indices is None or material.indices.bodies.empty:
        return
    bodies = material.indices.bodies
    hidden = bodies.index[bodies["suppressed"].astype(bool)].unique()
    if len(hidden):
        yield Text("narrative.limit_suppressed", {"count": len(hidden), "min_cell": material.indices.min_cell})


def _low(model: Regression) -> pd.DataFrame:
    table = model.table[model.table["term"] != INTERCEPT]
    return table[table["df"] < LOW_DF]


def _low_df(material: Material) -> bool:
    return any(not _low(model).empty for model in _models(material))


def _of_model(model: Regression, material: Material) -> Iterator[Label]:
    name: dict[str, object] = {"outcome": variable_words(material.instrument, model.outcome)}
    if model.design.descriptive:
        params = {"bodies": model.design.n_bodies, "terms": model.design.n_terms, "df": model.design.residual_df}
        yield Text("narrative.limit_descriptive", name | params)
        return
    low = _low(model)
    if not low.empty:
        terms = listed([term_words(material.instrument, str(term)) for term in low["term"]])
        yield Text("narrative.limit_low_df", name | {"terms": terms, "df": float(low["df"].min()), "limit": LOW_DF})
    vif = model.diagnostics.vif
    if any(finding.code == "outcomes.collinear" for finding in model.findings):
        yield Text("narrative.limit_collinear", name | {"vif": float(vif.max())})
    tests = model.diagnostics.tests
    if not tests.empty and model.diagnostics.n_obs < FEWEST_ROWS_OF_NORMALITY:
        yield Text("narrative.limit_normality", name | {"rows": model.diagnostics.n_obs})


def _between_bodies(material: Material) -> Iterator[Label]:
    of_bodies = [
        model.outcome
        for model in _models(material)
        if model.design.level == "body" and model.design.n_respondents and not model.design.descriptive
    ]
    if of_bodies:
        yield Text(
            "narrative.limit_ecological", {"outcomes": variables(material.instrument, list(dict.fromkeys(of_bodies)))}
        )
