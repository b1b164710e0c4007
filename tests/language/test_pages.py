"""The longer pages of ``kadsurvey explain``."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kadsurvey.indices.suppression import PROTECTION
from kadsurvey.ingest.personal_values import MOST_QUOTED
from kadsurvey.language.glossary import folded, terms
from kadsurvey.language.pages import page, pages
from kadsurvey.stations import Stations
from tests.cli.conftest import run

__all__ = ["run"]


@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_section_is_in_both_languages(lang: Any) -> None:
    for found in pages():
        assert found.name[lang]
        assert found.cite
        for section in found.sections:
            assert section.title[lang]
            assert len(section.text[lang].split()) > 10


def test_no_page_takes_the_name_of_a_term() -> None:
    taken = {folded(name) for entry in terms() for name in entry.names()}
    for found in pages():
        assert not taken & {folded(name) for name in (found.key, *found.name.values(), *found.aliases)}


def test_the_page_says_the_numbers_of_the_program() -> None:
    found = page("privacy")
    assert found is not None
    for lang in ("id", "en"):
        text = " ".join(section.text[lang] for section in found.sections)
        assert f"{PROTECTION:.0f} " in text
        assert str(MOST_QUOTED) in text
        assert ".kadsurvey-key" in text
    assert Stations.key_file is not None


def test_explain_shows_the_page(run: Any) -> None:
    assert "The law" in run("explain", "privacy", "--lang", "en").stdout
    assert "Kapan kunci dimusnahkan" in run("explain", "privasi", "--lang", "id").stdout
    assert "privacy" in run("explain").stdout
    assert json.loads(run("explain", "privacy", "--json").stdout)["key"] == "privacy"
