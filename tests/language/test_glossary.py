"""The glossary: complete in both languages, every rule of thumb with its source, every term found by its names."""

from __future__ import annotations

import re

import pytest

from kadsurvey.language.glossary import Term, UnknownTermError, search, term, terms
from kadsurvey.language.text import LANGUAGES

MAX_WORDS = 60
AUTHOR = re.compile(r"[A-Z][\w'-]+(?=[ ,&(]|$)")

ASKED_FOR = [
    "item", "scale", "construct", "reversed item", "body", "member", "respondent", "group", "index", "z", "POMP",
    "0-100", "factor", "loading", "communality", "uniqueness", "threshold", "polychoric correlation", "factor score",
    "alpha", "ordinal alpha", "omega", "KMO", "Bartlett", "parallel analysis", "MAP", "item-rest correlation",
    "missing answer", "cluster", "ICC", "CR2", "HC2", "Satterthwaite df", "p value", "confidence interval",
    "standard error", "smallest detectable effect", "level of analysis", "unit of analysis", "ecological",
    "within-between", "cost efficiency", "suppression", "min-cell", "pseudonym", "seed", "eigenvalue", "R2",
    "adjusted R2", "VIF",
]  # fmt: skip


@pytest.fixture(params=terms(), ids=lambda entry: entry.key)
def entry(request: pytest.FixtureRequest) -> Term:
    found: Term = request.param
    return found


def test_complete_in_both_languages(entry: Term) -> None:
    for words in (entry.name, entry.meaning, entry.not_, *(rule.value for rule in entry.rules)):
        assert words is None or all(words[lang].strip() for lang in LANGUAGES)


def test_meaning_is_short_and_a_sentence(entry: Term) -> None:
    for lang in LANGUAGES:
        assert entry.meaning[lang].endswith(".")
        assert len(entry.meaning[lang].split()) <= MAX_WORDS


def test_cites_something_with_a_year(entry: Term) -> None:
    assert entry.cite
    assert all(re.search(r"\b(19|20)\d\d\b", source) or "RFC" in source for source in entry.cite)


def test_every_rule_names_a_cited_source(entry: Term) -> None:
    cited = " ".join(entry.cite)
    for rule in entry.rules:
        year = re.search(r"(19|20)\d\d", rule.source)
        own = rule.source.startswith("This program's")
        assert own or (year is not None and year[0] in cited)
        assert own or any(name in cited for name in AUTHOR.findall(rule.source))


def test_decimal_sign_of_the_language(entry: Term) -> None:
    for rule in entry.rules:
        assert not re.search(r"\d,\d", rule.value["en"])
        assert not re.search(r"(?<!\d)\.\d", rule.value["id"])


def test_no_name_stands_for_two_terms() -> None:
    for entry in terms():
        assert all(term(name) is entry for name in entry.names())


@pytest.mark.parametrize("word", ["muatan faktor", "Muatan  Faktor", "MUATAN-FAKTOR", "factor loading", "loading"])
def test_found_by_any_name(word: str) -> None:
    assert term(word).key == "loading"


def test_unknown_word_names_the_nearest() -> None:
    with pytest.raises(UnknownTermError) as caught:
        term("comunality")
    assert caught.value.near[0] == "communality"


def test_unknown_word_like_no_other() -> None:
    with pytest.raises(UnknownTermError) as caught:
        term("xyzzyq")
    assert caught.value.near == ()


def test_search_puts_names_before_meanings() -> None:
    found = [entry.key for entry in search("korelasi", "id")]
    assert found[:2] == ["polychoric", "item_rest"]
    assert "kmo" in found
    assert found.index("icc") < found.index("kmo")


def test_search_for_nothing_known_is_empty() -> None:
    assert search("xyzzyq", "en") == ()


@pytest.mark.parametrize("word", ASKED_FOR)
def test_terms_in_use_are_found(word: str) -> None:
    assert any(word.casefold() in name.replace("_", " ").casefold() for name in term(word).names())
