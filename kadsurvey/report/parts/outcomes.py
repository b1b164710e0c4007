"""Parts 16 to 19: correlations, assumptions, regressions, robustness."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from kadsurvey.indices.correlations import index_correlations
from kadsurvey.language.text import Label, Text
from kadsurvey.outcomes.analysis import Analysis
from kadsurvey.report.builders.correlations import correlation_tables
from kadsurvey.report.builders.efficiency import efficiency_tables
from kadsurvey.report.builders.regression import analysis_tables
from kadsurvey.report.builders.side_by_side import models_table
from kadsurvey.report.document import Block, Part, Prose
from kadsurvey.report.figures.forest import forest_figure
from kadsurvey.report.figures.partial_regression import partial_figure
from kadsurvey.report.figures.residual_plots import residual_figure
from kadsurvey.report.figures.robustness_curve import robustness_figure
from kadsurvey.report.narrative import regressions as words
from kadsurvey.report.narrative.words import variable_words
from kadsurvey.report.parts.inputs import ReportInputs
from kadsurvey.report.parts.making import by_key, in_words, of_model, part
from kadsurvey.report.table import Table

_Tables: TypeAlias = Sequence[tuple[dict[str, Table], dict[str, Table]]]
_ASSUMPTIONS = ("assumptions", "collinearity")
_ROBUSTNESS = ("leave_one_out", "robustness", "variants", "other_inference")


def outcome_parts(inputs: ReportInputs) -> tuple[Part, ...]:
    """Return what goes with what, and the models of the study."""
    own = inputs.material.analyses[: len(inputs.model_names)]
    tables = [_tables(analysis, inputs) for analysis in own]
    return (
        _correlations(inputs),
        _assumptions(inputs, own, tables),
        _regressions(inputs, own, tables),
        _robustness(inputs, own, tables),
    )


def _tables(analysis: Analysis, inputs: ReportInputs) -> tuple[dict[str, Table], dict[str, Table]]:
    shown, more = analysis_tables(analysis)
    instrument = inputs.material.instrument
    shown_in_words, more_in_words = (by_key(in_words(table, instrument) for table in part) for part in (shown, more))
    return shown_in_words, more_in_words


def _correlations(inputs: ReportInputs) -> Part:
    indices, instrument = inputs.material.indices, inputs.material.instrument
    if indices is None:
        return part("correlations", absent=inputs.reasons.get("indices"))
    constructs = [name for name in indices.constructs if instrument.constructs[name].role != "marker"]
    found = correlation_tables(index_correlations(indices, constructs), instrument)
    return part("correlations", *(() if found is None else found[:1]), details=() if found is None else found[1:])


def _no_models(inputs: ReportInputs) -> Label:
    return inputs.unfitted[0] if inputs.unfitted else Text("parts.no_models")


def _name(inputs: ReportInputs, place: int) -> str | None:
    return inputs.model_names[place] if len(inputs.model_names) > 1 else None


def _unnamed(inputs: ReportInputs) -> frozenset[str]:
    """Return the bodies of which an index is hidden: a point of a plot would give it away."""
    indices = inputs.material.indices
    if indices is None or indices.bodies.empty:
        return frozenset()
    return frozenset(indices.bodies.index[indices.bodies["suppressed"].astype(bool)].astype(str))


def _assumptions(inputs: ReportInputs, own: tuple[Analysis, ...], tables: _Tables) -> Part:
    blocks: list[Block | None] = []
    details: list[Block | None] = []
    for place, (analysis, (shown, more)) in enumerate(zip(own, tables, strict=True)):
        blocks += of_model(
            (
                words.assumptions(analysis, inputs.material.instrument),
                *(shown.get(key) for key in _ASSUMPTIONS),
                residual_figure(analysis.regression, inputs.material.instrument, unnamed=_unnamed(inputs)),
            ),
            place,
            _name(inputs, place),
        )
        details += of_model((more[key] for key in more if key not in _ROBUSTNESS), place, _name(inputs, place))
    return part("assumptions", *blocks, absent=_no_models(inputs), details=_only_tables(details))


def _only_tables(blocks: list[Block | None]) -> list[Table]:
    return [block for block in blocks if isinstance(block, Table)]


def _regressions(inputs: ReportInputs, own: tuple[Analysis, ...], tables: _Tables) -> Part:
    instrument = inputs.material.instrument
    blocks: list[Block | None] = [Prose(inputs.unfitted)] if own and inputs.unfitted else []
    if len(own) > 1:
        named = dict.fromkeys(analysis.regression.outcome for analysis in own)
        outcomes = {name: variable_words(instrument, name) for name in named}
        models = [(name, analysis.regression) for name, analysis in zip(inputs.model_names, own, strict=True)]
        blocks.append(in_words(models_table(models, outcomes=outcomes, stars=inputs.stars), instrument))
    for place, (analysis, (shown, _)) in enumerate(zip(own, tables, strict=True)):
        rest = [key for key in shown if key not in (*_ASSUMPTIONS, *_ROBUSTNESS, "corrected", "design", "regression")]
        blocks += of_model(
            (
                words.regression(analysis, instrument),
                shown["design"],
                shown["regression"],
                words.corrected(analysis, instrument),
                shown.get("corrected"),
                *(shown[key] for key in rest),
                forest_figure(analysis.regression, analysis.corrected, instrument),
                partial_figure(analysis.regression, instrument, unnamed=_unnamed(inputs)),
            ),
            place,
            _name(inputs, place),
        )
    costs = () if inputs.efficiency is None else efficiency_tables(inputs.efficiency)
    shown_costs = costs[0][:1] if costs else ()
    return part(
        "regressions",
        *blocks,
        absent=_no_models(inputs),
        details=(*shown_costs, *(costs[1] if costs else ())),
    )


def _robustness(inputs: ReportInputs, own: tuple[Analysis, ...], tables: _Tables) -> Part:
    blocks: list[Block | None] = []
    details: list[Block | None] = []
    for place, (analysis, (shown, more)) in enumerate(zip(own, tables, strict=True)):
        curve = None
        if analysis.robustness is not None:
            curve = robustness_figure(analysis.robustness, analysis.regression, inputs.material.instrument)
        blocks += of_model(
            (
                words.robustness(analysis, inputs.material.instrument),
                *(shown.get(key) for key in _ROBUSTNESS),
                curve,
            ),
            place,
            _name(inputs, place),
        )
        details += of_model((more[key] for key in more if key in _ROBUSTNESS), place, _name(inputs, place))
    return part("robustness", *blocks, absent=_no_models(inputs), details=_only_tables(details))
