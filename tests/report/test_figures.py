"""What holds of every figure: a picture in each language, the same bytes twice, ids of its own, no trace of a date."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

import kadsurvey.report.figures
from kadsurvey.language.text import render
from kadsurvey.report.figures.body_index import body_index_figures
from kadsurvey.report.figures.drawing import under_key
from kadsurvey.report.figures.forest import forest_figure
from kadsurvey.report.figures.group_slopes import group_slope_figures
from kadsurvey.report.figures.likert import likert_figures
from kadsurvey.report.figures.loadings import loadings_figure
from kadsurvey.report.figures.missing_map import missing_figure
from kadsurvey.report.figures.network import network_figures
from kadsurvey.report.figures.partial_regression import partial_figure
from kadsurvey.report.figures.path_diagram import path_figure
from kadsurvey.report.figures.residual_plots import residual_figure
from kadsurvey.report.figures.robustness_curve import robustness_figure
from kadsurvey.report.figures.scree import scree_figure
from tests.report import figures_study as study

MAKERS = {
    "likert": lambda: likert_figures(study.responses(), min_cell=5)[-1],
    "scree": lambda: scree_figure(study.scree(), n_obs=100),
    "loadings": lambda: loadings_figure(study.exploratory(), study.instrument(), cutoff=0.5),
    "path": lambda: path_figure(study.confirmatory(), study.instrument()),
    "bodies": lambda: body_index_figures(study.indices().bodies, study.instrument(), min_cell=5)[1],
    "groups": lambda: group_slope_figures(study.indices(), study.instrument())[1],
    "network": lambda: network_figures(study.ties())[0],
    "partial": lambda: partial_figure(study.of_bodies(), study.instrument()),
    "forest": lambda: forest_figure(study.of_bodies(), study.corrected(), study.instrument()),
    "robustness": lambda: robustness_figure(study.variants(), study.of_bodies(), study.instrument()),
    "missing": lambda: missing_figure(study.responses(), min_cell=5),
    "residuals": lambda: residual_figure(study.of_bodies(), study.instrument()),
}
WITHOUT_TOOLTIPS = {"missing"}
"""Cells of a map are too many to speak; its table says their numbers."""
LANGUAGES = ("en", "id")
FOLDER = Path(kadsurvey.report.figures.__file__).parent


@cache
def made(name):
    return MAKERS[name]()


@cache
def drawn(name, lang):
    return made(name).draw(lang)


@pytest.fixture(params=sorted(MAKERS))
def name(request):
    return request.param


@pytest.mark.parametrize("lang", LANGUAGES)
def test_title_alternative_text_and_notes_are_in_both_languages(name, lang):
    figure = made(name)
    assert render(figure.title, lang)
    assert re.search(r"\d", render(figure.alt, lang))
    assert figure.notes
    assert all(render(note, lang) for note in figure.notes)
    assert any(re.search(r"n = \d|\d+ (respond|organis|offic|pejabat)", render(note, lang)) for note in figure.notes)
    assert render(figure.alt, "en") != render(figure.alt, "id")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_svg_is_one_element_that_can_stand_beside_others(name, lang):
    picture = drawn(name, lang)
    assert picture.svg.startswith("<svg ")
    assert picture.svg.endswith("</svg>")
    assert "<style" not in picture.svg
    assert "<metadata" not in picture.svg
    ids = study.ids(picture)
    assert len(ids) == len(set(ids))
    key = made(name).key
    assert all(identity.startswith(f"{key}-") for identity in ids)
    links = set(re.findall(r'(?:href="#|url\(#)([^")]+)', picture.svg))
    assert links == set(ids)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_marks_say_their_values(name, lang):
    told = study.tooltips(drawn(name, lang))
    assert bool(told) == (name not in WITHOUT_TOOLTIPS)
    assert all(told)


def test_a_figure_under_another_key_shares_no_id_with_the_first():
    again = under_key(made("partial"), "partial_2")
    assert again.key == "partial_2"
    ids = study.ids(again.draw("en"))
    assert ids
    assert all(identity.startswith("partial_2-") for identity in ids)
    assert not set(ids) & set(study.ids(drawn("partial", "en")))


def test_the_png_has_300_dots_an_inch_and_no_date(name):
    picture = drawn(name, "en")
    image = study.image(picture)
    assert image.size == pytest.approx((picture.width * 300, picture.height * 300), abs=1)  # whole dots
    assert image.info["dpi"] == pytest.approx((300, 300), abs=0.1)  # the file counts in dots a metre
    assert set(image.info) <= {"dpi"}


def test_the_same_inputs_give_the_same_bytes(name):
    again = MAKERS[name]().draw("id")
    assert again.svg == drawn(name, "id").svg
    assert again.png == drawn(name, "id").png


def test_no_global_setting_is_left_behind():
    import matplotlib

    before = dict(matplotlib.rcParams)
    made("scree").draw("en")
    assert dict(matplotlib.rcParams) == before


def test_the_modules_of_figures_do_not_load_matplotlib():
    import subprocess
    import sys

    modules = ", ".join(f"kadsurvey.report.figures.{path.stem}" for path in FOLDER.glob("*.py"))
    code = f"import sys; import {modules}; print('matplotlib' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "False"


def test_a_picture_fits_a_page(name):
    picture = drawn(name, "en")
    assert picture.width <= 6.3
    assert picture.height <= 9.0
