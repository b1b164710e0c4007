"""The works a report can cite: complete, as APA text and as BibTeX."""

from __future__ import annotations

import re

import pytest

from kadsurvey.language.glossary import terms
from kadsurvey.language.text import LANGUAGES
from kadsurvey.report.references import Reference, apa_text, bibtex, cited, load_references

NEEDED = {
    "article": {"author", "year", "title", "journal", "volume", "pages"},
    "book": {"author", "year", "title", "publisher"},
    "incollection": {"author", "year", "title", "editor", "booktitle", "pages", "publisher"},
    "misc": {"author", "year", "title"},
    "unpublished": {"author", "year", "title", "note"},
}
WORKS = load_references()


@pytest.fixture(params=sorted(WORKS))
def work(request: pytest.FixtureRequest) -> Reference:
    return WORKS[request.param]


def test_a_work_has_the_fields_of_its_kind(work: Reference) -> None:
    assert NEEDED[work.kind] <= set(work.fields)
    assert re.fullmatch(r"\d{4}", work.fields["year"])
    assert work.fields["year"] in work.key
    assert re.fullmatch(r"[a-z0-9_]+", work.key)


def test_a_line_of_a_reference_list(work: Reference) -> None:
    for lang in LANGUAGES:
        line = apa_text(work, lang)
        assert f"({work.fields['year']}). " in line
        assert line.endswith((".", "]."))
        assert line.count("*") in (2, 4)
        assert ".." not in line
        assert not set("{}") & set(line)


def test_every_source_of_the_glossary_is_a_work() -> None:
    lines = {apa_text(work, "en").replace("*", "").replace("–", "-") for work in WORKS.values()}
    for entry in terms():
        for source in entry.cite:
            if source.startswith(("Peraturan", "Undang")):
                assert any(source in line for line in lines), source
            else:
                assert any(_same(source, line) for line in lines), source


def _same(source: str, line: str) -> bool:
    """Whether two lines name one work: the same words of authors, year and title."""
    edition = r"\(\d+\w* ed\.\)|\(edisi[^)]*\)"
    first, second = (re.findall(r"\w+", re.sub(edition, "", text)) for text in (source, line))
    return first[:12] == second[:12]


@pytest.mark.parametrize(
    ("key", "en", "indonesian"),
    [
        (
            "bell2002",
            "Bell, R. M., & McCaffrey, D. F. (2002). Bias reduction in standard errors for linear regression with "
            "multi-stage samples. *Survey Methodology*, *28*(2), 169–181.",
            "Bell, R. M., & McCaffrey, D. F. (2002). Bias reduction in standard errors for linear regression with "
            "multi-stage samples. *Survey Methodology*, *28*(2), 169–181.",
        ),
        (
            "bliese2000",
            "Bliese, P. D. (2000). Within-group agreement, non-independence, and reliability. In K. J. Klein & "
            "S. W. J. Kozlowski (Eds.), *Multilevel theory, research, and methods in organizations* (pp. 349–381). "
            "Jossey-Bass.",
            "Bliese, P. D. (2000). Within-group agreement, non-independence, and reliability. Dalam K. J. Klein & "
            "S. W. J. Kozlowski (Ed.), *Multilevel theory, research, and methods in organizations* (hlm. 349–381). "
            "Jossey-Bass.",
        ),
        (
            "cohen1988",
            "Cohen, J. (1988). *Statistical power analysis for the behavioral sciences* (2nd ed.). Lawrence Erlbaum.",
            "Cohen, J. (1988). *Statistical power analysis for the behavioral sciences* (edisi ke-2). "
            "Lawrence Erlbaum.",
        ),
        (
            "groves2009",
            "Groves, R. M., et al. (2009). *Survey methodology* (2nd ed.). Wiley.",
            "Groves, R. M., et al. (2009). *Survey methodology* (edisi ke-2). Wiley.",
        ),
        (
            "zaheer1998",
            "Zaheer, A., McEvily, B., & Perrone, V. (1998). Does trust matter? *Organization Science*, *9*(2), "
            "141–159.",
            "Zaheer, A., McEvily, B., & Perrone, V. (1998). Does trust matter? *Organization Science*, *9*(2), "
            "141–159.",
        ),
    ],
)
def test_as_apa_has_it(key: str, en: str, indonesian: str) -> None:
    assert apa_text(WORKS[key], "en") == en
    assert apa_text(WORKS[key], "id") == indonesian


def test_works_are_cited_once_and_by_author() -> None:
    found = cited(["putnam1993", "bell2002", "putnam1993", "vonelm2007", "cohen1999", "cohen1988"])
    assert [work.key for work in found] == ["bell2002", "cohen1988", "cohen1999", "putnam1993", "vonelm2007"]


def test_an_unknown_key_is_a_fault_of_ours() -> None:
    with pytest.raises(KeyError, match="nobody1900"):
        cited(["nobody1900"])


def test_bibtex_is_balanced_and_escaped(work: Reference) -> None:
    entry = bibtex([work])
    assert entry.startswith(f"@{work.kind}{{{work.key},\n")
    assert entry.count("{") == entry.count("}")
    assert not re.search(r"(?<!\\)[&%#]", entry)


def test_bibtex_keeps_capitals_and_names_the_edition() -> None:
    entry = bibtex(cited(["cohen1988"]))
    assert "title = {{Statistical power analysis for the behavioral sciences}}," in entry
    assert "edition = {2nd}," in entry
