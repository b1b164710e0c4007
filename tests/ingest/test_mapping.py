from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kadsurvey.errors import InputFileError
from kadsurvey.ingest.bodies import Bodies, read_bodies
from kadsurvey.ingest.joining import join_bodies, join_findings
from kadsurvey.ingest.mapping import UserMapping, read_mapping
from kadsurvey.ingest.mapping_check import mapping_findings
from kadsurvey.ingest.responses import Responses, read_responses
from kadsurvey.instrument.model import Instrument
from tests.ingest.odd import found, logged
from tests.workbooks import write_csv, write_xlsx

ReadMapping = Callable[[str], UserMapping]

ANSWERS = """
| lembaga         | daerah       | T1 | T2 | T3 | N1 |
| Barlingmascakeb | Kab. Cilacap | 5  | 4  | 3  | 2  |
| Barlingmascakep | Cilacap      | 4  | 4  | 3  | 2  |
| BARLINGMASCAKEP | Banyumas     | 4  | 4  | 3  | 1  |
"""


@pytest.fixture
def mapping_of(tmp_path: Path) -> ReadMapping:
    return lambda markdown: read_mapping(write_xlsx(tmp_path / "mapping.xlsx", {"mapping": markdown}))


@pytest.fixture
def bodies_with(tmp_path: Path, instrument: Instrument) -> Callable[[str, UserMapping], Bodies]:
    return lambda markdown, mapping: read_bodies(
        write_xlsx(tmp_path / "bodies.xlsx", {"S": markdown}), instrument, mapping=mapping
    )


@pytest.fixture
def survey_with(tmp_path: Path, instrument: Instrument) -> Callable[[UserMapping | None], Responses]:
    path = write_xlsx(tmp_path / "answers.xlsx", {"S": ANSWERS})
    return lambda mapping: read_responses(path, instrument, mapping=mapping)


def test_names_are_read_as_the_user_says(
    survey_with: Callable[[UserMapping | None], Responses], mapping_of: ReadMapping
) -> None:
    mapping = mapping_of(
        """
        | kind   | as_written      | meant           | accept |
        | body   | barlingmascakep | Barlingmascakeb | ya     |
        | member | Kab. Cilacap    | Cilacap         | x      |
        """
    )
    before, after = survey_with(None), survey_with(mapping)
    assert before.data["body"].nunique() == 2
    assert len(found(before, "ingest.near_misspelling")) == 1
    assert after.data["body"].tolist() == ["Barlingmascakeb"] * 3
    assert after.data["member"].tolist() == ["Cilacap", "Cilacap", "Banyumas"]
    assert not found(after, "ingest.near_misspelling")
    (change,) = logged(after, "ingest.mapping_names_read", "lembaga")
    assert [(part.cell, part.written, part.read) for part in change.cells] == [
        ("A3", "Barlingmascakep", "Barlingmascakeb"),
        ("A4", "BARLINGMASCAKEP", "Barlingmascakeb"),
    ]
    assert before.raw.equals(after.raw)


@pytest.mark.parametrize("accept", ["", "tidak", "no"])
def test_rows_that_are_not_accepted_change_nothing(
    survey_with: Callable[[UserMapping | None], Responses], mapping_of: ReadMapping, accept: str
) -> None:
    rows = f"| kind | as_written | meant | accept |\n| body | Barlingmascakep | Barlingmascakeb | {accept} |"
    responses = survey_with(mapping_of(rows))
    assert responses.data["body"].nunique() == 2
    # Declined, the name is right as it stands and is not asked about again.
    assert len(found(responses, "ingest.near_misspelling")) == (0 if accept else 1)


def test_names_of_the_body_data_are_read_as_the_user_says(
    survey_with: Callable[[UserMapping | None], Responses],
    bodies_with: Callable[[str, UserMapping], Bodies],
    mapping_of: ReadMapping,
) -> None:
    mapping = mapping_of(
        """
        | kind   | as_written      | meant           | accept |
        | body   | Barlingmascakep | Barlingmascakeb | ya     |
        | member | Cilacop         | Cilacap         | ya     |
        | member | Kab. Cilacap    | Cilacap         | ya     |
        """
    )
    responses = survey_with(mapping)
    table = "| body | cost | member_names |\n| Barlingmascakep | 1 | Cilacop; Banyumas |"
    bodies = join_bodies(bodies_with(table, mapping), responses)
    assert bodies.data["cost"].to_dict() == {"Barlingmascakeb": 1.0}
    assert bodies.members == {"Barlingmascakeb": ("Cilacap", "Banyumas")}
    assert logged(bodies, "ingest.mapping_names_read", "body")[0].cells[0].cell == "A2"
    assert not join_findings(responses, bodies)
    assert not mapping_findings(mapping, responses, bodies)


def test_two_rows_that_become_one_body_are_an_error(
    bodies_with: Callable[[str, UserMapping], Bodies], mapping_of: ReadMapping
) -> None:
    mapping = mapping_of("| kind | as_written | meant | accept |\n| body | b | a | ya |")
    bodies = bodies_with("| body | cost |\n| a | 1 |\n| b | 2 |", mapping)
    assert [finding.severity for finding in found(bodies, "ingest.duplicate_body")] == ["error"]


def test_cells_are_read_as_the_user_says(
    bodies_with: Callable[[str, UserMapping], Bodies], mapping_of: ReadMapping
) -> None:
    mapping = mapping_of(
        """
        | kind | column      | cell | as_written | meant      | accept |
        | cell | cost        |      | "1.250"    | 1250000000 | ya     |
        | cell | cost        | B4   | "1.250"    | "1,25"     | ya     |
        | cell | coverage    |      | penuh      | 100%       | ya     |
        | sel  | signed      |      | 03/04/2026 | 2026-04-03 | ya     |
        | cell | mandatory   |      | mungkin    | tidak      | ya     |
        | cell | secretariat |      | lain       | Bersama    | ya     |
        | kode | region_code |      | 57         | "0057"     | ya     |
        | cell | x           |      | "2.500"    | 2500       | ya     |
        | cell | cost        |      | "9.999"    | 9999       |        |
        """
    )
    bodies = bodies_with(
        """
        | body | cost    | coverage | signed     | mandatory | secretariat | region_code | x       |
        | a    | "1.250" | penuh    | 03/04/2026 | mungkin   | lain        | "0071"      | "2.500" |
        | b    | "1.250" | 1        | 2026-05-06 | ya        | joint       | 57          | 7       |
        | c    | "1.250" |          |            |           |             |             |         |
        | d    | "9.999" |          |            |           |             |             |         |
        """,
        mapping,
    )
    np.testing.assert_array_equal(bodies.data["cost"], [1.25e9, 1.25e9, 1.25, np.nan])
    first = bodies.data.loc["a"]
    assert (first["coverage"], first["mandatory"], first["secretariat"], first["x"]) == (1.0, 0.0, "joint", 2500.0)
    assert first["signed"] == pd.Timestamp(2026, 4, 3)
    assert bodies.data.loc["b", "region_code"] == "0057"
    assert [finding.cell for finding in found(bodies, "ingest.ambiguous_amount")] == ["B5"]
    assert not found(bodies, "ingest.code_lost_zeros")
    (change,) = logged(bodies, "ingest.mapping_cells_read", "cost")
    assert [(part.cell, part.read) for part in change.cells] == [("B2", 1.25e9), ("B3", 1.25e9), ("B4", 1.25)]


def test_answers_that_cannot_be_read_or_found_are_named_with_their_row(
    bodies_with: Callable[[str, UserMapping], Bodies], mapping_of: ReadMapping
) -> None:
    mapping = mapping_of(
        """
        | kind | column | as_written | meant   | accept |
        | cell | cost   | "1.250"    | "1.250" | ya     |
        | cell | cots   | "1.250"    | 1250    | ya     |
        | cell | cost   | "7.777"    | 7777    | ya     |
        """
    )
    bodies = bodies_with('| body | cost |\n| a | "1.250" |', mapping)
    for code, row, severity in (
        ("ingest.mapping_meant_unreadable", 2, "error"),
        ("ingest.mapping_column_unknown", 3, "error"),
        ("ingest.mapping_cell_unused", 4, "warning"),
    ):
        (finding,) = found(bodies, code)
        assert (finding.params["row"], finding.severity, finding.file) == (row, severity, "mapping.xlsx")
    assert "Did you mean cost?" in found(bodies, "ingest.mapping_column_unknown")[0].render()


def test_a_meaning_that_stands_nowhere_is_an_error_and_an_unused_row_a_warning(
    survey_with: Callable[[UserMapping | None], Responses], mapping_of: ReadMapping
) -> None:
    mapping = mapping_of(
        """
        | kind   | as_written      | meant           | accept |
        | body   | Barlingmascakep | Barlingmascaceb | ya     |
        | member | Cilacop         | Cilacap         | ya     |
        """
    )
    findings = mapping_findings(mapping, survey_with(mapping), None)
    (nowhere,) = found(findings, "ingest.mapping_meant_unknown")
    assert (nowhere.severity, nowhere.params["row"]) == ("error", 2)
    assert "Did you mean Barlingmascakeb?" in nowhere.render()
    (unused,) = found(findings, "ingest.mapping_name_unused")
    assert (unused.severity, unused.params["row"]) == ("warning", 3)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("| bodi | | a | b | ya |", "row 2: there is no kind 'bodi'; write one of body, member, code, cell"),
        ("| body | | | b | ya |", "row 2: 'as_written' is empty"),
        ("| body | | a | | ya |", "row 2: 'a' is accepted, but 'meant' is empty"),
        ("| body | | a | b | mungkin |", "row 2: 'mungkin' under 'accept' is neither yes nor no"),
        ("| cell | | a | b | ya |", "row 2: 'a' is a cell, so 'column' must name its column"),
        ("| body | | a | b | ya |\n| body | | A | c | |", "row 3: 'A' already stands in row 2"),
        ("| body | | a | b | ya |\n| body | | b | c | ya |", "row 2: 'b' is itself mapped, to 'c' in row 3"),
    ],
)
def test_rows_that_are_wrong_are_named(mapping_of: ReadMapping, row: str, message: str) -> None:
    with pytest.raises(InputFileError, match="has rows to be settled first") as caught:
        mapping_of(f"| kind | column | as_written | meant | accept |\n{row}")
    assert message in str(caught.value)
    assert "mapping.xlsx" in caught.value.render("id")


def test_a_cell_that_is_none_is_named(mapping_of: ReadMapping) -> None:
    with pytest.raises(InputFileError, match="row 2: 'FIVE' under 'cell' is no cell"):
        mapping_of("| kind | column | cell | as_written | meant | accept |\n| cell | cost | five | a | b | ya |")


def test_all_wrong_rows_are_named_at_once(mapping_of: ReadMapping) -> None:
    with pytest.raises(InputFileError) as caught:
        mapping_of("| kind | as_written | meant | accept |\n| x | a | b | ya |\n| y | a | b | ya |")
    assert str(caught.value).count("there is no kind") == 2


def test_a_file_without_the_columns_is_refused(mapping_of: ReadMapping) -> None:
    with pytest.raises(InputFileError, match="lacks the columns accept"):
        mapping_of("| kind | as_written | meant |\n| body | a | b |")
    with pytest.raises(InputFileError, match="is no mapping file"):
        mapping_of("| x |\n| 1 |")


def test_a_csv_with_indonesian_headers_is_read_too(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "pemetaan.csv",
        "| jenis | tertulis | maksudnya | terima |\n| lembaga | a | b | YA |\n| anggota | c | d | bukan |\n||",
        delimiter=";",
    )
    mapping = read_mapping(path)
    assert [(row.kind, row.written, row.meant, row.accepted) for row in mapping.rows] == [
        ("body", "a", "b", True),
        ("member", "c", "d", False),
    ]
    assert mapping.unanswered == ()
