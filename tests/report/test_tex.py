"""The report as LaTeX: its signs escaped, its references answered; compiled where TeX is installed."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from kadsurvey.language.text import LANGUAGES
from kadsurvey.report.cells import text_in
from kadsurvey.report.document import Document, Part, Prose
from kadsurvey.report.writers.tex import write_tex
from kadsurvey.report.writers.tex_text import _IN_FACE, _KNOWN, tex_italics, tex_text
from tests.report.documents import DOCUMENT, pictures
from tests.report.hostile import HOSTILE, numbers, pdf_text

needs_tex = pytest.mark.skipif(not (shutil.which("pdflatex") and shutil.which("pdftotext")), reason="needs TeX")


def has_class(name):
    found = shutil.which("kpsewhich")
    return bool(found) and subprocess.run([found, f"{name}.cls"], capture_output=True, check=False).returncode == 0


def written(document, folder, lang="en", style="article"):
    path = folder / "report.tex"
    drawn = pictures(document, lang)
    (folder / "figures").mkdir(exist_ok=True)
    for key, picture in drawn.items():
        (folder / "figures" / f"{key}-{lang}.png").write_bytes(picture.png)
    write_tex(document, path, lang=lang, pictures=drawn, suffix=f"-{lang}", style=style)
    return path


def compiled(path):
    """Return the text of the PDF and the log of the second run."""
    for _ in range(2):
        done = subprocess.run(
            ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", path.name],
            cwd=path.parent, capture_output=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout.decode("utf-8", "replace")[-2000:]
    return pdf_text(path.with_suffix(".pdf")), path.with_suffix(".log").read_text(encoding="utf-8", errors="replace")


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        (r"\a{b}", r"\textbackslash{}a\{b\}"),
        ("50% & $3 #1 a_b", r"50\% \& \$3 \#1 a\_b"),
        ("a\n\nb", "a b"),
        ("α ≥ 0,70", r"\ensuremath{\alpha} \ensuremath{\geq} 0,70"),
        ("ế ﬁ", "e fi"),
        ("中", "U+4E2D"),
        ("a\x00\ud800", "aU+0000U+D800"),
        ("--", r"-{}-{}"),
    ],
)
def test_signs_of_tex_are_signs(text, escaped):
    assert tex_text(text) == escaped


def test_asterisks_of_a_reference_are_its_italics():
    assert tex_italics("A & B (1993). *Making 1% work*. X") == r"A \& B (1993). \emph{Making 1\% work}. X"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_reference_in_the_text_has_its_label(tmp_path, lang):
    text = written(DOCUMENT, tmp_path, lang).read_text(encoding="utf-8")
    labels = re.findall(r"\\label\{([^}]*)\}", text)
    assert len(labels) == len(set(labels))
    assert set(re.findall(r"\\ref\{([^}]*)\}", text)) == {"table:reliability", "figure:bars"}
    assert set(re.findall(r"\\ref\{([^}]*)\}", text)) <= set(labels)
    assert re.findall(r"\\bibitem\{([^}]*)\}", text) == re.findall(r"\\nocite\{([^}]*)\}", text) == ["putnam1993"]
    assert {"en": r"Table~\ref{", "id": r"Tabel~\ref{"}[lang] in text


def test_the_same_report_gives_the_same_bytes(tmp_path):
    assert written(DOCUMENT, tmp_path).read_bytes() == written(DOCUMENT, tmp_path).read_bytes()


def test_a_figure_without_its_picture_is_an_error(tmp_path):
    with pytest.raises(KeyError, match="bars"):
        write_tex(DOCUMENT, tmp_path / "r.tex", lang="en", pictures={})


@needs_tex
@pytest.mark.parametrize("style", ["article", "apa7"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_compiles_and_shows_every_number(tmp_path, lang, style):
    if not has_class(style):
        pytest.skip(f"needs the class {style}")
    text, log = compiled(written(DOCUMENT, tmp_path, lang, style))
    shown = numbers(DOCUMENT, lambda row, column: text_in(row, column, lang))
    words = set(text.split())
    assert not {number for number in shown if not set(number.split()) <= words}
    assert "undefined" not in log
    assert not re.findall(r"Overfull \\hbox .*in alignment", log)


@needs_tex
def test_hostile_text_compiles(tmp_path):
    text, _ = compiled(written(HOSTILE, tmp_path))
    assert r"\input{x} 100% $x_1^2$ & #1" in " ".join(text.split())


@needs_tex
def test_every_sign_that_is_let_through_compiles(tmp_path):
    signs = [*map(chr, range(32, 127)), *sorted(_IN_FACE), *_KNOWN]
    document = Document("t", (), (Part("a", "A", (Prose(("x " + " x ".join(signs),)),)),))
    text, log = compiled(written(document, tmp_path))
    assert "not set up" not in log
    # Eth and the D with a stroke are one sign of the face.
    assert {sign for sign in _IN_FACE if sign not in text} <= {"Đ"}
