"""Workbooks made to do harm: each is refused with a message before it fills the memory, or read as what it is."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest

from kadsurvey.errors import InputFileError, KadsurveyError
from kadsurvey.ingest import extent
from kadsurvey.ingest.files import read_file
from kadsurvey.ingest.responses import read_responses
from kadsurvey.instrument.forms.import_form import import_xlsform
from kadsurvey.instrument.load import load_instrument
from kadsurvey.language.text import LANGUAGES
from kadsurvey.report.writers.docx_styles import open_template
from tests.ingest.odd import found
from tests.workbooks import write_ods, write_xls, write_xlsx

SHEET = "| T1 | T2 |\n| 5 | abc |"
SHEET_PART = "xl/worksheets/sheet1.xml"
XMLNS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LONGEST = 32_767
FORM = Path(__file__).parents[1] / "reference" / "fixtures" / "form_xlsform.xlsx"
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>"
)
EXTERNAL = '<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>'


def refusal(path: Path, read=read_file) -> KadsurveyError:
    with pytest.raises(KadsurveyError) as caught:
        read(path)
    for lang in LANGUAGES:
        assert str(path.parent) not in caught.value.render(lang)
    return caught.value


def repacked(source: Path, target: Path, parts: Mapping[str, str | bytes]) -> Path:
    """Copy an archive with other content in some parts, or with more parts."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in [*old.namelist(), *(name for name in parts if name not in old.namelist())]:
            new.writestr(name, parts.get(name) or old.read(name))
    return target


def worksheet(cells: str) -> str:
    return f"<worksheet {XMLNS}><sheetData>{cells}</sheetData></worksheet>"


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    return write_xlsx(tmp_path / "plain.xlsx", {"Respon": SHEET})


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path, plain: Path) -> None:
    path = repacked(plain, tmp_path / "a.xlsx", {"xl/media/image1.png": b"\0" * 60_000_000})
    assert path.stat().st_size < 100_000
    assert refusal(path).code == "ingest.unpacks_too_large"


def test_an_archive_in_an_archive_is_not_opened(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("form.csv", "T1\n" + "5\n" * 1000)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("inner.zip", inner.getvalue())
    assert refusal(tmp_path / "a.zip").code == "ingest.zip_file"


def lying(path: Path, name: str) -> None:
    """Let an archive say that a part is half as long as it is, with the checksum of that half."""
    with zipfile.ZipFile(path) as archive:
        part = archive.getinfo(name)
        half = archive.read(name)[: part.file_size // 2]
    content = bytearray(path.read_bytes())
    told = struct.pack("<III", part.CRC, part.compress_size, part.file_size)
    lie = struct.pack("<III", zlib.crc32(half), part.compress_size, len(half))
    assert content.count(told) == 2  # before the part and in the list at the end
    path.write_bytes(bytes(content).replace(told, lie))


def test_a_part_that_is_longer_than_it_says_is_refused(plain: Path) -> None:
    lying(plain, SHEET_PART)
    with zipfile.ZipFile(plain) as archive:
        assert archive.testzip() is None  # Python believes the list
    assert refusal(plain).code == "ingest.damaged_workbook"


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("second", [SHEET_PART, SHEET_PART.upper(), SHEET_PART.replace("/", "\\")])
def test_two_parts_of_one_name_are_refused(plain: Path, second: str) -> None:
    with zipfile.ZipFile(plain, "a") as archive:
        archive.writestr(second, worksheet('<row r="1"><c r="A1"><v>1</v></c></row>'))
    assert refusal(plain).code == "ingest.parts_twice"


@pytest.mark.parametrize("declaration", [LAUGHS, EXTERNAL], ids=["billion laughs", "external"])
@pytest.mark.parametrize("part", [SHEET_PART, "xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml",
                                  "docProps/core.xml", "xl/_rels/workbook.xml.rels"])  # fmt: skip
def test_entities_are_refused_in_every_part(tmp_path: Path, plain: Path, declaration: str, part: str) -> None:
    with zipfile.ZipFile(plain) as archive:
        own = archive.read(part).decode() if part in archive.namelist() else f"<sst {XMLNS}/>"
    hostile = declaration + own.partition("?>")[2] if own.startswith("<?xml") else declaration + own
    error = refusal(repacked(plain, tmp_path / "a.xlsx", {part: hostile}))
    assert (error.code, error.params["part"]) == ("ingest.declares_entities", part)


def test_entities_are_refused_in_ods_forms_and_templates(tmp_path: Path) -> None:
    from docx import Document

    ods = write_ods(tmp_path / "plain.ods", {"S": SHEET})
    with zipfile.ZipFile(ods) as archive:
        content = archive.read("content.xml").decode().partition("?>")[2]
    assert refusal(repacked(ods, tmp_path / "a.ods", {"content.xml": LAUGHS + content})).code == (
        "ingest.declares_entities"
    )
    form = repacked(FORM, tmp_path / "form.xlsx", {"xl/styles.xml": LAUGHS + "<styleSheet/>"})
    assert refusal(form, import_xlsform).code == "ingest.declares_entities"
    Document().save(str(tmp_path / "plain.docx"))
    template = repacked(tmp_path / "plain.docx", tmp_path / "a.docx", {"word/styles.xml": LAUGHS + "<styles/>"})
    assert refusal(template, open_template).code == "report.template_not_read"


def test_external_links_are_not_followed(tmp_path: Path, plain: Path) -> None:
    link = f'<externalLink {XMLNS}><externalBook r:id="rId1" xmlns:r="urn:x"/></externalLink>'
    path = repacked(plain, tmp_path / "a.xlsx", {
        "xl/externalLinks/externalLink1.xml": link,
        "xl/externalLinks/_rels/externalLink1.xml.rels":
            '<Relationships><Relationship Id="rId1" Target="http://example.invalid/x" TargetMode="External"/>'
            "</Relationships>",
    })  # fmt: skip
    (grid,) = read_file(path).grids
    assert [list(row) for row in grid.rows] == [["T1", "T2"], [5.0, "abc"]]


@pytest.mark.parametrize("name", ["xl/vbaProject.bin", "xl/macros/VBAProject.bin"])
def test_macros_are_refused_under_any_ending(tmp_path: Path, plain: Path, name: str) -> None:
    assert refusal(repacked(plain, tmp_path / "a.xlsx", {name: b"\xd0\xcf"})).code == "ingest.macros"
    form = repacked(FORM, tmp_path / "form.xlsx", {name: b"\xd0\xcf"})
    assert refusal(form, import_xlsform).code == "ingest.macros"
    plain.rename(tmp_path / "a.xlsm")
    assert refusal(tmp_path / "a.xlsm").code == "ingest.macros"


@pytest.mark.parametrize("write", [write_xlsx, write_ods], ids=["xlsx", "ods"])
def test_a_formula_in_an_answer_is_refused_by_its_cell(tmp_path: Path, write) -> None:
    instrument = load_instrument(Path(__file__).with_name("kobo.yaml"))
    items = list(instrument.items)
    answers = ["4"] * len(items)
    rows = [items, answers, [*answers[:3], "=1+1", *answers[4:]]]
    path = write(tmp_path / "a", {"Respon": "\n".join(f"| {' | '.join(row)} |" for row in rows)})
    (finding,) = found(read_responses([path], instrument), "ingest.formula_answer")
    assert (finding.severity, finding.sheet, finding.cell) == ("error", "Respon", "D3")


def test_a_formula_is_found_wherever_its_sheet_is_kept(tmp_path: Path, plain: Path) -> None:
    with zipfile.ZipFile(plain) as archive:
        rels = archive.read("xl/_rels/workbook.xml.rels").decode()
        types = archive.read("[Content_Types].xml").decode()
    cells = '<row r="1"><c r="A1" t="str"><v>T1</v></c></row><row r="2"><c r="A2"><f>1+1</f><v>2</v></c></row>'
    path = repacked(plain, tmp_path / "a.xlsx", {
        "xl/_rels/workbook.xml.rels": rels.replace("worksheets/sheet1.xml", "odd/sheet1.bin"),
        "[Content_Types].xml": types.replace("worksheets/sheet1.xml", "odd/sheet1.bin"),
        "xl/odd/sheet1.bin": worksheet(cells),
    })  # fmt: skip
    (grid,) = read_file(path).grids
    assert grid.formulas == {(1, 0)}


@pytest.mark.parametrize(
    "cells",
    [
        '<row r="1"><c r="A1"><v>1</v></c></row><row r="99999"><c r="ZZ99999"><v>1</v></c></row>',
        "<row r='1'><c r='A1'><v>1</v></c></row><row r='60000'><c r='xfd60000'><v>1</v></c></row>",
        '<row r="1"><c r="A1"><v>1</v></c><c r="BIGCOL1"><v>1</v></c></row>',
        '<row r="999999999"><c><f>1+1</f><v>2</v></c></row>',
        f'<row r="{"9" * 5000}"><c r="A{"9" * 5000}"><v>2</v></c></row>',
    ],
    ids=["far corner", "single quotes, small letters", "million columns", "row without a name", "5,000 digits"],
)
def test_a_sheet_that_would_fill_the_memory_is_refused(tmp_path: Path, plain: Path, cells: str) -> None:
    assert refusal(repacked(plain, tmp_path / "a.xlsx", {SHEET_PART: worksheet(cells)})).code in (
        "ingest.sheet_too_large",
        "ingest.damaged_workbook",
    )


def test_a_form_with_a_cell_in_the_far_corner_is_read(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(FORM)
    book["survey"]["XFD9000"] = "stray"
    book.save(tmp_path / "form.xlsx")
    assert import_xlsform(tmp_path / "form.xlsx").data["constructs"]


@pytest.mark.parametrize(("write", "ending"), [(write_xlsx, "xlsx"), (write_ods, "ods"), (write_xls, "xls")])
def test_the_longest_text_of_a_cell_is_read_whole(tmp_path: Path, write, ending: str) -> None:
    longest = "x" * LONGEST
    (grid,) = read_file(write(tmp_path / f"a.{ending}", {"S": f"| T1 |\n| {longest} |"})).grids
    assert grid.rows[1][0] == longest


def test_a_long_text_that_very_many_cells_share_is_refused(tmp_path: Path, plain: Path) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 40_000))
    parts = {SHEET_PART: worksheet(rows), "xl/sharedStrings.xml": f"<sst {XMLNS}><si><t>{'x' * LONGEST}</t></si></sst>"}
    path = repacked(plain, tmp_path / "a.xlsx", parts)
    assert path.stat().st_size < 300_000
    assert refusal(path).code == "ingest.too_much_text"


def test_short_texts_that_very_many_cells_share_are_read(
    tmp_path: Path, plain: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extent, "MAX_TEXT", 3000)
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>{int(n == 1)}</v></c></row>' for n in range(1, 100))
    strings = f"<sst {XMLNS}><si><t>ya</t></si><si><t>{'x' * 1000}</t></si></sst>"
    (grid,) = read_file(
        repacked(plain, tmp_path / "a.xlsx", {SHEET_PART: worksheet(rows), "xl/sharedStrings.xml": strings})
    ).grids
    assert [row[0] for row in grid.rows[1:3]] == ["ya", "ya"]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ('office:value-type="string" table:number-columns-repeated="16000"><text:p>TEXT', "ingest.too_much_text"),
        ("office:value-type='float' office:value='>' table:number-columns-repeated='99999999'><text:p>1",
         "ingest.sheet_too_large"),
        (f'office:value-type="float" office:value="1" table:number-columns-repeated="{"9" * 5000}"><text:p>1',
         "ingest.sheet_too_large"),
        ('table:formula="of:=1" office:value-type="float" office:value="1" table:number-columns-repeated="9000000">'
         "<text:p>1", "ingest.too_many_formulas"),
    ],
)  # fmt: skip
def test_a_repeated_cell_of_an_ods_file_counts_as_often_as_it_says(tmp_path: Path, cell: str, code: str) -> None:
    plain = write_ods(tmp_path / "plain.ods", {"S": "| T1 |\n| x |"})
    with zipfile.ZipFile(plain) as archive:
        content = archive.read("content.xml").decode()
    hostile = content.replace('office:value-type="string"><text:p>x', cell.replace("TEXT", "x" * 32_000))
    assert hostile != content
    assert refusal(repacked(plain, tmp_path / "a.ods", {"content.xml": hostile})).code == code


def test_sheets_of_one_name_are_refused(tmp_path: Path) -> None:
    plain = write_xlsx(tmp_path / "plain.xlsx", {"Respon": SHEET, "Other": "| T1 |\n| =1+1 |"})
    with zipfile.ZipFile(plain) as archive:
        book = archive.read("xl/workbook.xml").decode().replace('name="Other"', 'name="Respon"')
    assert refusal(repacked(plain, tmp_path / "a.xlsx", {"xl/workbook.xml": book})).code == "ingest.sheet_twice"


@pytest.mark.parametrize("value", ["1e400", "-1e400", "9" * 5000, "2958466", "-700000", "1e308"])
def test_numbers_and_dates_out_of_range_are_cells_like_others(tmp_path: Path, plain: Path, value: str) -> None:
    styles = f'<styleSheet {XMLNS}><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    numbers = f'<c r="B1"><v>{value}</v></c><c r="C1" s="1"><v>{value}</v></c>'
    cells = f'<row r="1"><c r="A1" t="str"><v>T1</v></c>{numbers}</row>'
    path = repacked(plain, tmp_path / "a.xlsx", {SHEET_PART: worksheet(cells), "xl/styles.xml": styles})
    # A day minus infinity brings the compiled reader down, and is said to be damage.
    with suppress(InputFileError):
        (grid,) = read_file(path).grids
        assert grid.rows[0][0] == "T1"


def test_a_cell_of_an_xls_file_beyond_its_columns_is_refused(tmp_path: Path) -> None:
    path = write_xls(tmp_path / "a.xls", {"S": SHEET})
    number = struct.pack("<HHHH", 0x027E, 10, 1, 0)  # the record of a number in row 2, column A
    content = path.read_bytes()
    assert content.count(number) == 1
    path.write_bytes(content.replace(number, struct.pack("<HHHH", 0x027E, 10, 1, 0xFFFF)))
    assert refusal(path).code == "ingest.damaged_workbook"


@pytest.mark.parametrize("name", ["x/../../up.csv", "/etc/x.csv", "C:\\x.csv", "a\u202evsc.csv", "CON.csv"])
def test_a_name_in_an_archive_is_a_name_and_no_place(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr(name, "T1,T2\n5,4\n")
    (grid,) = read_file(folder / "a.zip").grids
    assert "/" not in (grid.sheet or "")
    assert [path.name for path in tmp_path.rglob("*")] == ["in", "a.zip"]
