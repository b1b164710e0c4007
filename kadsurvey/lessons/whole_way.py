"""Lesson: from the answers to a slope, and what is true at every step."""

from __future__ import annotations

from dataclasses import dataclass

from kadsurvey.indices.agreement import agreement
from kadsurvey.indices.score import Indices, score
from kadsurvey.language.text import Label, Text
from kadsurvey.lessons.drawn import Drawn, drawn, items_of, of_row, sample_truth, standardised
from kadsurvey.lessons.figure import comparison_figure
from kadsurvey.lessons.lesson import Comparison, Estimate, Lesson, LessonPage, Line, Question
from kadsurvey.measurement.cfa import Cfa, cfa
from kadsurvey.measurement.model import MeasurementModel, measure
from kadsurvey.outcomes.regress import Regression, regress
from kadsurvey.quality.screening import Screening, screen
from kadsurvey.report.table import Column, Row, Table
from kadsurvey.simulation.truth import Truth

CONSTRUCTS = ("trust", "norm", "network")
OUTCOME = "cost_efficiency"


@dataclass(frozen=True, slots=True)
class _Found:
    truth: Truth
    study: Drawn
    screened: Screening
    model: Cfa
    measured: MeasurementModel
    indices: Indices
    naive: Regression
    regression: Regression


def run(seed: int) -> LessonPage:
    """Go the whole way on one study: check, validate, score, regress."""
    truth = sample_truth(bodies=24, members=[4, 4], respondents=[5, 5])
    study = drawn(truth, seed=seed)
    screened = screen(study.responses)
    clean = screened.clean
    measured = measure(clean)
    indices = score(clean, model=measured)
    rows = indices.respondents[["body"]].assign(
        **{name: indices.respondents[indices.model_column(name)] for name in CONSTRUCTS}
    )
    rows[OUTCOME] = rows["body"].map(study.bodies.data[OUTCOME])
    found = _Found(
        truth=truth,
        study=study,
        screened=screened,
        model=cfa(clean.items[items_of(truth, *CONSTRUCTS)], {name: items_of(truth, name) for name in CONSTRUCTS}),
        measured=measured,
        indices=indices,
        naive=regress(rows.drop(columns="body").dropna(), OUTCOME, ["trust"], inference="ols", diagnosed=False),
        regression=regress(rows, OUTCOME, ["trust"], cluster="body", diagnosed=False),
    )
    shown = _compared(found)
    numbers = _numbers(found, shown)
    return LessonPage(
        name=LESSON.name,
        seed=seed,
        title=LESSON.title,
        story=(Text("lesson.whole_way_story", numbers), Text("lesson.whole_way_why")),
        comparisons=shown,
        tables=(_way(found),),
        figures=(comparison_figure(shown[0]),),
        seen=_seen(shown, numbers),
        lookout=(Text("lesson.whole_way_look"),),
        questions=tuple(
            Question(Text(f"lesson.whole_way_q{place}", numbers), Text(f"lesson.whole_way_a{place}", numbers))
            for place in (1, 2, 3)
        ),
        terms=("polychoric", "factor_score", "icc", "level_of_analysis"),
        cites=("bell2002",),
    )


LESSON = Lesson("whole-way", Text("lesson.whole_way_title"), 3, run)


def _compared(found: _Found) -> tuple[Comparison, Comparison]:
    truth = found.truth
    percents = found.indices.respondents[[f"{name}_100" for name in CONSTRUCTS]]
    sums, true = percents.corr(), found.study.study.scores.corr()
    measured = tuple(
        Line(
            Text(f"lesson.whole_way_{first}_{second}"),
            float(true[second].loc[first]),
            Estimate(float(sums[f"{second}_100"].loc[f"{first}_100"])),
            standardised(found.model, first, "~~", second),
        )
        for first, second in (("trust", "norm"), ("trust", "network"), ("norm", "network"))
    )
    slope = truth.cost_efficiency.slopes["trust"] + _through_norm(truth)
    line = Line(
        Text("lesson.whole_way_slope"),
        slope,
        of_row(found.naive.table.iloc[1]),
        of_row(found.regression.table.iloc[1]),
    )
    n = {"n": found.model.n_obs}
    bodies = {"bodies": found.regression.clusters, "n": found.naive.n}
    return (
        Comparison(
            key="correlations",
            title=Text("lesson.whole_way_correlations"),
            wrong=Text("lesson.of_sums"),
            right=Text("lesson.by_factor_model"),
            lines=measured,
            kind="bounded",
            notes=(Text("lesson.note_n", n), Text("lesson.whole_way_note_truth")),
        ),
        Comparison(
            key="slope",
            title=Text("lesson.whole_way_outcome"),
            wrong=Text("lesson.as_independent"),
            right=Text("lesson.by_bodies"),
            lines=(line,),
            digits=3,
            notes=(Text("lesson.whole_way_note_slope", bodies),),
        ),
    )


def _through_norm(truth: Truth) -> float:
    """Return what the slope on trust alone takes over from norms, which are left out and go with it between bodies."""
    names = list(truth.attitudes)
    between = truth.covariance("body")
    trust = names.index("trust")
    others = [name for name in names if name != "trust"]
    return sum(
        truth.cost_efficiency.slopes.get(name, 0.0) * float(between[trust, names.index(name)] / between[trust, trust])
        for name in others
    )


def _way(found: _Found) -> Table:
    reliability = found.measured.reliability.loc[["trust"]].iloc[0]
    z = found.indices.respondents
    agreed = agreement(z["trust_z"], z["body"], codes=None)
    row = found.regression.table.iloc[1]
    findings: dict[str, Label] = {
        "read": Text(
            "lesson.whole_way_read", {"n": len(found.study.responses.data), "bodies": len(found.study.bodies.data)}
        ),
        "screen": Text("lesson.whole_way_screen", {"flagged": int(found.screened.flags.any(axis=1).sum())}),
        "measure": Text(
            "lesson.whole_way_measure", {"alpha": float(reliability["alpha"]), "omega": float(reliability["omega"])}
        ),
        "score": Text("lesson.whole_way_score", {"icc1": agreed.icc1, "icc2": agreed.icc2}),
        "regress": Text(
            "lesson.whole_way_regress",
            {"slope": of_row(row).value, "p": float(row["p_value"]), "bodies": found.regression.clusters},
        ),
    }
    commands = {"read": "check", "screen": "check", "measure": "validate", "score": "score", "regress": "regress"}
    rows = tuple(
        Row({"step": Text(f"lesson.whole_way_step_{step}"), "command": f"kadsurvey {commands[step]}", "found": words})
        for step, words in findings.items()
    )
    return Table(
        key="way",
        title=Text("lesson.whole_way_steps"),
        columns=(
            Column("step", Text("lesson.whole_way_step")),
            Column("command", Text("lesson.whole_way_command")),
            Column("found", Text("lesson.whole_way_found")),
        ),
        rows=rows,
        result="LessonPage",
    )


def _numbers(found: _Found, shown: tuple[Comparison, Comparison]) -> dict[str, float | int]:
    pair, slope = shown[0].line(0), shown[1].line(0)
    return {
        "n": len(found.study.responses.data),
        "bodies": found.regression.clusters,
        "true_r": pair.truth,
        "wrong_r": pair.wrong.value,
        "right_r": pair.right.value,
        "true_slope": slope.truth,
        "slope": slope.right.value,
        "low": slope.right.low,
        "high": slope.right.high,
        "times": (slope.right.high - slope.right.low) / (slope.wrong.high - slope.wrong.low),
    }


def _seen(shown: tuple[Comparison, Comparison], numbers: dict[str, float | int]) -> tuple[Label, ...]:
    lines = shown[0].lines
    nearer = sum(abs(line.right.value - line.truth) < abs(line.wrong.value - line.truth) for line in lines)
    slope = shown[1].line(0)
    return (
        Text("lesson.whole_way_nearer", {**numbers, "nearer": nearer, "pairs": len(lines)}),
        Text("lesson.whole_way_held" if slope.right.holds(slope.truth) else "lesson.whole_way_missed", numbers),
        Text("lesson.whole_way_width", numbers),
    )
