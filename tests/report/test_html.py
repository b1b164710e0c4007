"""The page of a report: every cell as the other formats show it, nothing of the data as markup, names used once."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import lxml.html
import pytest
from matplotlib import rc_context
from matplotlib.figure import Figure

from kadsurvey.language.text import LANGUAGES, render
from kadsurvey.report.cells import text_in
from kadsurvey.report.document import Document, Part, Prose
from kadsurvey.report.references import apa_text
from kadsurvey.report.table import Column, Row, Table
from kadsurvey.report.writers.html import write_html
from kadsurvey.report.writers.html_svg import inline_svg
from kadsurvey.report.writers.html_table import table_html
from tests.report.documents import DOCUMENT, MARKUP, pictures


def written(document, folder, lang):
    path = folder / f"report-{lang}.html"
    write_html(document, path, lang=lang, pictures=pictures(document, lang))
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module", params=LANGUAGES)
def lang(request):
    return request.param


@pytest.fixture(scope="module")
def page(lang, tmp_path_factory):
    return lxml.html.document_fromstring(written(DOCUMENT, tmp_path_factory.mktemp("html"), lang))


def words(element):
    return " ".join(element.text_content().split())


def rows_of_cells(page, table):
    return page.xpath(f"//*[@id='table-{table.key}']//tbody/tr[not(@class='group')]")


def test_every_cell_is_the_text_of_the_other_formats(page, lang):
    for table in DOCUMENT.tables():
        shown = [[cell.text_content() for cell in row] for row in rows_of_cells(page, table)]
        assert shown == [[text_in(row, column, lang) for column in table.columns] for row in table.rows]


def test_titles_notes_and_prose_are_whole(page, lang):
    assert page.get("lang") == lang
    assert words(page.find(".//h1")) == render(DOCUMENT.title, lang) == page.findtext(".//title")
    for number, table in enumerate(DOCUMENT.tables(), start=1):
        inside = page.get_element_by_id(f"table-{table.key}")
        name = f"{'Table' if lang == 'en' else 'Tabel'} {number}"
        assert words(inside.find(".//caption")) == f"{name} {render(table.title, lang)}"
        notes = " ".join(words(note) for note in inside.xpath(".//*[@class='notes']/p"))
        lead = "Note. " if lang == "en" else "Catatan. "
        assert notes == (lead + " ".join(render(note, lang) for note in table.notes) if table.notes else "")
    prose = page.xpath("//section[@id='part-quality']/p")[0]
    references = "(Table 1, Figure 1)" if lang == "en" else "(Tabel 1, Gambar 1)"
    assert words(prose).endswith(f"{MARKUP} {references}")
    assert [link.get("href") for link in prose.iter("a")] == ["#table-reliability", "#figure-bars"]


def test_headings_name_their_cells(page):
    heads = {key: page.xpath(f"//*[@id='table-{key}']//thead/tr") for key in ("reliability", "regression")}
    spans = [(cell.text_content(), cell.get("colspan")) for cell in heads["reliability"][0] if cell.get("colspan")]
    assert spans == [("95% CI", "2")]
    assert [cell.get("rowspan") for cell in heads["reliability"][0]] == ["2", "2", "2", None, "2", "2"]
    assert len(heads["regression"][1]) == 4
    for row in page.xpath("//thead/tr"):
        for cell in row:
            scope = "colgroup" if cell.get("colspan") else "col"
            assert (cell.tag, cell.get("scope")) == (("th", scope) if cell.text_content() else ("td", None))
    groups = page.xpath("//*[@id='table-loadings']//tbody/tr[@class='group']/th")
    assert [(cell.get("scope"), cell.get("colspan")) for cell in groups] == [("rowgroup", "4")] * 2
    assert [len(body) for body in page.xpath("//*[@id='table-loadings']//tbody")] == [4, 3, 1]
    assert {cell.get("scope") for cell in page.xpath("//tbody/tr[not(@class='group')]/th")} == {"row"}


def test_values_to_sort_by_are_whole_and_what_is_missing_has_none(page):
    first, second, _ = rows_of_cells(page, DOCUMENT.parts[0].blocks[1])
    assert [cell.get("data-value") for cell in first] == [None, "1250", "0.84", "0.81", "0.87", "0.0001", None]
    assert [cell.get("data-value") for cell in second][3:5] == ["", ""]


def test_rows_of_another_kind_stay_with_the_row_above(page):
    kinds = [row.get("class") for row in rows_of_cells(page, DOCUMENT.parts[2].blocks[2])]
    assert kinds == [None, "below", None, "below", None, "below", None]
    assert page.xpath("//table/@data-order") == ["fixed"]


def test_what_stands_out_is_marked(page):
    cells = page.xpath("//*[@id='table-reliability']//tr[contains(@class, 'strong')]/*")
    assert [cell.find("mark") is not None for cell in cells] == [False, False, True, *[False] * 4]
    tints = {
        words(cell): (cell.get("class"), cell.get("style"))
        for cell in page.xpath("//*[@id='table-loadings']//*[@style]")
    }
    by_digits = {text.lstrip("-.,"): tint for text, tint in tints.items()}
    assert by_digits["99"] == ("n high", "--heat:0.99")
    assert by_digits["98"] == ("n low", "--heat:0.98")


def test_names_are_used_once_and_links_lead_somewhere(page):
    names = page.xpath("//@id")
    assert len(names) == len(set(names))
    for target in page.xpath("//*[starts-with(@href, '#')]/@href"):
        assert target[1:] in names
    for listed in page.xpath("//@aria-labelledby | //@aria-describedby"):
        assert set(listed.split()) <= set(names)
    for used in re.findall(r"url\(([^)]*)\)", lxml.html.tostring(page, encoding="unicode")):
        assert used.removeprefix("#") in names


def test_nothing_of_the_data_is_markup_and_nothing_is_fetched(page):
    assert len(page.xpath("//script")) == 1
    assert not page.xpath("//*[local-name()='metadata' or local-name()='foreignObject']")
    assert not [key for element in page.iter() for key in element.attrib if key.startswith("on")]
    assert not page.xpath("//@src | //link[@rel='stylesheet'] | //base")
    outside = [href for href in page.xpath("//@href") if not href.startswith("#")]
    assert outside == ["data:,"]
    policy = page.xpath("//meta[@http-equiv]/@content")[0]
    assert "default-src 'none'" in policy


def test_a_figure_says_what_it_shows(page, lang):
    drawings = page.xpath("//figure//*[local-name()='svg']")
    assert [drawing.get("role") for drawing in drawings] == ["img", "img"]
    for drawing, figure in zip(drawings, DOCUMENT.figures(), strict=True):
        assert drawing.get("aria-label") == render(figure.alt, lang)
        assert drawing.xpath(".//*[local-name()='title']")
        assert drawing.get("width") is None
    captions = [words(caption) for caption in page.xpath("//figcaption")]
    first = (
        "Figure 1 Indices of the bodies: bars Note." if lang == "en" else "Gambar 1 Indeks per lembaga: bars Catatan."
    )
    assert captions[0].startswith(first)


def test_an_absent_part_gives_its_reason(page, lang):
    part = page.get_element_by_id("part-network")
    reason = "Left out: no ties" if lang == "en" else "Tidak dimuat: data jejaring"
    assert words(part.find("p")).startswith(reason)


def test_contents_lead_to_every_part_table_and_figure(page):
    targets = page.xpath("//nav//a/@href")
    assert targets == [
        "#part-quality",
        "#table-reliability",
        "#figure-bars",
        "#table-loadings",
        "#part-network",
        "#part-outcomes",
        "#figure-slopes",
        "#table-regression",
        "#references",
    ]


def test_references_are_listed_with_their_italics(page, lang):
    (line,) = page.xpath("//section[@id='references']//li")
    assert line.get("id") == "reference-putnam1993"
    assert words(line) == apa_text(DOCUMENT.references[0], lang).replace("*", "")
    assert words(line.find("em")).startswith("Making democracy work")


def test_the_same_report_is_the_same_file(tmp_path, lang):
    assert written(DOCUMENT, tmp_path, lang) == written(DOCUMENT, tmp_path, lang)


def test_a_paragraph_about_what_is_not_there_is_an_error(tmp_path):
    part = Part("a", "a", (Prose(("See.",), refers=("nowhere",)),))
    with pytest.raises(KeyError, match="nowhere"):
        written(Document("t", (), (part,)), tmp_path, "en")


def test_a_figure_without_a_picture_is_an_error(tmp_path):
    with pytest.raises(KeyError, match="bars"):
        write_html(DOCUMENT, tmp_path / "a.html", lang="en", pictures={})


def test_a_report_without_references_has_no_list_of_them(tmp_path):
    text = written(replace(DOCUMENT, references=()), tmp_path, "en")
    assert "References" not in text


def test_values_beyond_the_colour_scale_get_its_ends():
    column = Column("x", "x", "number", heat=(0, 10))
    rows = (
        Row({"x": 20.0}),
        Row({"x": -5.0}),
        Row({"x": 5.0}),
        Row({"x": 20.0}, kind="std_error"),
        Row({"x": "hidden"}),
    )
    cells = re.findall(r"<t[dh][^>]*>", table_html(Table("t", "t", (column,), rows), name="t", number="1", lang="en"))
    styles = [re.search(r'class="([^"]*)".*style="([^"]*)"', cell) for cell in cells]
    assert [style.groups() if style else None for style in styles[-5:]] == [
        ("n high", "--heat:1.00"),
        ("n low", "--heat:1.00"),
        ("n high", "--heat:0.00"),
        None,
        None,
    ]


def test_styles_of_a_drawing_hold_in_it_only():
    drawing = inline_svg(
        '<svg xmlns="http://www.w3.org/2000/svg"><style>*{a:b} #x, .y{fill:url(#x)}</style><a href="http://x">z</a></svg>',
        name="f",
        label="l",
    )
    assert "<style>#f *{a:b}#f #f-x,#f .y{fill:url(#f-x)}</style>" in drawing
    assert "http" not in drawing


def test_drawings_of_matplotlib_stand_beside_each_other():
    first, second = (inline_svg(_matplotlib_svg(), name=name, label="bars") for name in ("a", "b"))
    names = re.findall(r' id="([^"]+)"', first + second)
    assert len(names) == len(set(names)) > 20
    for name, drawing in (("a", first), ("b", second)):
        used = set(re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', drawing))
        assert len(used) >= 5
        assert {one or other for one, other in used} <= set(names)
        assert f"#{name} *{{stroke-linejoin: round" in drawing
        assert "&lt;b&gt;" in drawing


def _matplotlib_svg():
    figure = Figure(figsize=(4, 2))
    left, right = figure.subplots(1, 2)
    left.imshow([[0, 1], [2, 3]])
    right.bar(["x", "y"], [1, 2], hatch="//")
    right.set_title("<b> & x")
    stream = io.StringIO()
    with rc_context({"svg.fonttype": "none"}):
        figure.savefig(stream, format="svg")
    return stream.getvalue()
