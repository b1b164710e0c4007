"""The terms of the report's headings, tables and notes are those of the glossary, in both languages."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
import yaml

from kadsurvey.language.glossary import UnknownTermError, term

# Texts that the report shows; the narrative's own are held in its folder.
CATALOGUES = ("parts", "tables", "validation", "agreement", "respondents", "screening", "figures")
SHORT = re.compile(r"(?<![\w{<-])[A-Z][A-Z0-9]+(?:-[A-Z]+)*(?![\w}>])")
# Programs, styles, file words, estimators and statistics whose notes say what they are.
NO_TERMS = frozenset(
    [
        *(
            "SPSS",
            "APA",
            "AIC",
            "BIC",
            "ML",
            "SD",
            "SE",
            "CI",
            "SK",
            "NGO",
            "LSM",
            "KAD",
            "SHA",
            "FILE",
            "BERKAS",
            "XLSX",
        ),
        *("DOCX", "HTML", "PDF", "CSV", "ID", "EN", "PP", "APBD", "UTC", "AD", "CR1S", "DFBETAS", "RESET"),
    ]
)
HEADINGS = (
    ("reliability", "reliabilitas"),
    ("validity", "validitas"),
    ("invariance", "invariansi pengukuran"),
    ("item", "butir"),
    ("missing answer", "jawaban hilang"),
    ("factor loading", "muatan faktor"),
    ("density", "kepadatan"),
    ("reciprocity of ties", "timbal balik relasi"),
    ("shrunken value", "nilai tersusut"),
)


@pytest.mark.parametrize("catalogue", CATALOGUES)
def test_short_names_are_in_the_glossary(catalogue):
    texts = yaml.safe_load(files("kadsurvey.language").joinpath("messages", f"{catalogue}.yaml").read_text("utf-8"))
    unknown = set()
    for words in texts.values():
        for text in words.values():
            for short in SHORT.findall(re.sub(r"\{[^}]*\}|`[^`]*`", "", text)):
                try:
                    term(short)
                except UnknownTermError:
                    unknown.add(short)
    assert not unknown - NO_TERMS


@pytest.mark.parametrize(("en", "indonesian"), HEADINGS)
def test_headings_use_the_words_of_the_glossary(en, indonesian):
    assert term(en) is term(indonesian)
