"""Lesson: alpha is high although two things are measured."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kadsurvey.language.text import Label, Text
from kadsurvey.lessons.drawn import drawn, items_of, loadings, sample_truth, true_correlation
from kadsurvey.lessons.figure import comparison_figure
from kadsurvey.lessons.lesson import Comparison, Estimate, Lesson, LessonPage, Line, Question
from kadsurvey.measurement.cfa import Cfa, cfa
from kadsurvey.measurement.reliability import Reliability, reliability
from kadsurvey.measurement.retention import Retention, retention
from kadsurvey.simulation.truth import Truth

PARTS = ("trust", "network")
ENOUGH = 0.70
"""The alpha that is commonly asked for (Nunnally 1978)."""


@dataclass(frozen=True, slots=True)
class _Found:
    truth: Truth
    both: Reliability
    one: Reliability
    model: Cfa
    factors: Retention


def run(seed: int) -> LessonPage:
    """Take twelve items of two constructs for one scale, then for what they are."""
    truth = sample_truth(bodies=16, members=[4, 4], respondents=[6, 6])
    blocks = {name: items_of(truth, name) for name in PARTS}
    codes = items_of(truth, *PARTS)
    items = drawn(truth, seed=seed).responses.items[codes]
    found = _Found(
        truth=truth,
        both=reliability(items),
        one=reliability(items[blocks[PARTS[0]]]),
        model=cfa(items, blocks),
        factors=retention(items, seed=seed),
    )
    shown = _shares(found)
    numbers = _numbers(found, shown)
    return LessonPage(
        name=LESSON.name,
        seed=seed,
        title=LESSON.title,
        story=(Text("lesson.alpha_story", numbers), Text("lesson.alpha_why")),
        comparisons=(shown, _counts(found)),
        figures=(comparison_figure(shown),),
        seen=_seen(found, numbers),
        lookout=(Text("lesson.alpha_look"),),
        questions=tuple(
            Question(Text(f"lesson.alpha_q{place}", numbers), Text(f"lesson.alpha_a{place}", numbers))
            for place in (1, 2, 3)
        ),
        terms=("alpha", "omega", "parallel_analysis"),
        cites=("cronbach1951", "mcdonald1999"),
    )


LESSON = Lesson("alpha", Text("lesson.alpha_title"), 1, run)


def _shares(found: _Found) -> Comparison:
    first, second = (loadings(found.truth, name) for name in PARTS)
    true_r = true_correlation(found.truth, *PARTS)
    fitted = [found.model.loadings[name].to_numpy(float) for name in PARTS]
    own = [values[values != 0] for values in fitted]
    r = float(found.model.phi[PARTS[1]].loc[PARTS[0]])
    alphas = (Estimate(found.both.alpha_ordinal), Estimate(found.one.alpha_ordinal))
    lines = (
        Line(
            Text("lesson.alpha_common", {"count": 12}),
            common_share(first, second, true_r),
            alphas[0],
            Estimate(common_share(own[0], own[1], r)),
        ),
        Line(Text("lesson.alpha_one", {"count": 6}), single_share(first), alphas[1], Estimate(single_share(own[0]))),
    )
    return Comparison(
        key="shares",
        title=Text("lesson.alpha_shares"),
        wrong=Text("lesson.ordinal_alpha"),
        right=Text("lesson.by_factor_model"),
        lines=lines,
        kind="bounded",
        notes=(Text("lesson.note_n", {"n": found.both.n_obs}), Text("lesson.alpha_note")),
    )


def common_share(first: NDArray[np.float64], second: NDArray[np.float64], r: float) -> float:
    """Return the share of a sum's variance that its two factors have in common, one factor above both.

    Parameters
    ----------
    first, second : ndarray
        Standardised loadings of the items of each factor.
    r : float
        Correlation of the factors.
    """
    a, b = float(first.sum()), float(second.sum())
    total = a**2 + b**2 + 2 * r * a * b + float((1 - first**2).sum() + (1 - second**2).sum())
    return r * (a + b) ** 2 / total


def single_share(own: NDArray[np.float64]) -> float:
    """Return the share of a sum's variance that its one factor brings about (omega)."""
    common = float(own.sum()) ** 2
    return common / (common + float((1 - own**2).sum()))


def _counts(found: _Found) -> Comparison:
    claimed = 1.0 if found.both.alpha >= ENOUGH else float("nan")
    line = Line(
        Text("lesson.alpha_things"),
        float(len(PARTS)),
        Estimate(claimed),
        Estimate(float(found.factors.n_parallel)),
    )
    return Comparison(
        key="things",
        title=Text("lesson.alpha_how_many"),
        wrong=Text("lesson.alpha_read_as_one", {"limit": ENOUGH}),
        right=Text("lesson.by_parallel"),
        lines=(line,),
        kind="integer",
    )


def _numbers(found: _Found, shown: Comparison) -> dict[str, float | int]:
    both = shown.line(0)
    return {
        "alpha": found.both.alpha,
        "ordinal": both.wrong.value,
        "truth": both.truth,
        "right": both.right.value,
        "r": true_correlation(found.truth, *PARTS),
        "found_r": float(found.model.phi[PARTS[1]].loc[PARTS[0]]),
        "parallel": found.factors.n_parallel,
        "limit": ENOUGH,
        "longer": _spearman_brown(found.both.alpha, 2),
    }


def _spearman_brown(alpha: float, times: int) -> float:
    return times * alpha / (1 + (times - 1) * alpha)


def _seen(found: _Found, numbers: dict[str, float | int]) -> tuple[Label, ...]:
    passed = found.both.alpha >= ENOUGH
    agreed = found.factors.n_parallel == len(PARTS)
    return (
        Text("lesson.alpha_passed" if passed else "lesson.alpha_not_passed", numbers),
        Text("lesson.alpha_two_found" if agreed else "lesson.alpha_two_missed", numbers),
    )
