"""The words themselves: terms from the glossary, the same numbers in both languages, works that can be cited."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kadsurvey.language.glossary import UnknownTermError, term
from kadsurvey.language.text import Text, render
from kadsurvey.measurement.cutoffs import CUTOFFS, Cutoffs
from kadsurvey.report.document import Prose
from kadsurvey.report.narrative import claims, indices, limits, measurement, methods, regressions, survey
from kadsurvey.report.narrative.material import Material
from kadsurvey.report.narrative.words import clauses, listed, rule_cites, term_words, variable_words
from kadsurvey.report.references import load_references
from tests.report.narrative.stated import numbers
from tests.yaml_keys import texts

PACKAGE = Path(__file__).parents[3] / "kadsurvey"
CATALOGUE = texts(PACKAGE / "language" / "messages" / "narrative.yaml")
SHORT = re.compile(r"\b(?:[A-Z]{2,}\d?|ICC\(\d\))(?![\w-])")
# Not terms: organisations, laws, names of standards and programs, and words of the questionnaire.
VERSIONED = ("narrative.methods_instrument", "narrative.methods_software")
NO_TERMS = {"NGO", "NGOs", "LSM", "APA", "JARS", "STROBE", "UU", "HTML", "CI", "SK"}
TERMS = [
    ("polychoric correlation", "korelasi polikorik"), ("factor score", "skor faktor"), ("slope", "kemiringan"),
    ("confidence interval", "selang kepercayaan"), ("alpha", "alfa"), ("ordinal alpha", "alfa ordinal"),
    ("composite reliability", "reliabilitas komposit"), ("permutation test", "uji permutasi"),
    ("wild cluster bootstrap", "bootstrap klaster liar"), ("corrected slope", "kemiringan terkoreksi"),
    ("parallel analysis", "analisis paralel"), ("league table", "peringkat lembaga"), ("r tabel", "r tabel"),
    ("missing answer", "jawaban hilang"), ("marker variable", "variabel penanda"), ("census", "sensus"),
    ("reverse causation", "sebab-akibat terbalik"), ("ecological fallacy", "kekeliruan ekologis"),
    ("cross-sector ties", "hubungan lintas sektor"), ("specification curve", "kurva spesifikasi"),
    ("shrunken value", "nilai tersusut"), ("path diagram", "diagram jalur"), ("screening", "saringan"),
    ("small-cell suppression", "penyembunyian sel kecil"), ("standard error", "galat baku"),
    ("loading", "muatan faktor"),
    ("invariance", "invariansi"), ("seed", "benih acak"), ("degrees of freedom", "derajat bebas"),
    ("variance inflation", "faktor inflasi varians"), ("same-source bias", "bias sumber yang sama"),
    ("index", "indeks"), ("smallest detectable effect", "efek terkecil yang terdeteksi"),
]  # fmt: skip


def all_prose(material: Material) -> list[Prose]:
    instrument, validation = material.instrument, material.validation
    assert validation is not None
    assert material.views is not None
    assert material.indices is not None
    found: list[Prose | None] = [*methods.methods(material), survey.sample(material.screening)]
    found += [survey.missing_answers(validation, instrument), measurement.item_validity(validation)]
    found += [measurement.reliability(validation, instrument), measurement.suitability(validation)]
    found += [measurement.factors(validation), measurement.model_fit(validation, instrument)]
    found += [measurement.convergent_validity(validation, instrument)]
    found += [measurement.discriminant_validity(validation, instrument)]
    found += [indices.aggregation(material.views, instrument), indices.bodies(material.indices, instrument)]
    found += [indices.groups(material.views, instrument, material.invariance)]
    assert material.invariance is not None
    found += [measurement.invariance(material.invariance, instrument)]
    for analysis in material.analyses:
        found += [regressions.regression(analysis, instrument), regressions.corrected(analysis, instrument)]
        found += [regressions.robustness(analysis, instrument), regressions.assumptions(analysis, instrument)]
    found += [*claims.claims(material.analyses, instrument, goals=material.goals), *limits.limits(material)]
    return [prose for prose in found if prose is not None]


def test_both_languages_state_the_same_numbers(material: Material) -> None:
    for prose in all_prose(material):
        for sentence in prose.sentences:
            # Versions are no numbers: 1.0 and 3.11 keep their points.
            if isinstance(sentence, Text) and sentence.code in VERSIONED:
                continue
            assert sorted(numbers(sentence, "en")) == sorted(numbers(sentence, "id")), render(sentence, "id")


def test_every_work_that_is_named_is_cited(material: Material) -> None:
    works = load_references()
    for prose in all_prose(material):
        assert set(prose.cites) <= set(works)
        years = {works[key].fields["year"] for key in prose.cites}
        families = {works[key].fields["author"].split(",")[0] for key in prose.cites}
        said = " ".join(render(sentence, "en") for sentence in prose.sentences)
        # Rules name their source in the table of cut-offs and stand without a comma before the year.
        for named in re.findall(r"\(([^()]*, \d{4}[^()]*)\)", said):
            for one in filter(re.compile(r"\d{4}").search, named.split(";")):
                family, year = re.split(r"[ ,&]", one.strip())[0], one.strip()[-4:]
                assert year in years, (named, prose.cites)
                assert any(name.startswith(family) or family in name for name in families), (named, prose.cites)


def test_short_names_are_in_the_glossary() -> None:
    unknown = set()
    for words in CATALOGUE.values():
        for text in words.values():
            for short in SHORT.findall(re.sub(r"\{[^}]*\}", "", text)):
                try:
                    term(short)
                except UnknownTermError:
                    unknown.add(short)
    assert unknown <= NO_TERMS


@pytest.mark.parametrize(("en", "indonesian"), TERMS)
def test_terms_are_those_of_the_glossary(en: str, indonesian: str) -> None:
    assert term(en) is term(indonesian)


def test_the_sources_of_rules_can_be_cited() -> None:
    for alpha in (0.60, 0.70, 0.80, 0.71):
        rules = Cutoffs(alpha=alpha, htmt=0.90, rmsea=0.05, loading=0.70)
        found = rule_cites(rules, *CUTOFFS)  # type: ignore[arg-type]
        assert set(found) <= set(load_references())
        assert {"browne1992", "azwar2012", "henseler2015"} <= set(found)


def test_lists() -> None:
    assert render(listed([]), "en") == ""
    assert render(listed(["a"]), "en") == "a"
    assert render(listed(["a", "b"]), "id") == "a dan b"
    assert render(listed(["a", "b", "c"]), "en") == "a, b and c"
    assert render(listed(["a", "b", "c"]), "id") == "a, b, dan c"
    assert render(clauses(["a, b", "c"]), "en") == "a, b; c"


def test_names_of_terms(material: Material) -> None:
    instrument = material.instrument
    assert render(term_words(instrument, "trust_between"), "en") == "trust (between bodies)"
    assert render(term_words(instrument, "trust_within"), "id") == "kepercayaan (dalam lembaga)"
    assert render(term_words(instrument, "group[official]"), "id") == "kelompok responden: pejabat"
    assert render(term_words(instrument, "trust:network"), "en") == "trust times network"
    assert render(term_words(instrument, "ngo_seats"), "id") == "'Jumlah kursi LSM'"
    assert render(term_words(instrument, "service[air_minum]"), "en") == "'Service': air_minum"
    assert render(variable_words(instrument, "roster_density"), "id") == "kepadatan jaringan"
    assert render(variable_words(instrument, "roster_density_trust"), "en") == "roster_density_trust"
    assert isinstance(variable_words(instrument, "ngo_seats"), Text)
