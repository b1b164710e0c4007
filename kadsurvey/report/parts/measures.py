"""Parts 5 to 12: items, their validity, reliability, factors, models, invariance."""

from __future__ import annotations

from kadsurvey.language.text import Text
from kadsurvey.measurement.validation import Validation
from kadsurvey.report.builders.invariance import invariance_tables
from kadsurvey.report.builders.shape import shape_tables
from kadsurvey.report.builders.validation import validation_tables
from kadsurvey.report.document import Figure, Part
from kadsurvey.report.figures.likert import likert_figures
from kadsurvey.report.figures.loadings import loadings_figure
from kadsurvey.report.figures.path_diagram import path_figure
from kadsurvey.report.figures.scree import scree_figure
from kadsurvey.report.narrative import measurement, shape
from kadsurvey.report.parts.inputs import ReportInputs
from kadsurvey.report.parts.making import by_key, part

_KEYS = ("items", "item_validity", "reliability", "suitability", "factors", "convergent", "discriminant", "invariance")


def measure_parts(inputs: ReportInputs) -> tuple[Part, ...]:
    """Return how well the items measure their constructs."""
    material = inputs.material
    validation, instrument = material.validation, material.instrument
    if validation is None:
        reason = inputs.reasons.get("validation", Text("parts.nothing"))
        return tuple(part(key, absent=reason) for key in _KEYS)
    tables, review = by_key(validation_tables(validation, instrument)), material.review
    if review is not None:
        tables |= by_key(shape_tables(review, validation, instrument))
    return (
        part("items", tables["items"], *_answers(inputs)),
        part(
            "item_validity",
            measurement.item_validity(validation),
            tables["item_validity"],
            None if review is None else shape.items_to_look_at(review),
            tables.get("shape"),
            details=(tables.get("within_bodies"),),
        ),
        part(
            "reliability",
            measurement.reliability(validation, instrument),
            tables["alpha"],
            tables["omega"],
            None if review is None else shape.short_form(review, instrument),
            tables.get("short_form"),
            details=(tables.get("short_form_choices"),),
        ),
        part("suitability", measurement.suitability(validation), tables.get("suitability")),
        part(
            "factors",
            measurement.factors(validation),
            tables.get("retention"),
            _scree(validation),
            tables.get("loadings"),
            _loadings(validation, inputs),
            tables.get("variance"),
        ),
        part(
            "convergent",
            measurement.convergent_validity(validation, instrument),
            tables.get("convergent"),
            measurement.model_fit(validation, instrument),
            tables.get("models"),
            tables.get("fit"),
            _path(validation, inputs),
            details=(tables.get("misfits"),),
        ),
        part(
            "discriminant",
            measurement.discriminant_validity(validation, instrument),
            tables.get("fornell_larcker"),
            tables.get("discriminant"),
            None if review is None else shape.second_order(review, instrument),
            tables.get("second_order"),
            details=(tables["cutoffs"],),
        ),
        _invariance(inputs),
    )


def _answers(inputs: ReportInputs) -> tuple[Figure, ...]:
    indices, responses = inputs.material.indices, inputs.material.responses
    # Where the means of groups would give a small cell back, so would their answers item by item.
    by_group = indices is None or not any(hidden.means_across for hidden in indices.protection.values())
    return likert_figures(responses, min_cell=inputs.min_cell, by_group=by_group)


def _invariance(inputs: ReportInputs) -> Part:
    found, instrument = inputs.material.invariance, inputs.material.instrument
    if found is None:
        return part("invariance", absent=inputs.reasons.get("invariance", Text("parts.no_invariance")))
    tables = by_key(invariance_tables(found, instrument, said=True))
    return part(
        "invariance",
        measurement.invariance(found, instrument),
        tables["invariance"],
        tables.get("invariance_items"),
        tables["invariance_means"],
    )


def _scree(validation: Validation) -> Figure | None:
    if validation.retention is None:
        return None
    n_obs = int(validation.items.loc[list(validation.efa.loadings.index), "n_obs"].max()) if validation.efa else 0
    return scree_figure(validation.retention, n_obs=n_obs or int(validation.items["n_obs"].max()))


def _loadings(validation: Validation, inputs: ReportInputs) -> Figure | None:
    if validation.efa is None:
        return None
    return loadings_figure(validation.efa, inputs.material.instrument, cutoff=validation.cutoffs.loading)


def _path(validation: Validation, inputs: ReportInputs) -> Figure | None:
    found = validation.cfas.get(validation.block)
    return None if found is None else path_figure(found, inputs.material.instrument)
