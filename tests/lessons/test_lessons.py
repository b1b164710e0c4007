"""Every lesson: whole in both languages, its true column that of the truth, and what it claims is what it shows."""

from __future__ import annotations

import math
import re

import lxml.html
import numpy as np
import pytest
from scipy import stats

from kadsurvey.errors import ArgumentError
from kadsurvey.language.glossary import term
from kadsurvey.language.text import LANGUAGES, Text, render
from kadsurvey.lessons import attenuation, five_bodies, ks, ordinal, same_source, straight_lines, two_groups
from kadsurvey.lessons.alpha import common_share, single_share
from kadsurvey.lessons.catalogue import LESSONS, lesson_title, load_lesson
from kadsurvey.lessons.drawn import sample_truth, true_correlation, with_construct
from kadsurvey.lessons.lesson import Comparison, Estimate, Line
from kadsurvey.lessons.page import comparison_table, lesson_document, lesson_files
from kadsurvey.report.document import Prose
from kadsurvey.simulation.simulate import simulate

FEWEST_QUESTIONS, MOST_QUESTIONS = 2, 4
SAMPLE = sample_truth()
ROUNDING = 1e-12  # the same product of the same loadings, multiplied in another order


@pytest.fixture(params=list(LESSONS))
def page(request, page_of):
    return page_of(request.param)


def off(line, way):
    return abs(getattr(line, way).value - line.truth)


def test_a_lesson_bears_its_name_and_title():
    for name in LESSONS:
        lesson = load_lesson(name)
        assert (lesson.name, lesson.title) == (name, lesson_title(name))


def test_an_unknown_lesson_is_answered_with_the_nearest():
    with pytest.raises(ArgumentError) as caught:
        load_lesson("five-bodes")
    assert caught.value.params["known"] == ["five-bodies"]
    with pytest.raises(ArgumentError) as caught:
        load_lesson("xyzzyq")
    assert caught.value.params["known"] == list(LESSONS)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_whole_and_sufficient_to_itself(page, lang, tmp_path):
    document = lesson_document(page, answers=True)
    ((name, write),) = lesson_files(page, document, lang).items()
    write(tmp_path / name)
    text = (tmp_path / name).read_text(encoding="utf-8")
    html = lxml.html.document_fromstring(text)
    assert name == f"{page.name}-{lang}.html"
    assert html.findtext(".//h1") == render(page.title, lang)
    assert not re.search(r"\blesson\.[a-z]|\bnan\b|\{|\(\)", html.find(".//main").text_content())
    names = html.xpath("//@id")
    assert len(names) == len(set(names))
    assert [href for href in html.xpath("//@href") if not href.startswith("#")] == ["data:,"]
    assert not html.xpath("//@src | //link[@rel='stylesheet']")
    assert all(f"{number}. {render(entry.answer, lang)}" in html.text_content()
               for number, entry in enumerate(page.questions, start=1))  # fmt: skip


def test_answers_stand_there_only_where_they_are_asked_for(page):
    asked, told = (lesson_document(page, answers=answers) for answers in (False, True))
    assert [part.key for part in asked.parts] == ["story", "found", "lookout", "questions"]
    assert [part.key for part in told.parts] == ["story", "found", "lookout", "questions", "answers"]
    assert FEWEST_QUESTIONS <= len(page.questions) <= MOST_QUESTIONS
    shown = " ".join(
        render(sentence, "en")
        for part in asked.parts
        for block in part.blocks
        if isinstance(block, Prose)
        for sentence in block.sentences
    )
    assert not any(render(entry.answer, "en") in shown for entry in page.questions)


def test_terms_are_in_the_glossary_and_the_seed_is_said(page):
    assert all(term(key).key == key for key in page.terms)
    assert render(lesson_document(page, answers=False).lines[1], "en").startswith(
        f"kadsurvey lesson run {page.name} --seed {page.seed} "
    )


def test_estimates_are_plain_values(page):
    document = page.to_dict()
    assert document["lesson"] == page.name
    assert all(entry["truth"] is None or math.isfinite(entry["truth"]) for entry in document["comparisons"])
    assert len(document["comparisons"]) == sum(len(entry.lines) for entry in page.comparisons)


def test_a_way_without_estimates_has_no_column():
    line = Line("x", 1.0, Estimate(), Estimate(0.5, 0.25, 0.75))
    table = comparison_table(Comparison("k", "t", "wrong", "right", (line,)))
    assert [column.key for column in table.columns] == ["what", "truth", "right"]
    assert table.rows[0].values["right"] == {"en": "0.50 [0.25, 0.75]", "id": "0,50 [0,25; 0,75]"}
    assert render(table.notes[-1], "en") == "In brackets: 95% limits."


def test_a_part_of_a_construct_is_replaced_and_the_rest_stays():
    truth = with_construct(SAMPLE, "trust", ngo_shift=0.0, items={"T2": {"ngo_shift": -1.0}})
    assert truth.attitudes["trust"].ngo_shift == 0
    assert truth.items["T2"].ngo_shift == -1
    assert truth.items["T2"].loading == SAMPLE.items["T2"].loading
    assert truth.attitudes["norm"] == SAMPLE.attitudes["norm"]


def test_the_true_correlation_is_that_of_a_large_study():
    truth = sample_truth(bodies=3000, members=[4, 4], respondents=[4, 4])
    found = simulate(truth, seed=1).scores.corr().loc["trust", "network"]
    # 3,000 bodies carry a fifth of the variance: the correlation of 48,000 respondents has an error near .01.
    assert true_correlation(truth, "trust", "network") == pytest.approx(found, abs=0.03)


# What each lesson claims, with its own seed.


def test_whole_way(page_of):
    page = page_of("whole-way")
    slope = page.comparison("slope").line(0)
    body = SAMPLE.correlation("body")[0]
    ratio = math.sqrt(SAMPLE.attitudes["norm"].variance.body / SAMPLE.attitudes["trust"].variance.body)
    slopes = SAMPLE.cost_efficiency.slopes
    assert slope.truth == pytest.approx(slopes["trust"] + slopes["norm"] * body[1] * ratio, abs=ROUNDING)
    assert slope.right.holds(slope.truth)
    assert not slope.wrong.holds(slope.truth)
    assert all(off(line, "right") < off(line, "wrong") for line in page.comparison("correlations").lines)


def test_unreversed_item(page_of):
    page = page_of("unreversed-item")
    ordinal_alpha, alpha, rest = page.comparison("reliability").lines
    assert alpha.wrong.value < alpha.right.low
    assert off(ordinal_alpha, "right") < off(ordinal_alpha, "wrong")
    assert rest.wrong.value == pytest.approx(-rest.right.value)
    lines = {line.what: line for line in page.comparison("loadings").lines}
    assert {code: line.truth for code, line in lines.items()} == {
        code: item.loading for code, item in SAMPLE.constructs["trust"].items.items()
    }
    assert lines["T6"].wrong.value == pytest.approx(-lines["T6"].right.value, abs=1e-3)  # minres stops at its tolerance
    own = np.array([line.truth for line in lines.values()])
    k = len(own)
    total = own.sum() ** 2 + (1 - own**2).sum()
    assert ordinal_alpha.truth == pytest.approx(k / (k - 1) * (1 - k / total))


def test_five_bodies(page_of):
    page = page_of("five-bodies")
    (one,) = page.comparison("one_study").lines
    assert one.truth == 0
    assert one.wrong.value == pytest.approx(one.right.value)  # another error, never another slope
    assert not one.wrong.holds(0)
    assert one.right.holds(0)
    naive, cr1, cr2, means = page.comparison("many_studies").lines
    assert {line.truth for line in (naive, cr1, cr2, means)} == {five_bodies.LEVEL}
    # 500 studies at 5% have 8% or more less than once in 500 runs; the naive share is near one half.
    assert naive.wrong.value > 0.35
    assert cr1.wrong.value > 0.08
    assert cr2.right.value < 0.08
    assert means.right.value < 0.08


def test_false_discoveries_are_those_of_the_textbook():
    rng = np.random.default_rng(3)
    x, y = rng.normal(size=30), rng.normal(size=30)
    assert five_bodies._ols_p(y, x) == pytest.approx(stats.linregress(x, y).pvalue)


def test_ordinal(page_of):
    page = page_of("ordinal")
    loading = {code: item.loading for code, item in SAMPLE.constructs["trust"].items.items()}
    mixed = page.comparison("correlations").line(2)
    pairs = [loading[a] * loading[b] for a in ordinal.EASY for b in ordinal.HARD]
    assert mixed.truth == pytest.approx(np.mean(pairs), abs=ROUNDING)
    for line in page.comparison("correlations").lines:
        assert line.right.holds(line.truth)
        assert line.wrong.value < line.right.value
    steps = page.comparison("steps").lines
    assert sum(line.truth for line in steps) == pytest.approx(1)
    assert sum(off(line, "right") for line in steps) < sum(off(line, "wrong") for line in steps)


def test_alpha(page_of):
    page = page_of("alpha")
    both, one = page.comparison("shares").lines
    assert off(both, "right") < 0.1 < off(both, "wrong")
    assert off(one, "wrong") < 0.05
    things = page.comparison("things").line(0)
    assert (things.truth, things.wrong.value, things.right.value) == (2, 1, 2)


def test_what_a_sum_has_in_common_is_the_share_of_its_variance():
    # Four items loading .5 on two factors that correlate .36; of the factor above both the loadings are .3.
    half = np.full(2, 0.5)
    matrix = np.full((4, 4), 0.09)
    matrix[:2, :2] = matrix[2:, 2:] = 0.25
    np.fill_diagonal(matrix, 1)
    assert common_share(half, half, 0.36) == pytest.approx((4 * 0.3) ** 2 / matrix.sum())
    assert common_share(half, half, 1.0) == pytest.approx(single_share(np.full(4, 0.5)))


def test_two_groups(page_of):
    page = page_of("two-groups")
    (table,) = page.tables
    freed = {row.values["item"] for row in table.rows if row.strong}
    assert freed == {two_groups.ITEM} == {row.values["item"] for row in table.rows if row.values["truth"] != 0}
    latent = page.comparison("difference").line(1)
    assert latent.truth == 0
    assert not latent.wrong.holds(0)
    assert latent.right.holds(0)


def test_two_groups_says_what_it_says_when_nothing_is_freed():
    class Nothing:
        freed = ()

    questions = two_groups._questions(Nothing(), {"n": 80, "item": "T2", "raw": -0.1, "freed": [], "items": 6})
    assert "found no item to blame" in render(questions[2].answer, "en")


def test_same_source(page_of):
    respondents, _, halves = page_of("same-source").comparison("slopes").lines
    assert {line.truth for line in (respondents, halves)} == {0}
    assert respondents.wrong.low > 0
    assert halves.right.holds(0)
    assert 0 < same_source.MOOD < 1


def test_straight_lines(page_of):
    page = page_of("straight-lines")
    unrelated, turned, upright = page.comparison("estimates").lines
    assert unrelated.truth == 0
    assert (turned.truth, upright.truth) == (SAMPLE.items["T6"].loading, SAMPLE.items["T1"].loading)
    for line in (unrelated, turned):
        assert line.right.holds(line.truth)
        assert not line.wrong.holds(line.truth)
    share, caught, innocent = page.comparison("caught").lines
    assert share.truth == pytest.approx(straight_lines.STRAIGHT, abs=0.05)  # 512 drawn at 15% have an error of .016
    assert (caught.right.value, innocent.right.value) == (1, pytest.approx(0, abs=0.01))


def test_attenuation(page_of):
    trust, norm = page_of("attenuation").comparison("slopes").lines
    assert {"trust": trust.truth, "norm": norm.truth} == attenuation.SLOPES
    assert trust.wrong.value < trust.truth
    for line in (trust, norm):
        assert off(line, "right") < off(line, "wrong")
        assert line.right.holds(line.truth)


def test_how_many_factors(page_of):
    few, many = page_of("how-many-factors").comparison("factors").lines
    assert {few.truth, many.truth} == {3}
    assert few.wrong.value > 3
    assert few.right.value == many.right.value == 3


def test_ks(page_of):
    page = page_of("ks")
    *keys, one_form = page.comparison("difference").lines
    assert len(keys) == len(ks.KEYS)
    assert not any(line.wrong.holds(0) for line in keys)
    assert one_form.right.holds(0)
    said = render(page.questions[2].answer, "id")
    assert "'KS' tidak ada dalam skala T1" in said
    rows = {row.values["key"].code: row.values for row in page.tables[0].rows}
    assert rows["lesson.ks_officials"]["KS"] == 50
    assert rows["lesson.ks_key_as_four"]["KS"] == pytest.approx(100 / 3)


def test_the_form_of_four_has_no_lowest_answer():
    import pandas as pd

    answers = pd.DataFrame({"T1": [1.0, 2, 3, 4, 5, np.nan] * 500})
    places = ks.form_of_four(answers, np.random.default_rng(1))
    shares = places.groupby(answers["T1"])["T1"].agg(["min", "max", "mean"])
    assert shares["min"].tolist() == [1, 1, 2, 3, 4]
    assert shares["max"].tolist() == [1, 2, 3, 4, 4]
    # Binomial(500, .4) has a share between .33 and .47 but once in 700 draws.
    assert shares.loc[[2, 3], "mean"].to_numpy() - [1, 2] == pytest.approx(ks.UPWARDS["TS"], abs=0.07)
    assert places["T1"].isna().sum() == 500


def test_titles_are_in_the_catalogue():
    for name in LESSONS:
        assert all(isinstance(lesson_title(name), Text) and lesson_title(name).render(lang) for lang in LANGUAGES)
