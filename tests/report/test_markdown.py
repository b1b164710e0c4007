"""A report as Markdown, read back with another program: the same cells, nothing of the data as markup."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from kadsurvey.language.text import LANGUAGES, render
from kadsurvey.report.cells import text_in
from kadsurvey.report.references import apa_text
from kadsurvey.report.writers.markdown import write_markdown
from tests.report.documents import DOCUMENT, MARKUP, pictures


@pytest.fixture(scope="module", params=LANGUAGES)
def lang(request):
    return request.param


@pytest.fixture(scope="module")
def text(lang, tmp_path_factory):
    path = tmp_path_factory.mktemp("markdown") / "report.md"
    write_markdown(DOCUMENT, path, lang=lang, pictures=pictures(DOCUMENT, lang), suffix=f"-{lang}")
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def tokens(text):
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)


def words(inline):
    return "".join(token.content for token in inline.children if token.type in ("text", "text_special"))


def tables_of(tokens):
    tables = []
    for place, token in enumerate(tokens):
        if token.type == "table_open":
            tables.append([])
        elif token.type == "tr_open":
            tables[-1].append([])
        elif token.type in ("th_open", "td_open"):
            tables[-1][-1].append(tokens[place + 1])
    return tables


def paragraphs(tokens):
    return [words(tokens[place + 1]) for place, token in enumerate(tokens) if token.type == "paragraph_open"]


def test_every_cell_is_the_text_of_the_other_formats(tokens, lang):
    found = tables_of(tokens)
    for lines, table in zip(found, DOCUMENT.tables(), strict=True):
        groups = {render(row.group, lang) for row in table.rows if row.group is not None}
        shown = [[words(cell) for cell in line] for line in lines[1:]]
        rows = [line for line in shown if not (line[0] in groups and not any(line[1:]))]
        assert len(shown) == len(rows) + len(groups)
        expected = [[" ".join(text_in(row, column, lang).split()) for column in table.columns] for row in table.rows]
        assert rows == expected


def test_headings_stand_under_their_spanners(tokens, lang):
    heads = [[words(cell) for cell in table[0]] for table in tables_of(tokens)]
    assert heads[0][3] == ("95% CI: low" if lang == "en" else "95% CI: bawah")
    assert heads[2][:3] == ["", "Model 1: B", "Model 1: beta"]


def test_numbers_stand_right_and_groups_bold(tokens):
    (_, loadings, _) = tables_of(tokens)
    places = [token.attrs.get("style") for token in tokens if token.type == "th_open"]
    assert places[:3] == ["text-align:left", "text-align:right", "text-align:right"]
    assert loadings[1][0].content == "**Trust**"
    assert loadings[4][1].content.startswith("**")


def test_nothing_of_the_data_is_markup(tokens, text):
    kinds = {child.type for token in tokens if token.type == "inline" for child in token.children}
    pairs = {f"{kind}_{end}" for kind in ("strong", "em", "link") for end in ("open", "close")}
    assert kinds <= {"text", "text_special", "image"} | pairs
    assert not {token.type for token in tokens} & {"html_block", "code_block", "fence", "ordered_list_open"}
    assert r"\$g\$" in text
    assert [token.tag for token in tokens if token.type == "heading_open"] == ["h1", "h2", "h2", "h2", "h2"]


def test_prose_names_its_tables_and_figures(tokens, lang):
    names = "(Table 1, Figure 1)" if lang == "en" else "(Tabel 1, Gambar 1)"
    assert any(line.endswith(f"{MARKUP} {names}") for line in paragraphs(tokens))
    assert "# A slope is not a cause." in paragraphs(tokens)
    assert "1. kadsurvey" in paragraphs(tokens)


def test_captions_notes_reasons_and_references_are_whole(tokens, lang):
    found = paragraphs(tokens)
    name, note = ("Table", "Note.") if lang == "en" else ("Tabel", "Catatan.")
    for number, table in enumerate(DOCUMENT.tables(), start=1):
        assert f"{name} {number}. {render(table.title, lang)}" in found
        for place, words_of_note in enumerate(table.notes):
            assert (f"{note} " if place == 0 else "") + render(words_of_note, lang) in found
    assert any(line.startswith("Left out: " if lang == "en" else "Tidak dimuat: ") for line in found)
    assert apa_text(DOCUMENT.references[0], lang).replace("*", "") in found


def test_figures_are_files_with_their_words(tokens, lang):
    images = [child for token in tokens if token.type == "inline" for child in token.children if child.type == "image"]
    assert [image.attrs["src"] for image in images] == [f"figures/bars-{lang}.png", f"figures/slopes-{lang}.png"]
    for image, figure in zip(images, DOCUMENT.figures(), strict=True):
        assert words(image) == render(figure.alt, lang)


def test_contents_lead_to_the_headings(text):
    assert "](#3-trust-and-cost-efficiency)" in text or "](#3-kepercayaan-dan-efisiensi-biaya)" in text


def test_a_figure_without_a_picture_is_an_error(tmp_path):
    with pytest.raises(KeyError, match="bars"):
        write_markdown(DOCUMENT, tmp_path / "a.md", lang="en", pictures={})
