"""Sentences on indices against the indices and agreement they are written from."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from kadsurvey.indices.score import Indices
from kadsurvey.indices.shared_views import SharedViews
from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import render
from kadsurvey.measurement.invariance_rules import Verdict
from kadsurvey.report.narrative.indices import aggregation, bodies, groups
from kadsurvey.report.narrative.material import Material
from tests.report.narrative.stated import assert_states


@pytest.fixture
def indices(material: Material) -> Indices:
    assert material.indices is not None
    return material.indices


@pytest.fixture
def views(material: Material) -> SharedViews:
    assert material.views is not None
    return material.views


@pytest.fixture
def instrument(material: Material) -> Instrument:
    return material.instrument


def test_aggregation(views: SharedViews, instrument: Instrument) -> None:
    prose = aggregation(views, instrument)
    assert prose is not None
    rows = views.levels[(views.levels["level"] == "body") & views.levels["group"].isna()]
    for sentence, row in zip(prose.sentences, rows.to_dict(orient="records"), strict=True):
        shown = [row[name] for name in ("icc1", "icc1_low", "icc1_high", "icc2", "rwg_j")]
        # The names of ICC(1), ICC(2) are numbers too.
        assert_states(sentence, [*shown, 0.95, 1, 2])


def test_without_items_of_one_scale_there_is_no_rwg(views: SharedViews, instrument: Instrument) -> None:
    prose = aggregation(replace(views, levels=views.levels.assign(rwg_j=float("nan"))), instrument)
    assert prose is not None
    assert "rwg" not in render(prose.sentences[0], "id")


def test_no_bodies_no_words(views: SharedViews, indices: Indices, instrument: Instrument) -> None:
    assert aggregation(replace(views, levels=pd.DataFrame()), instrument) is None
    assert bodies(replace(indices, bodies=pd.DataFrame()), instrument) is None
    assert groups(replace(views, groups=pd.DataFrame()), instrument) is None


def test_ranges_over_bodies(indices: Indices, instrument: Instrument) -> None:
    prose = bodies(indices, instrument)
    assert prose is not None
    shown = [name for name in indices.constructs if instrument.constructs[name].role != "marker"]
    for sentence, name in zip(prose.sentences, shown, strict=False):
        means = indices.bodies.loc[indices.bodies["construct"] == name, "index"]
        assert_states(sentence, [len(means), means.min(), means.max(), 100])
        assert str(means.idxmax()) in render(sentence, "en")
    assert "no league table" in render(prose.sentences[len(shown)], "en")


def test_overlapping_ends_are_said_to_overlap(indices: Indices, instrument: Instrument) -> None:
    wide = indices.bodies.assign(ci_low=0.0, ci_high=100.0)
    prose = bodies(replace(indices, bodies=wide), instrument)
    assert prose is not None
    assert "even these two overlap" in render(prose.sentences[0], "en")


def test_suppressed_bodies_are_never_named(indices: Indices, instrument: Instrument) -> None:
    frame = indices.bodies.copy()
    means = frame.loc[frame["construct"] == "trust", "index"]
    hidden = str(means.idxmax())
    frame.loc[hidden, "suppressed"] = True
    prose = bodies(replace(indices, bodies=frame), instrument)
    assert prose is not None
    assert all(hidden not in render(sentence, "en") for sentence in prose.sentences)
    assert_states(prose.sentences[0], [len(means) - 1, means.min(), means.drop(hidden).max(), 100])
    assert_states(prose.sentences[-1], [1, indices.min_cell])


def test_one_body_has_no_range_and_no_rank(indices: Indices, instrument: Instrument) -> None:
    one = indices.bodies.loc[[indices.bodies.index[0]]]
    prose = bodies(replace(indices, bodies=one), instrument)
    assert prose is not None
    assert all("league table" not in render(sentence, "en") for sentence in prose.sentences)
    assert_states(prose.sentences[0], [one["index"].iloc[0], 100])


def test_groups(views: SharedViews, instrument: Instrument) -> None:
    prose = groups(views, instrument)
    assert prose is not None
    rows = views.groups[views.groups["body"].isna()]
    for sentence, row in zip(prose.sentences, rows.to_dict(orient="records"), strict=False):
        assert_states(sentence, [abs(row["difference"]), row["p_value"]])
        assert ("lower" in render(sentence, "en")) == (row["difference"] < 0)


@pytest.mark.parametrize(
    ("verdict", "words"),
    [
        ("comparable", "is one of views"),
        ("partial", "Most items work alike"),
        ("approximate", "with caution"),
        ("not_comparable", "not of views"),
        ("not_established", "is not established"),
    ],
)
def test_what_a_difference_means_depends_on_invariance(
    material: Material, views: SharedViews, instrument: Instrument, verdict: Verdict, words: str
) -> None:
    assert material.invariance is not None
    prose = groups(views, instrument, replace(material.invariance, verdict=verdict))
    untested = groups(views, instrument)
    assert prose is not None
    assert untested is not None
    assert words in render(prose.sentences[-1], "en")
    assert "only if the items work alike" in render(untested.sentences[-1], "en")


def test_bodies_that_disagree_are_named(views: SharedViews, instrument: Instrument) -> None:
    frame = views.groups.copy()
    frame.loc[frame.index[0], "p_holm"] = 0.01
    prose = groups(replace(views, groups=frame), instrument)
    assert prose is not None
    said = " ".join(render(sentence, "en") for sentence in prose.sentences)
    assert f"{frame.loc[frame.index[0], 'body']} (trust)" in said


def test_one_group_has_nothing_to_compare(views: SharedViews, instrument: Instrument) -> None:
    alone = views.groups.assign(difference=float("nan"), p_value=float("nan"))
    assert groups(replace(views, groups=alone), instrument) is None
