"""What is typed into the entry workbook is what is read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import openpyxl
import pytest

from kadsurvey.errors import InputFileError
from kadsurvey.findings import worst
from kadsurvey.ingest.responses import Responses, read_responses
from kadsurvey.instrument.forms.entry_workbook import entry_columns, write_entry_workbook
from kadsurvey.instrument.forms.questionnaire import Questionnaire
from kadsurvey.instrument.forms.typing_sheet import EXAMPLE_ROW, FIRST_ROW, HEADER_ROW, QUESTION_ROW
from kadsurvey.instrument.load import load_instrument
from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import LANGUAGES, Language
from tests.instrument.forms.small import odd_instrument

TYPED = 12  # respondents


@pytest.fixture(scope="module")
def kad() -> Instrument:
    return load_instrument("kad")


def written(instrument: Instrument, folder: Path, *, lang: Language = "id", group: str | None = None,
            seed: int | None = None) -> Path:  # fmt: skip
    path = folder / "entry.xlsx"
    write_entry_workbook(Questionnaire.of(instrument, group=group, seed=seed), path, lang=lang)
    return path


def drop_downs(path: Path) -> dict[str, list[object]]:
    """Return what each column's drop-down offers, by the code in its header."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    offered = {}
    for rule in sheet.data_validations.dataValidation:
        if rule.type == "list":
            name, _, cells = rule.formula1.partition("!")
            column = str(rule.sqref).partition(":")[0].rstrip("0123456789")
            first, last = cells.replace("$", "").split(":")
            listed = book[name.strip("'")][f"{first}:{last}"]
            offered[sheet[f"{column}{HEADER_ROW}"].value] = [cell.value for (cell,) in listed]
    return offered


def type_in(path: Path, rows: list[dict[str, object]]) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    columns = {cell.value: cell.column for cell in sheet[HEADER_ROW]}
    for number, row in enumerate(rows, start=FIRST_ROW):
        for name, value in row.items():
            sheet.cell(number, columns[name]).value = value
    book.save(path)


def about(number: int) -> dict[str, object]:
    return {
        "respondent_id": f"R{number:03}",
        "body": "Kartamantul",
        "member": "Kabupaten Bantul",
        "years_in_role": number,
    }


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("group", "seed"), [(None, None), ("ngo", None), ("official", 7)])
def test_labels_of_the_drop_downs_read_back_as_codes(
    kad: Instrument, tmp_path: Path, lang: Language, group: str | None, seed: int | None
) -> None:
    path = written(kad, tmp_path, lang=lang, group=group, seed=seed)
    offered = drop_downs(path)
    labels = offered["T1"][:6]
    assert labels == [kad.scales["agree5"].labels[code][lang][0] for code in range(1, 6)] + [
        kad.scales["agree5"].missing[0].labels[lang][0]
    ]
    rng = np.random.default_rng(11)
    ticked = {code: rng.integers(0, 6, size=TYPED) for code in kad.items}
    rows = [
        {**about(number), "group": offered["group"][-1], "education": offered["education"][2],
         **{code: labels[at[number]] for code, at in ticked.items()}}
        for number in range(TYPED)
    ]  # fmt: skip
    type_in(path, rows)
    responses = read_responses(path, kad)
    assert worst(responses.findings) in (None, "note")
    check_codes(responses, ticked)
    assert set(responses.data["group"]) == {group or "ngo"}
    assert set(responses.data["education"]) == {"bachelor"}
    assert responses.data["years_in_role"].tolist() == list(range(TYPED))
    assert responses.data.index.tolist() == [f"R{number:03}" for number in range(TYPED)]


def check_codes(responses: Responses, ticked: dict[str, np.ndarray]) -> None:
    for code, at in ticked.items():
        expected = np.where(at == 5, np.nan, at + 1.0)
        if responses.instrument.items[code].reverse:
            expected = 6 - expected
        np.testing.assert_array_equal(responses.items[code].to_numpy(), expected)
        np.testing.assert_array_equal(responses.dont_know[code].to_numpy(), at == 5)


def test_codes_may_be_typed_instead(kad: Instrument, tmp_path: Path) -> None:
    path = written(kad, tmp_path)
    codes = [entry for entry in drop_downs(path)["T1"] if isinstance(entry, int)]
    assert codes == [1, 2, 3, 4, 5, 8, 9]
    type_in(path, [{**about(1), **dict.fromkeys(kad.items, 2)}, {**about(2), **dict.fromkeys(kad.items, 9)}])
    responses = read_responses(path, kad)
    assert responses.items.loc["R001", ["T1", "T6"]].tolist() == [2, 4]
    assert responses.items.loc["R002"].isna().all()
    assert not responses.dont_know.loc["R002"].any()


def test_the_example_is_seen_and_never_read(kad: Instrument, tmp_path: Path) -> None:
    path = written(kad, tmp_path)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    example = [cell.value for cell in sheet[EXAMPLE_ROW]]
    assert example[0] == "CONTOH"
    assert "Setuju" in example
    assert "Tidak tahu / tidak berlaku" in example
    with pytest.raises(InputFileError, match=rf"row {HEADER_ROW} no row has an answer\. Type the answers"):
        read_responses(path, kad)
    type_in(path, [{**about(1), "T1": "Setuju"}])
    assert len(read_responses(path, kad).data) == 1


def test_only_cells_to_type_in_are_open(kad: Instrument, tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(written(kad, tmp_path)).worksheets[0]
    assert sheet.protection.sheet
    assert sheet.freeze_panes == f"B{FIRST_ROW}"
    last = len(entry_columns(Questionnaire.of(kad), lang="id"))
    for row in range(1, FIRST_ROW):
        assert all(sheet.cell(row, column).protection.locked for column in range(1, last + 1))
    assert not sheet.column_dimensions["B"].protection.locked
    for rule in sheet.data_validations.dataValidation:
        assert str(rule.sqref).split(":")[0].endswith(str(FIRST_ROW))
        assert rule.showErrorMessage
        assert rule.error


def test_columns_stand_in_the_order_of_the_paper(kad: Instrument, tmp_path: Path) -> None:
    asked = Questionnaire.of(kad, group="ngo", seed=5)
    path = tmp_path / "entry.xlsx"
    write_entry_workbook(asked, path, lang="id")
    sheet = openpyxl.load_workbook(path).worksheets[0]
    header = [cell.value for cell in sheet[HEADER_ROW]]
    assert [code for code in header if code in kad.items] == list(asked.items)
    first = header.index(asked.items[0]) + 1
    assert sheet.cell(QUESTION_ROW, first).value == f"No. 1\n{asked.text(asked.items[0])['id']}"
    assert kad.items[asked.items[0]].text["en"] in sheet.cell(HEADER_ROW, first).comment.text


def test_nothing_personal_is_typed(kad: Instrument) -> None:
    names = [column.name for column in entry_columns(Questionnaire.of(kad), lang="id")]
    assert not {"name", "phone", "email", "start", "end"} & set(names)
    assert names[-1] == "notes"


def test_the_codebook_comes_along(kad: Instrument, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(written(kad, tmp_path))
    assert book.sheetnames == ["Isian", "Petunjuk", "Buku kode", "Daftar"]
    cells = {cell.value for row in book["Buku kode"].iter_rows() for cell in row}
    assert {kad.items["M3"].text["id"], kad.items["M3"].text["en"], "respondent_id"} <= cells
    assert any("kadsurvey check entry.xlsx" in str(row[0].value) for row in book["Petunjuk"].iter_rows())


def test_an_unusual_instrument_can_be_typed_too(tmp_path: Path) -> None:
    odd = odd_instrument(tmp_path)
    path = written(odd, tmp_path)
    offered = drop_downs(path)
    assert offered["T2"] == ["Tidak pernah", "1", "2", "Selalu", 0, 3]
    assert offered["T1"] == ["Tidak setuju", "Netral", "Setuju", "Tidak tahu", "Tidak menjawab", 1, 2, 3, 9]
    row = {"No. responden": "7", "body": "Alfa", "kelompok": "LSM", "trust": 3, "tanggal": "2025-01-02"}
    type_in(path, [{**row, "T1": "Setuju", "T2": "Selalu", "T3": "Tidak tahu", "C1": "1"}])
    responses = read_responses(path, odd)
    assert responses.items.loc["7", ["T1", "T2", "C1"]].tolist() == [3, 3, 1]
    assert responses.dont_know.loc["7", "T3"]
    assert responses.data.loc["7", "body"] == "KAD Alfa"
