"""Instrument to XLSForm and back: the same, or the same but for what was changed in the form."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from kadsurvey.errors import InputFileError
from kadsurvey.ingest.responses import read_responses
from kadsurvey.instrument.blanks import blanks_of
from kadsurvey.instrument.check import check_instrument
from kadsurvey.instrument.forms.import_form import ImportedForm, import_xlsform
from kadsurvey.instrument.forms.questionnaire import Questionnaire
from kadsurvey.instrument.forms.xlsform import xlsform
from kadsurvey.instrument.forms.xlsform_file import write_xlsform
from kadsurvey.instrument.load import instrument_of, load_instrument
from kadsurvey.instrument.model import Instrument
from kadsurvey.instrument.source import parse_source
from kadsurvey.language.text import Language
from tests.instrument.forms.small import odd_instrument
from tests.workbooks import write_xlsx

FIXTURES = Path(__file__).parents[2] / "reference" / "fixtures"
KOBO = ["kobo_names.xlsx", "kobo_names_groups.csv", "kobo_labels_id.xlsx", "kobo_labels_en_groups.csv"]


def same(one: Instrument, other: Instrument) -> bool:
    """Whether two instruments are equal, in the order of their parts too, wherever they were read from."""
    dumps = [part.model_dump_json(exclude_defaults=True) for part in (one, other)]
    return dumps[0] == dumps[1]


def written(instrument: Instrument, folder: Path, *, group: str | None = None, seed: int | None = None,
            lang: Language = "id") -> Path:  # fmt: skip
    path = folder / "form.xlsx"
    write_xlsform(xlsform(Questionnaire.of(instrument, group=group, seed=seed), lang=lang), path)
    return path


def changed(path: Path, sheet: str, cells: dict[str, str | None]) -> Path:
    """Change cells of a form; None empties one, a place ``"-7"`` deletes row 7."""
    book = openpyxl.load_workbook(path)
    for place, value in cells.items():
        if place.startswith("-"):
            book[sheet].delete_rows(int(place[1:]))
        else:
            book[sheet][place] = value
    book.save(path)
    return path


def cell_of(path: Path, sheet: str, name: str, column: str) -> str:
    """Return the place of a column in the row of a name."""
    rows = openpyxl.load_workbook(path)[sheet]
    header = [cell.value for cell in rows[1]]
    row = next(row for row in range(2, rows.max_row + 1) if rows.cell(row, header.index("name") + 1).value == name)
    return f"{openpyxl.utils.get_column_letter(header.index(column) + 1)}{row}"


@pytest.mark.parametrize("name", ["kad", "kad-short"])
@pytest.mark.parametrize("group", ["official", "ngo", None])
@pytest.mark.parametrize("seed", [None, 7])
@pytest.mark.parametrize("lang", ["id", "en"])
def test_a_form_leads_back_to_its_instrument(
    tmp_path: Path, name: str, group: str | None, seed: int | None, lang: Language
) -> None:
    instrument = load_instrument(name)
    found = import_xlsform(written(instrument, tmp_path, group=group, seed=seed, lang=lang))
    assert blanks_of(found.source()) == ()
    assert same(instrument_of(found.source()), instrument)


@pytest.mark.parametrize("group", ["official", "ngo", None])
@pytest.mark.parametrize("seed", [None, 7])
def test_an_unusual_form_leads_back_too(tmp_path: Path, group: str | None, seed: int | None) -> None:
    odd = odd_instrument(tmp_path)
    found = import_xlsform(written(odd, tmp_path, group=group, seed=seed))
    assert same(instrument_of(found.source()), odd)


def test_a_changed_text_is_taken_from_the_form(tmp_path: Path) -> None:
    kad = load_instrument("kad")
    path = written(kad, tmp_path, group="ngo")
    place = cell_of(path, "survey", "T1", "label::English (en)")
    item = instrument_of(import_xlsform(changed(path, "survey", {place: "They keep their word."})).source()).items["T1"]
    assert item.text_ngo["en"] == "They keep their word."
    assert item.text == kad.items["T1"].text
    assert item.text_ngo["id"] == kad.items["T1"].text_ngo["id"]


def test_a_changed_label_is_shown_and_the_old_one_still_read(tmp_path: Path) -> None:
    path = written(load_instrument("kad"), tmp_path)
    place = cell_of(path, "choices", "3", "label::Bahasa Indonesia (id)")
    scale = instrument_of(import_xlsform(changed(path, "choices", {place: "Biasa saja"})).source()).scales["agree5"]
    assert scale.labels[3]["id"] == ("Biasa saja", "Netral", "Ragu-ragu", "N", "RR")


def test_an_item_taken_out_of_the_form_is_gone_with_its_overlaps(tmp_path: Path) -> None:
    kad = load_instrument("kad")
    path = written(kad, tmp_path)
    row = cell_of(path, "survey", "T6", "name")[1:]
    instrument = instrument_of(import_xlsform(changed(path, "survey", {f"-{row}": None})).source())
    assert [code for code in kad.items if code not in instrument.items] == ["T6"]
    assert [overlap.items for overlap in instrument.overlaps] == [
        overlap.items for overlap in kad.overlaps if "T6" not in overlap.items
    ]


def test_an_item_added_to_the_form_asks_only_for_itself(tmp_path: Path) -> None:
    kad = load_instrument("kad")
    path = written(kad, tmp_path)
    book = openpyxl.load_workbook(path)
    sheet = book["survey"]
    row = int(cell_of(path, "survey", "T6", "name")[1:]) + 1
    sheet.insert_rows(row)
    for column, value in {"type": "select_one agree5", "name": "T7", "label::English (en)": "New."}.items():
        sheet[f"{cell_of(path, 'survey', 'T6', column)[: -len(str(row - 1))]}{row}"] = value
    book.save(path)
    found = import_xlsform(path)
    (blank,) = blanks_of(found.source())
    assert "is item 'T7' reversed?" in blank.render("en")
    constructs = found.data["constructs"]
    assert isinstance(constructs, dict)
    assert list(constructs["trust"]["items"])[-1] == "T7"  # type: ignore[index,call-overload]


def filled(found: ImportedForm, reverse: set[str]) -> Instrument:
    """Fill the blanks as a person would: by line, with what is asked."""
    lines = found.yaml("id").splitlines()
    item = ""
    for at, line in enumerate(lines):
        bare = line.strip()
        if bare.endswith(":") and line.startswith("      ") and not line.startswith("       "):
            item = bare[:-1]
        for blank, answer in (("kind: ???", "reflective"), ("role: ???", "predictor"),
                              ("reverse: ???", "yes" if item in reverse else "no")):  # fmt: skip
            if bare.startswith(blank):
                lines[at] = line.partition("???")[0] + answer
    return instrument_of(parse_source("\n".join(lines).encode("utf-8"), "survei_kad.yaml"))


def test_an_existing_form_asks_what_it_cannot_tell() -> None:
    found = import_xlsform(FIXTURES / "form_xlsform.xlsx")
    source = parse_source(found.yaml("en").encode("utf-8"), "survei_kad.yaml")
    blanks = blanks_of(source)
    lines = found.yaml("en").splitlines()
    assert len(blanks) == 13 + 2 * 3  # an item's direction; a construct's kind and role
    assert all("???" in lines[int(str(blank.params["line"])) - 1] for blank in blanks)
    assert lines[:2] == [
        "# Read from the form form_xlsform.xlsx.",
        "# Fill in every ???; `kadsurvey instrument check` says line by line what is asked.",
    ]
    left_out = next(finding for finding in found.findings if finding.code == "forms.left_out")
    assert "layanan (select_multiple), mitra (repeat)" in left_out.render("en")


@pytest.mark.parametrize("file", KOBO)
def test_answers_to_an_imported_form_are_read(file: str) -> None:
    instrument = filled(import_xlsform(FIXTURES / "form_xlsform.xlsx"), {"T5", "N4"})
    assert {finding.severity for finding in check_instrument(instrument)} <= {"note"}
    # Version 1 of the form called the third point 'Netral' in Indonesian, which this version does not know.
    labels = {**instrument.scales["lk"].labels, 3: {"id": ("Ragu-ragu", "Netral"), "en": ("Neutral",)}}
    scale = instrument.scales["lk"].model_copy(update={"labels": labels})
    responses = read_responses(FIXTURES / file, instrument.model_copy(update={"scales": {"lk": scale}}))
    answers = pd.read_csv(FIXTURES / "answers.csv", index_col="_uuid")
    expected = answers[list(instrument.items)].astype(float)
    for code in ("T5", "N4"):
        expected[code] = 6 - expected[code]
    read = responses.items.loc[answers.index]
    pd.testing.assert_frame_equal(read, expected, check_names=False, check_index_type=False, check_column_type=False)
    assert responses.data.loc[answers.index, "body"].tolist() == answers["body"].tolist()
    assert responses.data.loc[answers.index, "group"].tolist() == answers["group"].tolist()


def test_a_form_without_a_scale_is_refused(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "form.xlsx", {"survey": "| type | name | label |\n| text | nama | Nama |"})
    with pytest.raises(InputFileError, match=r"'form\.xlsx' has no question with an answer scale"):
        import_xlsform(path)


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"A1": "format: 2"}, "sheet 'kadsurvey': .*'format' is '2'"),
        ({"A1": "\t- x"}, "sheet 'kadsurvey': .*line 1"),
    ],
)
def test_a_spoilt_sheet_of_ours_is_named(tmp_path: Path, cells: dict[str, str], sentence: str) -> None:
    path = changed(written(load_instrument("kad"), tmp_path), "kadsurvey", cells)  # type: ignore[arg-type]
    with pytest.raises(InputFileError, match=f"(?s){sentence}"):
        import_xlsform(path)


def test_a_form_that_lost_our_sheet_asks_for_kind_and_role_only(tmp_path: Path) -> None:
    path = written(load_instrument("kad"), tmp_path, group="official")
    book = openpyxl.load_workbook(path)
    del book["kadsurvey"]
    book.save(path)
    found = import_xlsform(path)
    asked = [str(blank.params["what"].code) for blank in blanks_of(found.source())]  # type: ignore[attr-defined]
    assert sorted(set(asked)) == ["instrument.blank_kind", "instrument.blank_role"]
    kad = load_instrument("kad")
    constructs = found.data["constructs"]
    assert isinstance(constructs, dict)
    assert list(constructs) == list(kad.constructs)
