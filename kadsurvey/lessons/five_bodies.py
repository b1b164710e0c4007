"""Lesson: five bodies, two hundred respondents, and an effect that is not there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from kadsurvey.errors import DesignError
from kadsurvey.language.text import Label, Text
from kadsurvey.lessons.drawn import drawn, of_row, sample_truth, with_construct
from kadsurvey.lessons.figure import comparison_figure
from kadsurvey.lessons.lesson import NONE, Comparison, Estimate, Lesson, LessonPage, Line, Question
from kadsurvey.outcomes.regress import regress
from kadsurvey.stats.cluster import cluster_robust
from kadsurvey.stats.linear import fit_ols

BODIES, PER_BODY = 5, 40
ICC = 0.2
STUDIES = 500
LEVEL = 0.05
OUTCOME, PREDICTOR = "cost_efficiency", "trust"

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _One:
    """One study: its slope by two kinds of inference, and why the program refuses the first."""

    naive: Estimate
    cr2: Estimate
    naive_p: float
    cr2_p: float
    df: float
    refused: Label


def run(seed: int) -> LessonPage:
    """Test an effect that is zero: in one study, then in many."""
    one, shares = _one_study(seed), false_discoveries(seed)
    many = _many(shares)
    return LessonPage(
        name=LESSON.name,
        seed=seed,
        title=LESSON.title,
        story=(Text("lesson.five_bodies_story", _SIZES), Text("lesson.five_bodies_why", _SIZES)),
        comparisons=(_single(one), many),
        figures=(comparison_figure(many),),
        seen=(*_seen_once(one), *_seen_often(shares)),
        lookout=(Text("lesson.five_bodies_look"),),
        questions=_questions(one, shares),
        terms=("cluster", "icc", "cr2", "level_of_analysis"),
        cites=("bell2002", "pustejovsky2018"),
    )


_SIZES = {"bodies": BODIES, "each": PER_BODY, "n": BODIES * PER_BODY, "studies": STUDIES}
LESSON = Lesson("five-bodies", Text("lesson.five_bodies_title"), 1, run)


def false_discoveries(seed: int, *, studies: int = STUDIES) -> dict[str, float]:
    """Return the share of studies without any effect in which each test finds one at 5%.

    A body has one outcome and ``PER_BODY`` respondents, whose answers have an intraclass correlation of ``ICC``.

    Returns
    -------
    dict
        ``naive``: respondents as independent, t with n - 2; ``cr1``: CR1 with the normal distribution; ``cr2``: CR2
        with Satterthwaite degrees of freedom; ``means``: the classical test of the bodies' means, t with bodies - 2.
    """
    rng = np.random.default_rng(seed)
    body = np.repeat(np.arange(BODIES), PER_BODY)
    found: dict[str, list[float]] = {"naive": [], "cr1": [], "cr2": [], "means": []}
    for _ in range(studies):
        x = np.sqrt(ICC) * rng.standard_normal(BODIES)[body] + np.sqrt(1 - ICC) * rng.standard_normal(len(body))
        y = rng.standard_normal(BODIES)
        found["naive"].append(_ols_p(y[body], x))
        design = _with_constant(x)
        cr1 = cluster_robust(y[body], design, body, kind="CR1")
        found["cr1"].append(float(2 * stats.norm.sf(abs(cr1.statistic[1]))))
        found["cr2"].append(float(cluster_robust(y[body], design, body).p_value[1]))
        found["means"].append(_ols_p(y, np.bincount(body, x) / PER_BODY))
    return {name: float(np.mean(np.array(p_values) <= LEVEL)) for name, p_values in found.items()}


def _ols_p(y: Array, x: Array) -> float:
    fit = fit_ols(y, _with_constant(x))
    df = len(y) - 2
    std_error = np.sqrt(fit.residuals @ fit.residuals / df * fit.bread[1, 1])
    return float(2 * stats.t.sf(abs(fit.estimate[1] / std_error), df))


def _with_constant(x: Array) -> Array:
    return np.column_stack([np.ones(len(x)), x])


def _one_study(seed: int) -> _One:
    truth = sample_truth(bodies=BODIES, members=[4, 4], respondents=[PER_BODY // 4, PER_BODY // 4])
    truth = with_construct(truth, PREDICTOR, variance={"body": ICC, "member": 0.0}).changed(
        cost_efficiency={"slopes": {}, "covariates": {}}
    )
    study = drawn(truth, seed=seed)
    rows = pd.DataFrame({PREDICTOR: _standardised(study.responses.items), "body": study.responses.data["body"]})
    rows[OUTCOME] = rows["body"].map(study.bodies.data[OUTCOME])
    # Who leaves the body out of the model takes every respondent for a body.
    naive = regress(rows, OUTCOME, [PREDICTOR], inference="ols", diagnosed=False).table.iloc[1]
    robust = cluster_robust(
        rows[OUTCOME].to_numpy(float), _with_constant(rows[PREDICTOR].to_numpy(float)), rows["body"].to_numpy()
    )
    low, high = robust.interval()
    try:
        regress(rows, OUTCOME, [PREDICTOR], cluster="body", level="respondent")
        refused: Label = ""
    except DesignError as err:
        refused = Text(err.code, err.params)
    return _One(
        naive=of_row(naive),
        cr2=Estimate(float(robust.estimate[1]), float(low[1]), float(high[1])),
        naive_p=float(naive["p_value"]),
        cr2_p=float(robust.p_value[1]),
        df=float(robust.df[1]),
        refused=refused,
    )


def _standardised(items: pd.DataFrame) -> pd.Series[float]:
    mean = items[[code for code in items if str(code).startswith("T")]].mean(axis=1)
    return (mean - mean.mean()) / mean.std()


def _single(one: _One) -> Comparison:
    return Comparison(
        key="one_study",
        title=Text("lesson.five_bodies_one"),
        wrong=Text("lesson.as_independent"),
        right=Text("lesson.by_cr2"),
        lines=(Line(Text("lesson.five_bodies_slope"), 0.0, one.naive, one.cr2),),
        digits=3,
        notes=(Text("lesson.five_bodies_note_one", {**_SIZES, "df": one.df}),),
    )


def _many(shares: dict[str, float]) -> Comparison:
    def line(name: str, *, right: bool) -> Line:
        share = shares[name]
        half = 1.96 * float(np.sqrt(share * (1 - share) / STUDIES))
        estimate = Estimate(share, max(share - half, 0.0), share + half)
        return Line(Text(f"lesson.test_{name}"), LEVEL, NONE if right else estimate, estimate if right else NONE)

    return Comparison(
        key="many_studies",
        title=Text("lesson.five_bodies_many", _SIZES),
        wrong=Text("lesson.tests_that_forget"),
        right=Text("lesson.tests_that_count"),
        lines=(
            line("naive", right=False),
            line("cr1", right=False),
            line("cr2", right=True),
            line("means", right=True),
        ),
        kind="share",
        digits=1,
        notes=(Text("lesson.five_bodies_note_many", _SIZES),),
    )


def _seen_once(one: _One) -> tuple[Label, ...]:
    numbers = {**_SIZES, "naive": one.naive_p, "cr2": one.cr2_p, "df": one.df}
    false, still = one.naive_p <= LEVEL, one.cr2_p <= LEVEL
    if false and still:
        return (Text("lesson.five_bodies_both", numbers),)
    if false:
        return (Text("lesson.five_bodies_false", numbers),)
    return (Text("lesson.five_bodies_lucky", numbers),)


def _seen_often(shares: dict[str, float]) -> tuple[Label, ...]:
    percent = {name: 100 * share for name, share in shares.items()}
    return (Text("lesson.five_bodies_often", {**_SIZES, **percent}),)


def _questions(one: _One, shares: dict[str, float]) -> tuple[Question, ...]:
    numbers = {**_SIZES, **{name: 100 * share for name, share in shares.items()}, "df": one.df, "refused": one.refused}
    return (
        Question(Text("lesson.five_bodies_q1", numbers), Text("lesson.five_bodies_a1", numbers)),
        Question(Text("lesson.five_bodies_q2", numbers), Text("lesson.five_bodies_a2", numbers)),
        Question(Text("lesson.five_bodies_q3", numbers), Text("lesson.five_bodies_a3", numbers)),
    )
