"""What respondents tick: a latent response cut at its thresholds, mirrored where reversed, with gaps."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit

from kadsurvey.instrument.model import Scale
from kadsurvey.simulation.sample_design import SampleDesign
from kadsurvey.simulation.styles import Styles
from kadsurvey.simulation.thresholds import thresholds
from kadsurvey.simulation.truth import Truth
from kadsurvey.simulation.truth_parts import ItemTruth


def draw_answers(
    truth: Truth,
    design: SampleDesign,
    scores: pd.DataFrame,
    styles: Styles,
    for_answers: np.random.Generator,
    for_gaps: np.random.Generator,
) -> pd.DataFrame:
    """Draw the answers to every item from the latent scores and the ways of answering.

    Returns
    -------
    DataFrame, index respondent_id
        One Int16 column an item, with the codes as ticked, then ``body``, ``member``, ``group``.
    """
    columns: dict[str, object] = {}
    not_asked = _not_asked(truth, design, for_gaps)
    blank = _blank_chance(truth, scores)
    for number, (code, item) in enumerate(truth.items.items()):
        construct, reverse = truth.instrument.construct_of[code], truth.instrument.items[code].reverse
        agrees = -styles.agrees if reverse else styles.agrees
        own = scores[construct].to_numpy()
        category = _draw_category(truth, item, construct, own, agrees, design.is_ngo, for_answers)
        scale = truth.instrument.scale_of(code)
        ticked = np.array(scale.codes[:: -1 if reverse else 1], dtype=np.int16)[category]
        ticked = styles.ticked(ticked, scale.codes, number=number, n_items=len(truth.items))
        columns[code] = _with_gaps(ticked, scale, truth, design, not_asked.get(construct), blank, for_gaps)
    columns["body"] = design.bodies().to_numpy()[design.body]
    columns["member"] = design.members[design.member]
    columns["group"] = np.where(design.is_ngo, "ngo", "official")
    return pd.DataFrame(columns, index=scores.index)


def dont_know_code(scale: Scale) -> int | None:
    """Return the code of *tidak tahu / tidak berlaku*, None where the scale has none."""
    return next((answer.code for answer in scale.missing if answer.kind == "dont_know"), None)


def _draw_category(
    truth: Truth,
    item: ItemTruth,
    construct: str,
    score: NDArray[np.float64],
    agrees: NDArray[np.float64],
    is_ngo: NDArray[np.bool_],
    rng: np.random.Generator,
) -> NDArray[np.intp]:
    """Cut the latent response, shape (n_respondents,); 0 is the lowest category of the construct."""
    cuts = thresholds(
        item.shares, loading=item.loading, shift=truth.total_shift(construct), ngo_share=truth.design.ngo_share
    )
    latent = rng.standard_normal(len(score))
    latent *= np.sqrt(1 - item.loading**2)
    latent += item.loading * score
    latent += agrees
    if item.ngo_shift or item.ngo_loading:
        latent += is_ngo * (item.ngo_shift + item.ngo_loading * score)
    return np.searchsorted(cuts, latent)


def _not_asked(truth: Truth, design: SampleDesign, rng: np.random.Generator) -> dict[str, NDArray[np.bool_]]:
    """Draw to which NGO members a felt outcome does not apply: one draw a person for all its items."""
    return {
        name: design.is_ngo & (rng.random(len(design.member)) >= part.ngo_asked)
        for name, part in truth.felt_outcomes.items()
    }


def _blank_chance(truth: Truth, scores: pd.DataFrame) -> NDArray[np.float64] | float:
    """Return how likely each respondent leaves an item blank: all alike but where it depends on attitudes."""
    gaps = truth.nonresponse
    if not gaps.depends_on or not gaps.blank:
        return gaps.blank
    odds = float(np.log(gaps.blank / (1 - gaps.blank)))
    slopes = sum(slope * scores[name].to_numpy() for name, slope in gaps.depends_on.items())
    return np.asarray(expit(odds + slopes), dtype=np.float64)


def _with_gaps(
    ticked: NDArray[np.int16],
    scale: Scale,
    truth: Truth,
    design: SampleDesign,
    not_asked: NDArray[np.bool_] | None,
    blank_chance: NDArray[np.float64] | float,
    rng: np.random.Generator,
) -> pd.arrays.IntegerArray:
    """Replace answers by *tidak tahu* and by blanks; without a code for *tidak tahu* it is left blank too."""
    gaps = truth.nonresponse
    chance = rng.random(len(ticked))
    does_not_know = chance < np.where(design.is_ngo, gaps.dont_know_ngo, gaps.dont_know_official)
    if not_asked is not None:
        does_not_know |= not_asked
    blank = rng.random(len(ticked)) < blank_chance
    code = dont_know_code(scale)
    if code is None:
        blank |= does_not_know
    else:
        ticked = np.where(does_not_know, np.int16(code), ticked)
    return pd.arrays.IntegerArray(ticked, blank)
