"""What is drawn is what the result holds: coordinates against numbers, small cells absent, nobody named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kadsurvey.language.text import render
from kadsurvey.report.figures.body_index import body_index_figures, body_points
from kadsurvey.report.figures.forest import corrected_estimates, forest_figure, model_estimates
from kadsurvey.report.figures.group_slopes import group_means, group_slope_figures
from kadsurvey.report.figures.likert import answer_shares, likert_figures, segments
from kadsurvey.report.figures.loadings import loadings_figure
from kadsurvey.report.figures.missing_map import MOST_ROWS, missing_figure, missing_map
from kadsurvey.report.figures.network import group_looks, network_figures, pairs
from kadsurvey.report.figures.network_layout import network_layout
from kadsurvey.report.figures.partial_regression import partial_figure
from kadsurvey.report.figures.path_diagram import path_figure, paths
from kadsurvey.report.figures.residual_plots import residual_figure
from kadsurvey.report.figures.robustness_curve import ordered_variants, robustness_figure
from kadsurvey.report.figures.scree import scree_figure
from kadsurvey.report.figures.theme import apart, shared_start, short_name, wrapped
from tests.report import figures_study as study

EXACT = 1e-12  # the same numbers, carried to the picture
DRAWN = 0.01  # stress is minimised as far as an eye can see


def marks(figure, panel=0, lang="en"):
    return study.marks(figure.draw.painted(lang).figure.axes[panel])


def few_in_a_body(count):
    """Return the answers with only ``count`` respondents left of the first body."""
    whole = study.responses()
    body = whole.data["body"]
    there = body.index[body == body.iloc[0]]
    return study.of_respondents(whole, whole.data.index.drop(there[count:])), body.iloc[0]


def test_shares_of_answers_are_counted_from_the_answers():
    shares = answer_shares(study.responses(), min_cell=5)
    row = shares[(shares["item"] == "T6") & (shares["group"] == "ngo")].iloc[0]
    of_group = study.responses().data.query("group == 'ngo'")["T6"]
    assert row["n"] == of_group.notna().sum()
    assert row[4] == pytest.approx((of_group == 4).sum() / of_group.notna().sum(), abs=EXACT)
    unknown = study.responses().dont_know.loc[of_group.index, "T6"].sum()
    assert row["dont_know"] == pytest.approx(unknown / (unknown + row["n"]), abs=EXACT)
    assert shares[[1, 2, 3, 4, 5]].sum(axis=1).to_numpy() == pytest.approx(1, abs=EXACT)


def test_bars_part_at_the_middle_of_the_scale():
    odd = list(segments({1: 0.1, 2: 0.2, 3: 0.4, 4: 0.2, 5: 0.1}, (1, 2, 3, 4, 5)))
    assert [piece.left for piece in odd] == pytest.approx([-0.5, -0.4, -0.2, 0.2, 0.4], abs=EXACT)
    even = list(segments({1: 0.1, 2: 0.3, 3: 0.4, 4: 0.2}, (1, 2, 3, 4)))
    assert [piece.left for piece in even] == pytest.approx([-0.4, -0.3, 0.0, 0.4], abs=EXACT)


def test_bars_are_as_wide_as_their_shares():
    figure = likert_figures(study.responses(), min_cell=5)[-1]
    shares = answer_shares(study.responses(), min_cell=5)
    first = shares[shares["item"] == "M1"]
    axes = figure.draw.painted("en").figure.axes[0]
    bars = [patch.get_width() for patch in axes.patches[:10]]
    assert bars == pytest.approx(first[[1, 2, 3, 4, 5]].to_numpy(float).ravel(), abs=EXACT)


def test_a_group_too_small_has_no_bar():
    whole = study.responses()
    group = whole.data["group"]
    few = study.of_respondents(whole, [*group.index[group == "official"], *group.index[group == "ngo"][:3]])
    assert answer_shares(few, min_cell=5).empty  # the other would stand alone beside it
    assert likert_figures(few, min_cell=5) == ()
    assert set(answer_shares(few, min_cell=3)["group"]) == {"official", "ngo"}


def test_where_means_of_groups_are_hidden_all_answers_stand_together():
    together = answer_shares(study.responses(), min_cell=5, by_group=False)
    apart = answer_shares(study.responses(), min_cell=5)
    assert set(together["group"]) == {""}
    assert together.set_index("item")["n"].to_dict() == apart.groupby("item")["n"].sum().to_dict()


def test_answers_without_groups_are_one_bar_an_item():
    alone = replace(study.responses(), data=study.responses().data.drop(columns="group"))
    figure = likert_figures(alone, min_cell=5)[-1]
    assert "all respondents" in render(figure.notes[1], "en")
    assert figure.draw("id").svg


def test_reversed_items_are_marked_in_every_figure_of_items():
    figures = [
        likert_figures(study.responses(), min_cell=5)[0],
        loadings_figure(study.exploratory(), study.instrument(), cutoff=0.5),
        path_figure(study.confirmatory(), study.instrument()),
    ]
    for figure in figures:
        words = study.written(figure.draw("id"))
        assert "T6 (R)" in words
        assert "T1 (R)" not in words
        assert any("(R)" in render(note, "id") for note in figure.notes)


def test_scree_marks_are_the_eigenvalues():
    found = study.scree()
    drawn = marks(scree_figure(found, n_obs=100))
    wanted = [*zip(range(1, 5), found.eigenvalues, strict=True), *zip(range(1, 5), found.random, strict=True)]
    assert np.array(drawn) == pytest.approx(np.array(wanted), abs=EXACT)


def test_every_loading_is_printed_in_its_cell():
    found = study.exploratory()
    axes = loadings_figure(found, study.instrument(), cutoff=0.5).draw.painted("en").figure.axes[0]
    printed = {text.get_position(): text for text in axes.texts}
    for y, values in enumerate(found.loadings.to_numpy()):
        for x, value in enumerate(values):
            words = printed[(x, y)].get_text().replace("\u2212", "-")
            assert float(words) == pytest.approx(value, abs=0.00501)  # two decimals
            assert (printed[(x, y)].get_weight() == "bold") == (abs(value) >= 0.5)


def test_paths_carry_the_estimates_and_keep_the_order_of_the_items():
    found = study.confirmatory()
    arrows, arcs = paths(found)
    assert [arrow.item for arrow in arrows] == [item for items in study.MODEL.values() for item in items]
    for arrow in arrows:
        assert arrow.estimate == pytest.approx(found.loadings.loc[arrow.item, arrow.construct], abs=EXACT)
    assert [arc.estimate for arc in arcs] == pytest.approx([found.phi.iloc[0, 1]], abs=EXACT)
    ends = [arrow.end for arrow in arrows]
    assert ends == sorted(ends)
    assert arrows[0].start == pytest.approx(np.mean(ends[:4]), abs=EXACT)


def test_body_dots_are_the_means_from_the_highest_to_the_lowest():
    bodies = study.indices().bodies
    axes = body_index_figures(bodies, study.instrument(), min_cell=5)[0].draw.painted("en").figure.axes
    points = body_points(bodies, ["trust", "norm", "network"])
    for panel, construct in zip(axes, ["trust", "norm", "network"], strict=True):
        drawn = {y: x for x, y in study.marks(panel)}
        part = points[points["construct"] == construct].set_index("place")
        # Each body's index stands above its shrunken one.
        wanted = {place - 0.2: x for place, x in part["index"].items()}
        wanted |= {place + 0.2: x for place, x in part["shrunken"].items()}
        assert drawn == pytest.approx(wanted, abs=EXACT)
    order = points.groupby("place")["index"].mean()
    assert order.is_monotonic_decreasing


def test_shrunken_means_stand_beside_the_naive_ones():
    bodies = study.indices().bodies.assign(shrunken=50.0, shrunken_low=45.0, shrunken_high=55.0)
    figure = body_index_figures(bodies, study.instrument(), min_cell=5)[0]
    told = study.tooltips(figure.draw("id"))
    assert sum("tersusut: 50,0 [45,0; 55,0]" in words for words in told) == 3 * study.BODIES


def test_a_hidden_body_is_nowhere_in_the_picture():
    few, body = few_in_a_body(2)
    from kadsurvey.indices.score import score

    indices = score(few, method="mean", min_cell=5)
    hidden = set(indices.bodies.index[indices.bodies["suppressed"]])
    assert body in hidden
    for figure in (
        body_index_figures(indices.bodies, study.instrument(), min_cell=5)[0],
        group_slope_figures(indices, study.instrument())[0],
        missing_figure(few, min_cell=5),
    ):
        picture = figure.draw("en")
        assert body.split()[-1] not in study.written(picture)
        assert not any(body in words for words in study.tooltips(picture))
        assert body not in render(figure.alt, "en")


def test_no_body_to_show_is_no_figure():
    hidden = study.indices().bodies.assign(suppressed=True, mean=np.nan)
    assert body_index_figures(hidden, study.instrument(), min_cell=5) == ()
    people = study.indices().respondents
    assert group_slope_figures(replace(study.indices(), min_cell=10_000), study.instrument()) == ()
    alone = replace(study.indices(), respondents=people.drop(columns="group"))
    assert group_slope_figures(alone, study.instrument()) == ()


def test_slopes_run_between_the_means_of_the_groups():
    means, people = group_means(study.indices()), study.indices().respondents
    for row in means[means["construct"] == "trust"].to_dict(orient="records"):
        of_body = people[people["body"] == row["body"]]
        for name in ("official", "ngo"):
            wanted = of_body.loc[of_body["group"] == name, "trust_100"]
            assert row[name] == pytest.approx(wanted.mean(), abs=EXACT)
            assert row[f"n_{name}"] == wanted.notna().sum() >= 5
    axes = group_slope_figures(study.indices(), study.instrument())[0].draw.painted("en").figure.axes[0]
    drawn = sorted(tuple(line.get_ydata()) for line in axes.get_lines() if list(line.get_xdata()) == [0, 1])
    trust = means[means["construct"] == "trust"]
    assert drawn == sorted(zip(trust["official"], trust["ngo"], strict=True))


def test_both_groups_go_where_one_is_too_small():
    people = study.indices().respondents
    first = people["body"].iloc[0]
    ngos = people.index[(people["body"] == first) & (people["group"] == "ngo")]
    fewer = replace(study.indices(), respondents=people.drop(ngos[2:]))
    assert first not in set(group_means(fewer)["body"])


def test_the_line_of_a_partial_plot_has_the_slope_of_the_model():
    regression = study.of_bodies()
    slopes = regression.table.set_index("term")["estimate"]
    canvas = partial_figure(regression, study.instrument()).draw.painted("en")
    for axes, term in zip(canvas.figure.axes, ["trust", "norm"], strict=True):
        across, up = np.array(study.marks(axes)).T
        assert across @ up / (across @ across) == pytest.approx(slopes[term], abs=1e-9)  # least squares again
        line = next(line for line in axes.get_lines() if len(line.get_xdata()) == 2 and line.get_color() == "#D55E00")
        (x0, x1), (y0, y1) = line.get_data()
        assert (y1 - y0) / (x1 - x0) == pytest.approx(slopes[term], abs=1e-9)


def test_partial_plots_name_bodies_and_none_are_drawn_of_persons():
    figure = partial_figure(study.of_bodies(), study.instrument())
    told = study.tooltips(figure.draw("en"))
    assert sum(words.startswith("KAD Sintetis A:") for words in told) == 2
    assert any("'KAD Sintetis'" in render(note, "en") for note in figure.notes)
    assert partial_figure(study.of_people(), study.instrument()) is None


@pytest.mark.parametrize("figure_of", [partial_figure, residual_figure])
def test_a_body_too_small_to_be_told_is_a_point_without_a_name(figure_of):
    named = figure_of(study.of_bodies(), study.instrument()).draw.painted("en")
    hidden = [f"KAD Sintetis {letter}" for letter in "ABC"]
    figure = figure_of(study.of_bodies(), study.instrument(), unnamed=hidden)
    picture = figure.draw("en")
    for body in hidden:
        assert not any(words.startswith(body) for words in study.tooltips(picture))
        assert body not in render(figure.alt, "en")
    assert any("without a name" in render(note, "en") for note in figure.notes)
    canvas = figure.draw.painted("en")
    assert study.marks(canvas.figure.axes[0]) == study.marks(named.figure.axes[0])
    assert not {text.get_text() for text in canvas.figure.axes[0].texts} & set("ABC")


def test_forest_marks_are_the_estimates_with_their_intervals():
    regression, corrected = study.of_bodies(), study.corrected()
    canvas = forest_figure(regression, corrected, study.instrument()).draw.painted("en")
    table = regression.table.set_index("term").loc[["trust", "norm"]]
    assert [x for x, _ in study.marks(canvas.figure.axes[0])] == pytest.approx(table["estimate"].to_list(), abs=EXACT)
    assert [x for x, _ in study.marks(canvas.figure.axes[1])] == pytest.approx([0.4, 0.6], abs=EXACT)
    bars = [tuple(line.get_xdata()) for line in canvas.figure.axes[0].get_lines() if line.get_linewidth() == 1.1]
    assert bars == [tuple(row) for row in table[["ci_low", "ci_high"]].to_numpy()]
    assert [entry.kind for entry in corrected_estimates(corrected)] == ["naive", "corrected"]
    assert {entry.term for entry in model_estimates(regression)} == {"trust", "norm"}


def test_too_few_bodies_have_slopes_without_intervals():
    few = study.of_bodies(6)
    assert few.design.descriptive
    figure = forest_figure(few, None, study.instrument())
    assert any("too few" in render(note, "en") for note in figure.notes)
    assert "[" not in render(figure.alt, "en")
    assert figure.draw("id").svg


def test_slopes_that_are_withheld_are_not_drawn():
    withheld = replace(study.corrected(), reason="heywood")
    figure = forest_figure(study.of_bodies(), withheld, study.instrument())
    assert len(figure.draw.painted("en").figure.axes) == 1


def test_the_curve_holds_every_variant_by_size():
    found = study.variants()
    frame = ordered_variants(found)
    assert len(frame) == len(found.variants)
    axes = robustness_figure(found, study.of_bodies(), study.instrument()).draw.painted("en").figure.axes
    trust = frame[frame["term"] == "trust"]
    assert trust["estimate"].is_monotonic_increasing
    assert np.array(study.marks(axes[0])) == pytest.approx(trust[["place", "estimate"]].to_numpy(), abs=EXACT)
    alone = replace(found, variants=found.variants[found.variants["dimension"] == "main"])
    assert robustness_figure(alone, study.of_bodies(), study.instrument()) is None


def test_missing_answers_of_many_are_shares_of_their_bodies():
    responses = study.responses()
    found = missing_map(responses, min_cell=5)
    assert found.shares
    assert found.counts == tuple(responses.data["body"].value_counts().reindex(list(found.rows)))
    first = responses.data[responses.data["body"] == found.rows[0]]
    assert found.values[0] == pytest.approx(first[list(found.items)].isna().mean().to_numpy(), abs=EXACT)


def test_missing_answers_of_few_are_shown_without_their_order():
    whole = study.responses()
    few = study.of_respondents(whole, whole.data.index[:40])
    found = missing_map(few, min_cell=5)
    assert len(few.data) <= MOST_ROWS
    assert not found.shares
    blank = few.data[list(found.items)].isna()
    assert (found.values > 0).sum() == blank.to_numpy().sum()
    assert (found.values == 1).sum() == (few.dont_know[list(found.items)] & blank).to_numpy().sum()
    for body in set(found.rows):
        counts = (found.values[[row == body for row in found.rows]] > 0).sum(axis=1)
        assert (np.diff(counts) >= 0).all()
    picture = missing_figure(few, min_cell=5).draw("id")
    assert not any(name in picture.svg for name in few.data.index.astype(str))


def test_a_pool_of_one_small_body_takes_in_the_next_smallest():
    few, body = few_in_a_body(2)
    found = missing_map(few, min_cell=5)
    assert body not in found.rows
    assert found.pooled == 2
    assert found.rows[-1] == ""
    assert found.counts[-1] >= 5
    assert sum(found.counts) == len(few.data)


def test_nobody_is_no_map():
    whole = study.responses()
    assert missing_figure(study.of_respondents(whole, whole.data.index[:0]), min_cell=5) is None


def test_residuals_are_drawn_where_they_are_and_persons_unnamed():
    regression = study.of_bodies()
    canvas = residual_figure(regression, study.instrument()).draw.painted("en")
    rows = regression.diagnostics.residuals
    for axes, names in zip(
        canvas.figure.axes, (["fitted", "residual"], ["normal_quantile", "standardised"]), strict=True
    ):
        assert np.array(study.marks(axes)) == pytest.approx(rows[names].to_numpy(), abs=EXACT)
    people = residual_figure(study.of_people(), study.instrument())
    picture = people.draw("en")
    assert study.tooltips(picture) == []
    assert "Lembaga" not in study.written(picture)


@pytest.mark.parametrize(("count", "said"), [(14, True), (16, False)])
def test_few_residuals_are_said_to_show_little(count, said):
    notes = residual_figure(study.of_bodies(count), study.instrument()).notes
    assert any("no power" in render(note, "en") for note in notes) == said


def test_families_without_residuals_have_no_such_figures():
    from kadsurvey import regress

    shares = study.body_data().assign(cost_efficiency=lambda frame: frame["cost_efficiency"].rank() / 20)
    found = regress(shares, "cost_efficiency", ["trust"], family="fractional")
    assert partial_figure(found, study.instrument()) is None
    assert residual_figure(found, study.instrument()) is None
    assert "link" in render(forest_figure(found, None, study.instrument()).notes[0], "en")


def test_ties_are_pairs_with_the_stronger_strength():
    from kadsurvey.indices.roster import roster_networks

    network = roster_networks(study.ties(), None, "body")[0]
    found = {(tie.first, tie.second): (tie.strength, tie.mutual) for tie in pairs(network, "contact", cut=1)}
    place = {name: at for at, name in enumerate(network.nodes["organisation"])}
    assert found == {
        (place["Dinas A"], place["LSM C"]): (3.0, True),
        (place["Dinas A"], place["Dinas B"]): (1.0, False),
    }
    assert len(pairs(network, "contact", cut=2)) == 1
    looks = group_looks([network])
    assert looks["official"][1] != looks["ngo"][1]


def test_a_network_says_who_did_not_answer():
    (figure,) = network_figures(study.ties())
    assert any("did not answer" in render(note, "en") for note in figure.notes)
    assert "2 tied pairs, of which 1 named by both" in render(figure.alt, "en")
    told = study.tooltips(figure.draw("id"))
    assert "Dinas A: terhubung dengan 2" in told
    assert "LSM D: terhubung dengan 0" in told


def test_a_path_is_laid_out_as_a_line_and_a_triangle_with_equal_sides():
    path = np.zeros((4, 4), dtype=bool)
    path[[0, 1, 2], [1, 2, 3]] = True
    gaps = np.linalg.norm(np.diff(network_layout(path), axis=0), axis=1)
    ends = network_layout(path)[[0, 3]]
    assert np.linalg.norm(ends[0] - ends[1]) == pytest.approx(gaps.sum(), rel=DRAWN)
    triangle = ~np.eye(3, dtype=bool)
    at = network_layout(triangle)
    sides = [np.linalg.norm(at[a] - at[b]) for a, b in ((0, 1), (1, 2), (0, 2))]
    assert sides == pytest.approx([sides[0]] * 3, rel=DRAWN)


@pytest.mark.parametrize("n", [1, 2, 5])
def test_a_network_without_ties_is_laid_out_within_the_circle(n):
    at = network_layout(np.zeros((n, n), dtype=bool))
    assert np.isfinite(at).all()
    assert np.linalg.norm(at, axis=1).max() <= 1 + EXACT
    assert len(np.unique(at.round(6), axis=0)) == n


def test_indonesian_numbers_have_a_comma_on_the_axes_and_in_the_tooltips():
    picture = partial_figure(study.of_bodies(), study.instrument()).draw("id")
    ticks = study.written(picture)
    assert "0,5" in ticks
    assert "0.5" not in ticks
    english = partial_figure(study.of_bodies(), study.instrument()).draw("en")
    assert "0.5" in study.written(english)
    assert not any("." in words.split(":")[-1] for words in study.tooltips(picture))


def test_a_dollar_sign_in_a_name_is_no_formula():
    data = study.body_data().rename(index={"KAD Sintetis A": "KAD Sintetis $x$ <b>&"})
    from kadsurvey import regress

    found = regress(data, "cost_efficiency", ["trust"])
    picture = partial_figure(found, study.instrument()).draw("en")
    assert any("$x$ <b>&" in words for words in study.tooltips(picture))


@pytest.mark.parametrize(
    ("names", "start"),
    [
        (["KAD Sintetis A", "KAD Sintetis B"], "KAD Sintetis"),
        (["KAD A", "KAD A B"], "KAD"),
        (["KAD", "KAD A"], ""),
        (["Kartamantul", "Barlingmascakeb"], ""),
        (["KAD A"], ""),
        ([], ""),
    ],
)
def test_the_words_that_names_share_are_found(names, start):
    assert shared_start(names) == start


def test_names_that_touch_are_moved_apart_in_their_order():
    moved = apart([3.0, 1.0, 1.1, 1.05], gap=0.5, low=0.0, high=4.0)
    assert np.argsort(moved).tolist() == np.argsort([3.0, 1.0, 1.1, 1.05]).tolist()
    assert np.diff(sorted(moved)).min() >= 0.5 * 0.99  # a thousandth of a gap is let stand
    assert apart([], gap=1, low=0, high=1) == []


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Kartamantul", "Kartamantul"),
        ("Sekretariat Bersama Sampah Akasia", "Sekretariat … Akasia"),
        ("Forum A Kota B", "Forum A Kota B"),
        ("Forum Kerja Sama Kota B", "Forum … Sama Kota B"),
        ("Sekretariat Bersama Sonokeling", "Sekretari … nokeling"),
    ],
)
def test_long_names_keep_both_ends(name, short):
    assert short_name(name, 20) == short
    assert len(short) <= 20


def test_long_words_end_in_an_ellipsis():
    assert wrapped("satu dua tiga empat lima", 10) == "satu dua\ntiga …"
    assert wrapped("", 10) == ""
