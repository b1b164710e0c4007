from __future__ import annotations

import pytest

from kadsurvey.ingest.naming import fold_header, header_endings, near_misspellings


@pytest.mark.parametrize(
    "header",
    ["Mitra jujur", " mitra  JUJUR ", "1. Mitra jujur", "21) Mitra jujur.", "Mitra jujur:", "Mitra\u00a0jujur"],
)
def test_headers_that_are_the_same(header: str) -> None:
    assert fold_header(header) == "mitra jujur"


def test_an_underscore_in_front_makes_another_header() -> None:
    assert fold_header("_status") != fold_header("Status")


def test_endings_come_longest_first() -> None:
    assert list(header_endings("Trust/Burdens follow a rule/agreement")) == [
        "Burdens follow a rule/agreement",
        "agreement",
    ]


def test_endings_of_odk_central_and_of_grids() -> None:
    assert "T1" in list(header_endings("kepercayaan-T1"))
    assert next(header_endings("Bagaimana pendapat Anda? [Mitra jujur]")) == "Mitra jujur"


@pytest.mark.parametrize(
    "pair",
    [
        ("Kartamantul", "Kartamantl"),
        ("KAD Alfa", "KAD Alfaa"),
        ("Karta Mantul", "Kartamantul"),
        ("KAD Bravo", "KAD Barvo"),
    ],
)
def test_one_letter_or_a_space_is_a_misspelling(pair: tuple[str, str]) -> None:
    assert near_misspellings(pair) == [pair]


@pytest.mark.parametrize(
    "pair", [("Daerah 1", "Daerah 2"), ("kad_a", "kad_b"), ("Sleman", "Bantul"), ("KAD Alfa", "KAD Bravo")]
)
def test_other_names_are_not(pair: tuple[str, str]) -> None:
    assert near_misspellings(pair) == []
