from __future__ import annotations

import pytest

from kadsurvey.ingest.near_names import nearest_names

KNOWN = ["Barlingmascakeb", "Kartamantul", "KAD Alfa", "KAD Bravo", "Kendal", "33.10", "0071", "Daerah 1", "kad_a"]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Barlingmascakep", "Barlingmascakeb"),
        # Two letters in a long name; neighbours that changed places are one.
        ("Barlingmaskakep", "Barlingmascakeb"),
        ("Karta Mantul", "Kartamantul"),
        ("Kartamantl", "Kartamantul"),
        ("Kerja Sama Kartamantul", "Kartamantul"),
        ("KAD Barvo", "KAD Bravo"),
        ("Kab. Kendal", "Kendal"),
        ("Pemkab Kendal", "Kendal"),
        ("33.1", "33.10"),
        ("71", "0071"),
    ],
)
def test_names_that_are_probably_meant(name: str, meant: str) -> None:
    assert nearest_names(name, KNOWN) == [meant]


@pytest.mark.parametrize("name", ["Kendari", "KAD Citra", "Daerah 2", "kad_b", "Subosuko", "3301", "700", ""])
def test_names_that_are_others(name: str) -> None:
    assert nearest_names(name, KNOWN) == []


def test_what_two_names_share_says_nothing() -> None:
    assert nearest_names("KAD Sintetis Akasia", ["KAD Sintetis Angsana"]) == []


def test_a_city_is_never_its_regency() -> None:
    assert nearest_names("Kab. Bima", ["Kota Bima"]) == []
    assert nearest_names("Bima", ["Kota Bima", "Kabupaten Bima"]) == ["Kota Bima", "Kabupaten Bima"]


def test_the_nearest_of_several_is_returned_alone() -> None:
    assert nearest_names("Kartamantul Barat", ["Kartamantul Barak", "Kartamantul Barrat", "Kartamantul barat"]) == [
        "Kartamantul barat"
    ]
