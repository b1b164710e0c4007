from __future__ import annotations

import pytest

from tests.ingest.conftest import Read
from tests.ingest.odd import found, logged


def test_fields_are_named_by_their_role(read: Read) -> None:
    responses = read(
        """
        | nomor | lembaga  | daerah | status         | lama | jabatan | start      | T1 | T2 | T3 | N1 |
        | R1    | KAD Alfa | Sleman | Pejabat daerah | 3,5  | Camat   | 2026-03-01 | 5  | 4  | 3  | 2  |
        """
    )
    items = ["T1", "T2", "T3", "N1", "M1", "M2"]
    assert list(responses.data) == [*items, "body", "member", "group", "lama", "jabatan", "start"]
    assert responses.data.loc["R1", ["body", "member", "group"]].tolist() == ["KAD Alfa", "Sleman", "official"]
    assert responses.data.loc["R1", "lama"] == 3.5
    assert responses.data["lama"].dtype == float
    assert list(responses.raw) == [
        *["T1", "T2", "T3", "N1"],
        *["nomor", "lembaga", "daerah", "status", "lama", "jabatan", "start"],
    ]


@pytest.mark.parametrize("text", ["official", "Pejabat daerah", "pejabat  DAERAH", "asn"])
def test_a_group_by_any_of_its_texts(read: Read, text: str) -> None:
    responses = read(f"| status | T1 | T2 | T3 | N1 |\n| {text} | 5 | 4 | 3 | 2 |")
    assert responses.data["group"].tolist() == ["official"]


def test_an_unknown_group_is_missing_and_named_with_the_nearest(read: Read) -> None:
    responses = read(
        "| status | T1 | T2 | T3 | N1 |\n| Pejabat daera | 5 | 4 | 3 | 2 |\n| swasta | 5 | 4 | 3 | 1 |\n"
        "| swasta | 5 | 4 | 3 | 3 |"
    )
    assert responses.data["group"].isna().all()
    near, far = found(responses, "ingest.unknown_value")
    assert "Did you mean 'official'?" in near.render()
    assert (far.cell, far.params["count"]) == ("A3", 2)
    assert "official, ngo" in far.render()


def test_spellings_of_a_body_are_merged_and_logged(read: Read) -> None:
    bodies = ["KAD Alfa", "KAD Alfa", "kad alfa", "Kad  ALFA ", "KAD Bravo"]
    rows = "\n".join(f"| {body} | 5 | 4 | 3 | {1 + at % 5} |" for at, body in enumerate(bodies))
    responses = read(f"| lembaga | T1 | T2 | T3 | N1 |\n{rows}")
    assert responses.data["body"].tolist() == ["KAD Alfa"] * 4 + ["KAD Bravo"]
    (change,) = logged(responses, "ingest.spellings_merged")
    assert (change.count, change.params["kept"]) == (2, "KAD Alfa")


def test_a_near_misspelling_of_a_body_is_kept_apart_and_named(read: Read) -> None:
    bodies = ["Kartamantul", "Kartamantul", "Kartamantl"]
    rows = "\n".join(f"| {body} | 5 | 4 | 3 | {at + 1} |" for at, body in enumerate(bodies))
    responses = read(f"| lembaga | T1 | T2 | T3 | N1 |\n{rows}")
    assert responses.data["body"].nunique() == 2
    (finding,) = found(responses, "ingest.near_misspelling")
    assert (finding.cell, finding.params["rare"], finding.params["frequent"]) == ("A4", "Kartamantl", "Kartamantul")


def test_a_missing_body_is_a_warning_with_its_cell(read: Read) -> None:
    responses = read("| lembaga | T1 | T2 | T3 | N1 |\n| a | 5 | 4 | 3 | 2 |\n| | 4 | 4 | 3 | 2 |")
    (finding,) = found(responses, "ingest.body_missing")
    assert (finding.severity, finding.cell) == ("warning", "A3")


def test_files_without_body_or_group_say_so(read: Read) -> None:
    responses = read("| T1 | T2 | T3 | N1 |\n| 5 | 4 | 3 | 2 |")
    assert [finding.severity for finding in found(responses, "ingest.no_body_column")] == ["warning"]
    assert [finding.severity for finding in found(responses, "ingest.no_group")] == ["note"]
    assert "body" not in responses.data
    assert "group" not in responses.data


def test_numbers_that_are_none_or_two(read: Read) -> None:
    responses = read(
        "| lama | T1 | T2 | T3 | N1 |\n| lima | 5 | 4 | 3 | 2 |\n| 1.250, | 5 | 4 | 3 | 1 |\n"
        '| "1.250" | 5 | 4 | 3 | 3 |\n| 4 | 5 | 4 | 3 | 4 |'
    )
    assert responses.data["lama"].isna().tolist() == [True, True, True, False]
    assert [finding.cell for finding in found(responses, "ingest.unreadable_number")] == ["A2", "A3"]
    assert [finding.cell for finding in found(responses, "ingest.ambiguous_number")] == ["A4"]


def test_a_formula_in_a_field_is_a_warning(read: Read) -> None:
    responses = read('| lembaga | T1 | T2 | T3 | N1 |\n| =CONCAT("a","b") | 5 | 4 | 3 | 2 |')
    assert [finding.cell for finding in found(responses, "ingest.formula_field")] == ["A2"]
    assert found(responses, "ingest.body_missing")
