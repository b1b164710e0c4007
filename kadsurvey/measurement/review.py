"""The shape of an instrument after its validation: items to look at, a short form, one factor above the constructs."""

from __future__ import annotations

from dataclasses import dataclass

from kadsurvey.errors import StatisticsError
from kadsurvey.findings import Finding
from kadsurvey.ingest.responses import Responses
from kadsurvey.language.text import Text
from kadsurvey.measurement.invariance import Invariance
from kadsurvey.measurement.second_order import FEWEST_CONSTRUCTS, SecondOrder, second_order
from kadsurvey.measurement.shape import InstrumentShape, instrument_shape, items_not_alike
from kadsurvey.measurement.short_form import ShortForm, short_form
from kadsurvey.measurement.validation import Validation
from kadsurvey.results import Result


@dataclass(frozen=True, slots=True)
class Review:
    """What a validation comes to for the instrument.

    Attributes
    ----------
    shape : InstrumentShape
    short_form : ShortForm or None
        None where no construct has more than three items.
    second_order : SecondOrder or None
        Above the constructs of the validation's block; None below three, and where their model could not be fitted.
    findings : tuple of Finding
    """

    shape: InstrumentShape
    short_form: ShortForm | None
    second_order: SecondOrder | None
    findings: tuple[Finding, ...]

    def results(self) -> dict[str, Result]:
        """Return the results that there are, by their names."""
        found = {"shape": self.shape, "short_form": self.short_form, "second_order": self.second_order}
        return {name: result for name, result in found.items() if result is not None}


def review(
    responses: Responses, validation: Validation, invariance: Invariance | None = None, *, seed: int = 1
) -> Review:
    """Look at an instrument again in the light of its validation.

    Parameters
    ----------
    responses : Responses
        Those of the validation.
    validation : Validation
    invariance : Invariance, optional
        Of the same answers between groups.
    seed : int
        Of the halves in which the short form is judged.
    """
    shape = instrument_shape(validation, invariance)
    short = _short(responses, validation, invariance, seed)
    above, of_above = _above(responses, validation)
    of_short = () if short is None else short.findings
    return Review(shape, short, above, (*shape.findings, *of_short, *of_above))


def _short(responses: Responses, validation: Validation, invariance: Invariance | None, seed: int) -> ShortForm | None:
    data, instrument = responses.data, responses.instrument
    items = validation.items
    model = {name: [str(item) for item in own.index] for name, own in items.groupby("construct", sort=False)}
    found = short_form(
        data,
        {str(name): codes for name, codes in model.items()},
        reversed_items=[item for item in items.index if instrument.items[str(item)].reverse],
        not_alike=items_not_alike(invariance),
        body=data.get("body"),
        correlation=validation.correlation,
        seed=seed,
    )
    return None if found.table.empty and not found.findings else found


def _above(responses: Responses, validation: Validation) -> tuple[SecondOrder | None, tuple[Finding, ...]]:
    joint = validation.cfas.get(validation.block)
    if joint is None or len(validation.block) < FEWEST_CONSTRUCTS:
        return None, ()
    model = {name: list(joint.loadings.index[joint.loadings[name] != 0]) for name in validation.block}
    try:
        found = second_order(responses.data, model, correlated=joint)
    except StatisticsError as err:
        params = {"constructs": list(validation.block), "reason": Text(err.code, err.params)}
        return None, (Finding("measurement.no_second_order", "warning", params),)
    return found, found.findings
