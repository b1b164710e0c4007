"""Rosters as they arrive: lists, matrices, files of organisations, and what is odd in each, named by its cell."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kadsurvey import read_ties
from kadsurvey._resources import bundled
from kadsurvey.errors import InputFileError
from kadsurvey.ingest.tie_cells import read_strength, relation_name, sheet_meaning
from tests.stats.graphs import network
from tests.workbooks import write_csv, write_xlsx

NODES = """
| Organisasi | Lembaga | Sektor | Anggota | Tingkat |
| --- |
| Dinas A | KAD Satu | pemerintah | Kab. A | kabupaten |
| Dinas B | KAD Satu | pemerintah | Kota B | kota |
| LSM C | KAD Satu | LSM | Kab. A | |
| Biro P | KAD Satu | pemerintah | Provinsi | provinsi |
| Dinas D | KAD Dua | pemerintah | Kab. D | daerah |
| LSM E | KAD Dua | LSM | Kab. D | daerah |
"""
LIST = """
| Daftar relasi 2025 | | | | |
| Lembaga | Dari | Ke | Relasi | Kekuatan |
| --- |
| KAD Satu | Dinas A | Dinas B | Kontak | 3 |
| KAD Satu | dinas a | LSM C | kepercayaan | 4 |
| KAD Satu | LSM C | Dinas A | kontak | 0 |
| KAD Dua | Dinas D | LSM E | kontak | 2 |
"""


@pytest.fixture
def nodes(tmp_path):
    return write_xlsx(tmp_path / "organisasi.xlsx", {"Organisasi": NODES})


def ties_of(tmp_path, sheets, nodes=None):
    return read_ties(write_xlsx(tmp_path / "relasi.xlsx", sheets), nodes)


def edges(ties):
    return [tuple(row) for row in ties.edges.itertuples(index=False)]


def found(ties, code):
    return [finding for finding in ties.findings if finding.code == f"ingest.{code}"]


def only(ties, code):
    (finding,) = found(ties, code)
    return finding


def test_a_list_is_read_by_its_indonesian_headers(tmp_path, nodes):
    ties = ties_of(tmp_path, {"Relasi": LIST}, nodes)
    assert edges(ties) == [
        ("KAD Satu", "contact", "Dinas A", "Dinas B", 3.0),
        ("KAD Satu", "trust", "Dinas A", "LSM C", 4.0),
        ("KAD Dua", "contact", "Dinas D", "LSM E", 2.0),
    ]
    assert ties.bodies == ["KAD Satu", "KAD Dua"]
    assert ties.relations == ["contact", "trust"]
    assert not ties.findings
    table = ties.nodes.set_index("organisation")
    assert table["responded"].to_dict() == {
        "Dinas A": True,
        "Dinas B": False,
        "LSM C": True,
        "Biro P": False,
        "Dinas D": True,
        "LSM E": False,
    }
    assert table["level"].tolist() == ["region", "region", "region", "province", "region", "region"]
    assert table.loc["LSM C", ["group", "member"]].tolist() == ["LSM", "Kab. A"]


def test_a_list_may_have_a_column_for_each_relation(tmp_path):
    sheet = "| dari | ke | kontak | percaya |\n| --- |\n| A | B | 3 | 0 |\n| B | A | | 2 |"
    ties = ties_of(tmp_path, {"Isian": sheet})
    assert edges(ties)[0] == ("all", "contact", "A", "B", 3.0)
    assert edges(ties)[2] == ("all", "trust", "B", "A", 2.0)
    assert np.isnan(edges(ties)[1][4])
    assert [(change.code, change.count) for change in ties.log if change.code == "ingest.ties_missing"] == [
        ("ingest.ties_missing", 1)
    ]


def test_a_list_without_strengths_names_ties(tmp_path):
    path = write_csv(tmp_path / "ties.csv", "| from | to |\n| A | B |\n| B | C |", delimiter=";")
    ties = read_ties(path)
    assert edges(ties) == [("all", "tie", "A", "B", 1.0), ("all", "tie", "B", "C", 1.0)]
    assert "ingest.ties_without_strength" in {change.code for change in ties.log}


def test_matrices_are_read_a_sheet_a_relation(tmp_path):
    sheets = {
        "KAD Satu - kontak": "| | A | B | C |\n| A | - | 3 | 0 |\n| B | 1 | 0 | 2 |\n| C | 0 | 0 | |",
        "KAD Satu - kepercayaan": "| Judul | | | |\n| | A | B | C |\n| A | | 4 | |\n| B | | | |\n| C | 2 | | |",
        "Petunjuk": "| Isi 0 sampai 4 |",
    }
    ties = ties_of(tmp_path, sheets)
    assert edges(ties) == [
        ("KAD Satu", "contact", "A", "B", 3.0),
        ("KAD Satu", "contact", "B", "A", 1.0),
        ("KAD Satu", "contact", "B", "C", 2.0),
        ("KAD Satu", "trust", "A", "B", 4.0),
        ("KAD Satu", "trust", "C", "A", 2.0),
    ]
    assert ties.nodes["responded"].all()
    assert only(ties, "sheet_without_ties").sheet == "Petunjuk"
    blank = [change for change in ties.log if change.code == "ingest.blank_ties_are_zero"]
    assert [(change.sheet, change.count) for change in blank] == [("KAD Satu - kepercayaan", 2)]


@pytest.mark.parametrize("zero", ["0", ""])
def test_a_matrix_and_a_list_of_the_same_answers_are_the_same_ties(tmp_path, zero):
    strengths, names, _ = network("b03")
    top = "| | " + " | ".join(names) + " |\n"
    cells = [[str(int(value)) if value else zero for value in row] for row in strengths]
    rows = "\n".join(f"| {name} | {' | '.join(row)} |" for name, row in zip(names, cells, strict=True))
    matrix = read_ties(write_csv(tmp_path / "matrix.csv", top + rows))
    listed = [f"| {names[i]} | {names[j]} | {int(strengths[i, j])} |" for i, j in np.ndindex(strengths.shape) if i != j]
    as_list = read_ties(write_csv(tmp_path / "list.csv", "| dari | ke | nilai |\n" + "\n".join(listed)))
    pd.testing.assert_frame_equal(matrix.edges, as_list.edges)
    pd.testing.assert_frame_equal(matrix.nodes, as_list.nodes)


def test_an_empty_cell_is_missing_where_zeros_are_written(tmp_path):
    ties = ties_of(tmp_path, {"Sheet1": "| | A | B | C |\n| A | | 3 | |\n| B | 0 | | 1 |\n| C | | | |"})
    assert ties.relations == ["tie"]
    assert [(row[2], row[3], np.isnan(row[4])) for row in edges(ties)] == [
        ("A", "B", False),
        ("A", "C", True),
        ("B", "C", False),
    ]
    assert ties.nodes["responded"].tolist() == [True, True, False]


def test_a_matrix_that_is_not_square_says_what_lacks(tmp_path):
    sheet = (
        "| | A | B | C | Jumlah |\n| A | | 3 | 1 | 4 |\n| B | 2 | | 1 | 3 |\n| D | 1 | 1 | 1 | 3 |\n| Catatan | | | | |"
    )
    ties = ties_of(tmp_path, {"kontak": sheet})
    row, column = only(ties, "matrix_no_row"), only(ties, "matrix_no_column")
    assert (row.cell, row.params["name"]) == ("D1", "C")
    assert (column.cell, column.params["name"]) == ("A4", "D")
    assert ties.nodes["organisation"].tolist() == ["A", "B", "D", "C"]
    assert ties.nodes["responded"].tolist() == [True, True, True, False]
    to_d = ties.edges[ties.edges["receiver"] == "D"]
    assert to_d["sender"].tolist() == ["A", "B"]
    assert to_d["strength"].isna().all()
    assert "matriks tidak persegi" in row.render("id")


def test_a_name_twice_on_an_edge_is_an_error(tmp_path):
    ties = ties_of(tmp_path, {"kontak": "| | A | B | a |\n| A | | 3 | 1 |\n| B | 2 | | 1 |\n| B | 1 | | |"})
    top, side = found(ties, "matrix_name_twice")
    assert (top.cell, top.params["other"], top.severity) == ("D1", "B1", "error")
    assert (side.cell, side.params["other"]) == ("A4", "A3")
    assert [row[2:] for row in edges(ties)] == [("A", "B", 3.0), ("B", "A", 2.0)]


def test_rows_without_names_are_counted(tmp_path):
    nodes = write_xlsx(tmp_path / "o.xlsx", {"S": "| organisasi | sektor |\n| A | x |\n| B | x |\n| | y |"})
    ties = ties_of(tmp_path, {"S": "| dari | ke | nilai |\n| A | B | 2 |\n| | | 3 |"}, nodes)
    assert only(ties, "rows_without_tie").params["rows"] == ["3"]
    assert only(ties, "rows_without_organisation").params["rows"] == ["4"]


def test_what_is_odd_in_a_list_is_named_by_its_cell(tmp_path):
    sheet = """
    | dari | ke | relasi | kekuatan |
    | --- |
    | A | B | kontak | 5 |
    | A | C | kontak | sering |
    | B | B | kontak | 2 |
    | B | C | kontak | 1 |
    | B | C | kontak | 1 |
    | C | A | kontak | 1 |
    | C | A | Kontak | 3 |
    | C | | kontak | 3 |
    | C | B | kontak | 2,5 |
    """
    ties = ties_of(tmp_path, {"S": sheet})
    assert [finding.cell for finding in found(ties, "tie_out_of_range")] == ["D2", "D10"]
    assert only(ties, "tie_unreadable").cell == "D3"
    assert only(ties, "tie_to_itself").cell == "D4"
    assert (only(ties, "tie_twice").cell, only(ties, "tie_twice").params["other"]) == ("D6", "D5")
    contradicted = only(ties, "tie_contradicted")
    assert (contradicted.severity, contradicted.cell, contradicted.params["other"]) == ("error", "D8", "D7")
    assert only(ties, "tie_without_end").cell == "D9"
    assert edges(ties)[-1][:4] == ("all", "contact", "C", "B")
    assert ties.edges["strength"].tolist()[2:4] == [1.0, 1.0]
    assert "relasi.xlsx, sheet 'S', cell D2" in found(ties, "tie_out_of_range")[0].render("en")


def test_organisations_outside_the_roster_are_left_out_and_named(tmp_path, nodes):
    sheet = LIST + "| KAD Satu | Dinas A | Dinas BB | kontak | 3 |\n| KAD Satu | Dinas A | Dinas BB | trust | 3 |\n"
    sheet += "| KAD Satu | Dinas A | LSM E | kontak | 3 |\n| KAD Tiga | X | Y | kontak | 3 |"
    ties = ties_of(tmp_path, {"Relasi": sheet}, nodes)
    assert len(ties.edges) == 3
    misspelt, other = found(ties, "tie_unknown_organisation")
    assert (misspelt.cell, misspelt.params["count"]) == ("C7", 2)
    assert (other.params["name"], other.cell) == ("LSM E", "C9")
    assert only(ties, "tie_unknown_body").params["name"] == "KAD Tiga"


@pytest.mark.parametrize("kad", [True, False])
def test_who_names_only_strangers_has_answered(tmp_path, nodes, kad):
    body = "KAD Satu" if kad else ""
    sheet = "| kad | dari | ke |\n" if kad else "| | dari | ke |\n"
    ties = ties_of(tmp_path, {"S": f"{sheet}| {body} | Dinas A | Asing |\n| {body} | Dinas B | LSM C |"}, nodes)
    assert only(ties, "tie_unknown_organisation").params["name"] == "Asing"
    assert ties.nodes.set_index("organisation")["responded"].to_dict() == {
        "Dinas A": True,
        "Dinas B": True,
        "LSM C": False,
        "Biro P": False,
        "Dinas D": False,
        "LSM E": False,
    }


def test_the_nearest_name_is_proposed(tmp_path, nodes):
    ties = ties_of(tmp_path, {"Relasi": LIST.replace("LSM C | kepercayaan", "LSM C | percaya")}, nodes)
    assert not ties.findings
    long = write_xlsx(tmp_path / "o.xlsx", {"S": "| organisasi |\n| Dinas Perhubungan |\n| Forum Sungai |"})
    sheet = "| dari | ke |\n| Dinas Perhubungn | Forum Sungai |\n| Forum Sungai | Dinas Perhubungan |"
    finding = only(ties_of(tmp_path, {"S": sheet}, long), "tie_unknown_organisation")
    assert "Perhaps meant: Dinas Perhubungan." in finding.render("en")
    assert "Mungkin maksudnya: Dinas Perhubungan." in finding.render("id")


def test_the_roster_gives_the_body_where_the_list_does_not(tmp_path, nodes):
    sheet = "| dari | ke | kekuatan |\n| Dinas A | LSM C | 2 |\n| Dinas D | LSM E | 1 |\n| Dinas A | Dinas D | 3 |"
    ties = ties_of(tmp_path, {"S": sheet}, nodes)
    assert [row[0] for row in edges(ties)] == ["KAD Satu", "KAD Dua"]
    assert only(ties, "tie_between_bodies").cell == "C4"
    shared = write_xlsx(tmp_path / "two.xlsx", {"S": "| org | kad |\n| A | X |\n| B | X |\n| A | Y |\n| B | Y |"})
    unclear = only(ties_of(tmp_path, {"S": "| dari | ke |\n| A | B |"}, shared), "tie_body_unclear")
    assert (unclear.severity, unclear.cell) == ("error", "B2")


def test_a_tie_that_names_no_body_beside_others_that_do_is_left_out(tmp_path):
    ties = ties_of(tmp_path, {"S": "| kad | dari | ke | nilai |\n| X | A | B | 2 |\n| | B | A | 2 |"})
    assert len(ties.edges) == 1
    assert only(ties, "tie_without_body").cell == "D3"


def test_what_is_odd_in_the_file_of_organisations_is_named(tmp_path):
    sheet = "| organisasi | tingkat | menjawab |\n| A | negara | ya |\n| B | pusat | tidak |\n| a | kota | ya |"
    nodes = write_xlsx(tmp_path / "o.xlsx", {"S": sheet})
    ties = ties_of(tmp_path, {"S": "| dari | ke |\n| B | A |"}, nodes)
    value, twice = only(ties, "organisation_value"), only(ties, "organisation_twice")
    assert (value.cell, value.params["value"]) == ("B2", "negara")
    assert (twice.cell, twice.params["other"], twice.severity) == ("A4", "A2", "error")
    assert ties.nodes["level"].isna().tolist() == [True, False]
    # The roster says that A answered; B has answers, whatever the roster says.
    assert ties.nodes["responded"].tolist() == [True, True]


def test_many_findings_of_a_kind_are_counted(tmp_path):
    rows = "\n".join(f"| O{place} | O{place + 1} | 9 |" for place in range(30))
    ties = ties_of(tmp_path, {"S": f"| dari | ke | nilai |\n{rows}"})
    assert len(found(ties, "tie_out_of_range")) == 20
    more = only(ties, "more_of_the_ties")
    assert (more.params["count"], more.cell) == (10, "C22")


@pytest.mark.parametrize(
    ("sheet", "message"),
    [
        ("| nama | umur |\n| A | 3 |", "holds no ties"),
        ("| dari | ke | nilai |\n| | | 3 |", "no organisation in it could be read"),
        ("| | A | B |\n| C | 1 | 2 |\n| D | 1 | 2 |", "holds no ties"),
    ],
)
def test_a_file_without_ties_is_an_error(tmp_path, sheet, message):
    with pytest.raises(InputFileError, match=message):
        ties_of(tmp_path, {"S": sheet})


def test_a_file_without_organisations_is_an_error(tmp_path):
    nodes = write_xlsx(tmp_path / "o.xlsx", {"S": "| kota | umur |\n| A | 3 |"})
    with pytest.raises(InputFileError, match=r"'o\.xlsx' lists no organisations"):
        ties_of(tmp_path, {"S": "| dari | ke |\n| B | A |"}, nodes)


@pytest.mark.parametrize(
    ("text", "value"), [("3", 3), ("4,0", 4), ("0", 0), ("5", None), ("-1", None), ("2.5", None), ("sering", None)]
)
def test_a_strength_is_a_whole_number_of_0_to_4(text, value):
    assert read_strength(text) == value


def test_sheets_are_named_by_relation_and_body():
    assert relation_name("Sumber Daya") == "resources"
    assert relation_name("dana") is None
    meaning = sheet_meaning("Kartamantul: informasi", [])
    assert (meaning.relation, meaning.body) == ("information", "Kartamantul")
    assert sheet_meaning("KAD X", ["kad x"]).body == "KAD X"
    assert sheet_meaning("Sheet1", []).relation is None


def test_the_answers_of_a_survey_are_no_matrix() -> None:
    with pytest.raises(InputFileError, match="holds no ties"):
        read_ties(bundled("sample_data") / "officials.xlsx")
