"""The whole report of the sample study: every number the same in every format, every table as it looked before."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import docx
import lxml.html
import openpyxl
import pytest
from markdown_it import MarkdownIt

from kadsurvey._resources import bundled
from kadsurvey.language.glossary import terms
from kadsurvey.language.terms_in import terms_in
from kadsurvey.language.text import LANGUAGES, Text, render
from kadsurvey.report.assembly import report_document
from kadsurvey.report.cells import text_in
from kadsurvey.report.document import Prose
from kadsurvey.report.table import Table
from kadsurvey.report.writers.report import STEMS, write_report
from kadsurvey.report.writers.tex_text import tex_text
from kadsurvey.reporting import Steps, gather, said_in_manifest
from kadsurvey.study import Study

pytestmark = pytest.mark.xdist_group("report")

DIGITS = 12
"""After the first: openpyxl writes sixteen in all, of which the last ones may differ."""
FORMATS = ("xlsx", "docx", "html", "tex", "md")
PARTS = (
    "flow", "respondents", "profile", "missing", "items", "item_validity", "reliability", "suitability", "factors",
    "convergent", "discriminant", "invariance", "aggregation", "indices", "network", "correlations", "assumptions",
    "regressions", "robustness", "claims", "limits", "methods", "reproduction", "checklist",
)  # fmt: skip

NOT_BY_NAME = {
    *("shrunken_value", "heywood", "path_diagram", "design_effect", "level_of_analysis", "hc3", "cr3", "reml"),
    *("wild_bootstrap", "marginal_effect", "reciprocity", "centralisation", "betweenness", "constraint", "qap"),
}
"""Terms that stand in a part under a shorter word, or in reports of other designs than the sample study's."""


@pytest.fixture(scope="module")
def study(tmp_path_factory) -> Study:
    folder = tmp_path_factory.mktemp("report") / "study"
    shutil.copytree(bundled("sample_data"), folder)
    return Study.open(folder)


@pytest.fixture(scope="module")
def steps():
    return Steps()


@pytest.fixture(scope="module")
def inputs(study, steps):
    return gather(study, study.settings.models, command="kadsurvey report", stars=False, steps=steps)


@pytest.fixture(scope="module")
def document(inputs):
    return report_document(inputs)


@pytest.fixture(scope="module")
def told():
    return []


@pytest.fixture(scope="module")
def folder(document, inputs, study, steps, told, tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("written")
    write_report(
        document,
        place,
        formats=FORMATS,
        about={"report": said_in_manifest(inputs.reproduction, study.settings, steps)},
        progress=lambda label, done, total: told.append((render(label, "en"), done, total)),
    )
    return place


@pytest.fixture(params=LANGUAGES)
def lang(request):
    return request.param


def _rows(document, lang):
    """Return the texts of each table's rows, blanks as one."""
    return [
        [[" ".join(text_in(row, column, lang).split()) for column in table.columns] for row in table.rows]
        for table in document.tables()
    ]


def _inside(wanted, shown):
    """Whether rows stand in this order among others, such as headings of groups."""
    left = iter(shown)
    return all(any(row == other for other in left) for row in wanted)


def test_the_parts_stand_in_the_order_of_the_field(document):
    assert tuple(part.key for part in document.parts) == PARTS
    assert all((part.blocks == ()) == (part.absent is not None) for part in document.parts)


def test_keys_are_used_once_and_paragraphs_speak_of_what_is_there(document):
    keys = [block.key for block in (*document.tables(), *document.figures())]
    assert len(keys) == len(set(keys))
    prose = [block for part in document.parts for block in part.blocks if isinstance(block, Prose)]
    assert {key for block in prose for key in block.refers} <= set(keys)
    assert {key for block in prose for key in block.cites} == {work.key for work in document.references}


def test_the_glossary_says_where_a_term_stands(document):
    said = {part.key: {entry.key for lang in LANGUAGES for entry in terms_in(words_of(part, lang), lang)}
            for part in document.parts}  # fmt: skip
    lacking = {entry.key for entry in terms() for place in entry.where if entry.key not in said.get(place, {entry.key})}
    assert lacking == NOT_BY_NAME


def words_of(part, lang):
    words = [part.title]
    for block in part.blocks:
        if isinstance(block, Prose):
            words += block.sentences
            continue
        words += [block.title, *block.notes]
        if isinstance(block, Table):
            words += [label for column in block.columns for label in (column.label, column.spanner) if label]
            words += [value for row in block.rows for value in row.values.values() if isinstance(value, Text)]
    return "\n".join(render(label, lang) for label in words)


def test_html_shows_every_cell(document, folder, lang):
    page = lxml.html.parse(folder / f"{STEMS[lang]}.html")
    shown = [
        [[" ".join(cell.text_content().split()) for cell in line.iter("th", "td")] for line in table.iter("tr")]
        for table in page.getroot().iter("table")
    ]
    assert all(_inside(wanted, found) for wanted, found in zip(_rows(document, lang), shown, strict=True))


def test_word_shows_every_cell(document, folder, lang):
    found = docx.Document(folder / f"{STEMS[lang]}.docx").tables
    for wanted, table in zip(_rows(document, lang), found, strict=True):
        shown = [[" ".join(docx.table._Cell(cell, None).text.split()) for cell in row._tr.tc_lst] for row in table.rows]
        assert _inside(wanted, shown)


def test_markdown_shows_every_cell(document, folder, lang):
    text = (folder / f"{STEMS[lang]}.md").read_text(encoding="utf-8")
    tables = []
    tokens = MarkdownIt("commonmark").enable(["table"]).parse(text)
    for place, token in enumerate(tokens):
        if token.type == "table_open":
            tables.append([])
        elif token.type == "tr_open":
            tables[-1].append([])
        elif token.type in ("th_open", "td_open"):
            words = [part.content for part in tokens[place + 1].children if part.type in ("text", "text_special")]
            tables[-1][-1].append(" ".join("".join(words).split()))
    assert all(_inside(wanted, found) for wanted, found in zip(_rows(document, lang), tables, strict=True))


def test_latex_holds_every_number(document, folder, lang):
    text = (folder / f"{STEMS[lang]}.tex").read_text(encoding="utf-8")
    numbers = {
        cell for rows in _rows(document, lang) for row in rows for cell in row if re.fullmatch(r"[-(]?[\d.,]+\)?", cell)
    }
    assert len(numbers) > 500
    assert not {number for number in numbers if tex_text(number) not in text}


def test_the_workbook_holds_every_number_unrounded(document, folder, lang):
    book = openpyxl.load_workbook(folder / f"{STEMS[lang]}.xlsx")
    held = {
        cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
    }
    wanted = {
        row.values[column.key]
        for table in document.tables()
        for row in table.rows
        for column in table.columns
        if isinstance(row.values.get(column.key), int | float) and row.values[column.key] == row.values[column.key]
    }
    known = {f"{value:.{DIGITS}e}" for value in held}
    assert len(wanted) > 500
    assert not {value for value in wanted if f"{value:.{DIGITS}e}" not in known and abs(value) != float("inf")}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_tables_look_as_they_did(document, lang, snapshot):
    """Titles, headings, rows and notes in both languages; digits as 0, as numbers are held against R elsewhere."""
    lines = []
    for table in document.tables():
        lines.append(f"# {table.key}: {render(table.title, lang)}")
        labels = [[label for label in (column.spanner, column.label) if label] for column in table.columns]
        heads = [" / ".join(render(label, lang) for label in both) for both in labels]
        lines.append(" | ".join(heads))
        for row in table.rows[:6]:
            lines.append(" | ".join(text_in(row, column, lang) for column in table.columns))
        lines += [f"  {render(note, lang)}" for note in table.notes]
    masked = re.sub(r"\d+", "0", re.sub(r"KAD Sintetis \w+", "KAD", "\n".join(lines)))
    assert re.sub(r"[-−]0", "0", masked) == snapshot


def test_invented_data_are_called_so(folder, lang):
    for kind in ("html", "tex", "md"):
        assert "SYNTHETIC (SINTETIS)" in (folder / f"{STEMS[lang]}.{kind}").read_text(encoding="utf-8")


def test_the_manifest_says_how_to_make_it_again(folder, study, steps):
    found = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    about = found["report"]
    assert about["seed"] == 1
    assert set(about["inputs"]) == {path.name for path in study.settings.files()}
    assert all(re.fullmatch(r"[0-9a-f]{64}", digest) for digest in about["inputs"].values())
    assert set(about["seconds"]) == set(steps.seconds)
    assert {"kadsurvey", "Python", "numpy", "pandas", "scipy"} <= set(about["versions"])
    assert str(study.settings.folder) not in json.dumps(found)
    assert {f"{STEMS[lang]}.{kind}" for lang in LANGUAGES for kind in FORMATS} <= set(found["files"])


def test_no_file_names_a_folder_or_a_respondent(folder, study):
    names = [str(study.settings.folder), *study.responses.data.index[:50].astype(str)]
    for path in folder.rglob("*"):
        if path.suffix in (".html", ".tex", ".md", ".json", ".bib", ".svg"):
            text = path.read_text(encoding="utf-8")
            assert not [name for name in names if re.search(rf"\b{re.escape(name)}\b", text)], path.name


def test_the_same_study_gives_the_same_files(document, folder, tmp_path):
    write_report(document, tmp_path, formats=FORMATS, languages=("id",))
    for path in sorted(tmp_path.rglob("*")):
        if path.is_file() and path.name != "manifest.json":
            assert path.read_bytes() == (folder / path.relative_to(tmp_path)).read_bytes(), path.name


def test_progress_counts_every_step(folder, told, document):
    n_figures = len(list(document.figures()))
    assert len(told) == 2 * n_figures + 2 * len(FORMATS)
    assert [done for _, done, _ in told] == list(range(len(told)))
    assert {total for *_, total in told} == {len(told)}
    assert folder.is_dir()
