"""The terms that a text speaks of: whole words, the longest name, abbreviations as they are written."""

from __future__ import annotations

import pytest

from kadsurvey.language.glossary import terms
from kadsurvey.language.terms_in import _TOO_WIDE, terms_in
from kadsurvey.language.text import LANGUAGES


def keys(text: str, lang: str) -> list[str]:
    return [entry.key for entry in terms_in(text, lang)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("Ordinal alpha, then alpha, and alpha again", "en", ["ordinal_alpha", "alpha"]),
        ("Factor scores and FACTOR loadings", "en", ["factor_score", "loading"]),
        ("Muatan faktor, lalu faktor", "id", ["loading", "factor"]),
        ("MAP on a map", "en", ["map"]),
        ("a map, an ave, a cr", "en", []),
        ("AVE and CR", "en", ["ave", "composite_reliability"]),
        ("factorial, indexing, refactor", "en", []),
        ("ICC(1) and ICC(2)", "en", ["icc"]),
        ("p, z", "en", ["p_value", "z"]),
        ("df of the sample at this level", "en", []),
        ("", "en", []),
        ("Kepercayaan dan norma", "id", ["trust", "norm"]),
    ],
)
def test_terms_of_a_text(text: str, lang: str, expected: list[str]) -> None:
    assert keys(text, lang) == expected


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_term_is_found_by_its_own_name(lang: str) -> None:
    for entry in terms():
        assert entry.key in keys(entry.name[lang], lang)  # type: ignore[index]


def test_what_is_too_wide_is_still_looked_up() -> None:
    from kadsurvey.language.glossary import term

    assert all(term(word) for word in _TOO_WIDE)
