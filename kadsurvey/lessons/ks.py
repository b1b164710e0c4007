"""Lesson: KS has no rank of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd

from kadsurvey.ingest.responses import read_responses
from kadsurvey.instrument.load import load_instrument
from kadsurvey.language.text import LANGUAGES, Label, Text
from kadsurvey.lessons.drawn import around, drawn, items_of, sample_truth, with_construct
from kadsurvey.lessons.figure import comparison_figure
from kadsurvey.lessons.lesson import NONE, Comparison, Estimate, Lesson, LessonPage, Line, Question
from kadsurvey.report.table import Column, Row, Table

CONSTRUCT = "trust"
FIVE = ("STS", "TS", "KS", "S", "SS")
FOUR = ("TS", "KS", "S", "SS")
"""The answers of the two forms, lowest first: a form of four has no *sangat tidak setuju*."""
KEYS: dict[str, Mapping[str, float]] = {
    "as_five": {"TS": 25, "KS": 50, "S": 75, "SS": 100},
    "as_four": {"TS": 0, "KS": 100 / 3, "S": 200 / 3, "SS": 100},
    "as_stands": {"TS": 0, "KS": 25, "S": 50, "SS": 75},
}
"""What an answer on the form of four counts, between 0 and 100: by its label on the form of five, by its place among
four, and by its code as if the code were one of five."""

UPWARDS = {"TS": 0.4, "KS": 0.4, "S": 0.2}
"""Share of those who would tick an answer on the form of five and tick the next higher one on the form of four.

With fewer answers to choose from, people use those there are; nobody ticks KS for the same reason on both forms.
"""


@dataclass(frozen=True, slots=True)
class _Found:
    officials: pd.DataFrame
    ngos: pd.DataFrame
    one_form: pd.DataFrame

    @property
    def reference(self) -> pd.Series[float]:
        """Each official's mean answer, 0 to 100, on the form of five."""
        return _percent(self.officials)

    def under(self, key: str) -> pd.Series[float]:
        """Return each NGO member's mean answer, 0 to 100, under a key."""
        points = {place: KEYS[key][label] for place, label in enumerate(FOUR, start=1)}
        return self.ngos.replace(points).mean(axis=1)

    def difference(self, ngo: pd.Series[float]) -> Estimate:
        """Return NGO members less officials in standard deviations of the officials, with its limits."""
        official = self.reference
        error = float((ngo.var() / len(ngo) + official.var() / len(official)) ** 0.5)
        sd = float(official.std())
        return around(float(ngo.mean() - official.mean()) / sd, error / sd)


def _percent(answers: pd.DataFrame) -> pd.Series[float]:
    return ((answers - 1) * 25).mean(axis=1)


def run(seed: int) -> LessonPage:
    """Give officials a form of five answers and NGO members one of four, and read KS in several ways."""
    base = sample_truth(bodies=16, members=[4, 4], respondents=[8, 8], ngo_share=0.5)
    truth = with_construct(base, CONSTRUCT, ngo_shift=0.0)
    responses = drawn(truth, seed=seed).responses
    items, ngo = responses.items[items_of(truth, CONSTRUCT)], responses.data["group"] == "ngo"
    found = _Found(items[~ngo], form_of_four(items[ngo], np.random.default_rng(seed)), items[ngo])
    shown = _differences(found)
    numbers = _numbers(found, shown)
    return LessonPage(
        name=LESSON.name,
        seed=seed,
        title=LESSON.title,
        story=(Text("lesson.ks_story"), Text("lesson.ks_why")),
        comparisons=(shown,),
        tables=(_keys(found),),
        figures=(comparison_figure(shown),),
        seen=_seen(shown, numbers),
        lookout=(Text("lesson.ks_look"),),
        questions=tuple(
            Question(Text(f"lesson.ks_q{place}", numbers), Text(f"lesson.ks_a{place}", numbers)) for place in (1, 2, 3)
        ),
        terms=("scale", "pomp", "invariance"),
        cites=("cohen1999",),
    )


LESSON = Lesson("ks", Text("lesson.ks_title"), 1, run)


def form_of_four(answers: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return what people tick on the form of four who would give these answers on the form of five; 1 is TS."""
    # Who would have ticked STS finds no such answer, and ticks TS.
    places = (answers - 1).clip(lower=1)
    share = answers.replace({code: UPWARDS.get(label, 0.0) for code, label in enumerate(FIVE, start=1)})
    moved: pd.DataFrame = places + (rng.random(places.shape) < share)
    return moved


def _what_the_reader_says() -> Label:
    """Return what reading says of an answer ``KS`` that the questionnaire does not list."""
    instrument = load_instrument("kad")
    header = ["respondent_id", *instrument.items]
    with TemporaryDirectory() as name:
        path = Path(name) / "lsm.csv"
        path.write_text(f"{','.join(header)}\n1{',KS' * len(instrument.items)}\n", encoding="utf-8")
        findings = read_responses(path, instrument).findings
    found = next(finding for finding in findings if finding.code == "ingest.unranked_answer")
    return {lang: found.render(lang) for lang in LANGUAGES}


def _differences(found: _Found) -> Comparison:
    lines = (
        *(Line(Text(f"lesson.ks_key_{key}"), 0.0, found.difference(found.under(key)), NONE) for key in KEYS),
        Line(Text("lesson.ks_one_form"), 0.0, NONE, found.difference(_percent(found.one_form))),
    )
    return Comparison(
        key="difference",
        title=Text("lesson.ks_difference"),
        wrong=Text("lesson.a_number_for_ks"),
        right=Text("lesson.one_form"),
        lines=lines,
        notes=(Text("lesson.ks_note", {"officials": len(found.officials), "ngos": len(found.ngos)}),),
    )


def _keys(found: _Found) -> Table:
    points = [
        Row({"key": Text(f"lesson.ks_key_{key}"), **key_points, "mean": float(found.under(key).mean())})
        for key, key_points in KEYS.items()
    ]
    officials = {label: 25.0 * place for place, label in enumerate(FIVE)}
    first = Row({"key": Text("lesson.ks_officials"), **officials, "mean": float(found.reference.mean())}, strong=True)
    return Table(
        key="keys",
        title=Text("lesson.ks_keys"),
        columns=(
            Column("key", Text("lesson.ks_form")),
            *(Column(label, label, "number", 0) for label in FIVE),
            Column("mean", Text("lesson.ks_mean"), "number", 1),
        ),
        rows=(first, *points),
        notes=(Text("lesson.ks_note_keys"),),
        result="LessonPage",
    )


def _numbers(found: _Found, shown: Comparison) -> dict[str, object]:
    means = {key: float(found.under(key).mean()) for key in KEYS}
    ways = [line.wrong.value for line in shown.lines[:-1]]
    return {
        **means,
        "officials": float(found.reference.mean()),
        "lowest": min(ways),
        "highest": max(ways),
        "spread": max(means.values()) - min(means.values()),
        "share": 100 * float((found.ngos == 1 + FOUR.index("KS")).mean().mean()),
        "right": shown.lines[-1].right.value,
        "said": _what_the_reader_says(),
    }


def _seen(shown: Comparison, numbers: dict[str, object]) -> tuple[Label, ...]:
    false = sum(not line.wrong.holds(0.0) for line in shown.lines[:-1])
    right = shown.lines[-1].right.holds(0.0)
    return (
        Text("lesson.ks_spread", {**numbers, "false": false, "keys": len(KEYS)}),
        Text("lesson.ks_same_form" if right else "lesson.ks_same_form_off", numbers),
    )
