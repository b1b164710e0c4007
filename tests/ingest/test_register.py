"""The register of cooperations: what it holds, what is odd about it, and a study held against it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kadsurvey._resources import bundled
from kadsurvey.errors import ArgumentError, InputFileError
from kadsurvey.ingest.bodies import read_bodies
from kadsurvey.ingest.region_codes import PROVINCES, read_region_code
from kadsurvey.ingest.register import Register, read_register
from kadsurvey.ingest.register_join import join_register
from kadsurvey.instrument.load import load_instrument
from tests.workbooks import write_xlsx

REGIONS = {"34": "Daerah Istimewa Yogyakarta", "34.02": "Kabupaten Bantul", "34.04": "Kabupaten Sleman"}
Read = Callable[..., Register]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def read_table(markdown: str, regions: dict[str, str] | None = None) -> Register:
        return read_register(write_xlsx(tmp_path / "register.xlsx", {"R": markdown}), regions=regions)

    return read_table


def cells(findings, code):
    return [finding.cell for finding in findings if finding.code == code]


def test_the_bundled_register_is_clean() -> None:
    register = read_register(bundled("sample_data") / "register.csv")
    assert not register.findings
    assert register.names == ["kartamantul", "barlingmascakeb", "kedungsepur", "subosuko", "samota"]
    assert len(register.members) == register.data["members"].sum() == 17
    assert register.to_dict()["codes_by"] == "form"


def test_codes_keep_their_zeros_and_stand_beside_their_members(read: Read) -> None:
    register = read(
        """
        | lembaga | anggota                         | kode wilayah     | bentuk |
        | a       | Sleman; Kota Yogyakarta; Bantul | "3404; 34.71; -" | BKAD   |
        """
    )
    assert not register.findings
    assert register.members["code"].tolist()[:2] == ["34.04", "34.71"]
    assert register.members["code"].isna().tolist() == [False, False, True]
    assert register.data.loc["a", "form"] == "BKAD"


@pytest.mark.parametrize(
    ("text", "code", "doubt", "meant"),
    [
        ("34", "34", None, ()),
        ("34.04", "34.04", None, ()),
        ("34.1", None, "zero", ("34.10", "34.01")),
        ("34.7", None, "zero", ("34.07",)),
        ("344", None, "zero", ("34.04",)),
        ("34,04", None, "form", ("34.04",)),
        ("3.404", None, "form", ("34.04",)),
        ("Sleman", None, "form", ()),
        ("34.04.07", None, "deep", ("34.04",)),
        ("99.01", None, "province", ()),
        ("34.70", None, "regency", ()),
    ],
)
def test_a_code_is_held_against_its_form(
    text: str, code: str | None, doubt: str | None, meant: tuple[str, ...]
) -> None:
    read = read_region_code(text)
    assert (read.code, read.doubt, read.meant) == (code, doubt, meant)
    assert len(PROVINCES) == 38


def test_wrong_codes_are_named_by_their_cell(read: Read) -> None:
    register = read(
        """
        | body | member_names              | member_codes      |
        | a    | Sleman                    | 34.1              |
        | b    | Sleman                    | xx                |
        | c    | Sleman                    | 34.04.07          |
        | d    | Sleman                    | 99.01             |
        | e    | Sleman                    | "34.70"           |
        | f    | Sleman; Bantul            | "34.04; 34.04"    |
        | g    | Sleman; Bantul            | 34.04             |
        | h    | Kota Sleman               | 34.04             |
        | i    | Bantul                    | 34.04             |
        | j    | Kulon Progo               | 34.05             |
        """,
        REGIONS,
    )
    for code, cell in {
        "ingest.region_code_zero": "C2",
        "ingest.region_code_form": "C3",
        "ingest.region_code_deep": "C4",
        "ingest.region_code_province": "C5",
        "ingest.region_code_regency": "C6",
        "ingest.region_code_twice": "C7",
        "ingest.region_codes_miscounted": "C8",
        "ingest.region_code_other_rank": "C9",
        "ingest.region_code_unlisted": "C11",
    }.items():
        assert cell in cells(register.findings, code), code
    assert "C10" in cells(register.findings, "ingest.region_code_other_name")
    assert all(finding.render("id") and finding.render("en") for finding in register.findings)


def test_what_is_odd_about_the_rows_is_named(read: Read) -> None:
    register = read(
        """
        | body | name     | provinsi     | members | member_names          | berdiri | sumberr | warna |
        | a    | Alfa     | Jawa Tengah  | 3       | Sleman; Bantul        | 2001    | x       | y     |
        | A    | Beta     | Jawa Tengahh | 2       | Sleman; Bantul        | 2001    |         |       |
        |      | Gamma    | 33           | 2       | Sleman; Bantul        | 2001    |         |       |
        | d    | alfa     | Jawa Tengahh | 2       | Sleman; Bantul; bantul | 201    |         |       |
        | e    | Sungaian | Atlantis     | 2       | Sleman; Bantul        |         |         |       |
        | f    | Sungaan  | DIY; NTB     | 2       | Sleman; Bantul        |         |         |       |
        """
    )
    assert register.names == ["a", "d", "e", "f"]
    for code, cell in {
        "ingest.members_miscounted": "D2",
        "ingest.register_body_twice": "A3",
        "ingest.register_body_missing": "A4",
        "ingest.register_name_twice": "B5",
        "ingest.register_province_near": "C5",
        "ingest.register_member_twice": "E5",
        "ingest.no_year": "F5",
        "ingest.register_province_unknown": "C6",
        "ingest.register_names_alike": "B7",
        "ingest.register_column_near": "G1",
        "ingest.register_column_unknown": "H1",
    }.items():
        assert cell in cells(register.findings, code), code


def test_a_file_without_bodies_is_refused(read: Read) -> None:
    with pytest.raises(InputFileError, match="no column that names the cooperation body"):
        read("| warna | rasa |\n| a | b |")
    with pytest.raises(ArgumentError, match="Nothing to hold"):
        join_register(read("| body |\n| a |"))


def test_a_study_is_joined_by_key_name_and_code_and_never_by_what_is_near(read: Read, tmp_path: Path) -> None:
    register = read(
        """
 | body | name | province | member_names | member_codes |
 | k1 | Kartamantul | DIY | Sleman; Bantul; Kota Yogyakarta; Kebumen | "34.04; 34.02; 34.71; -" |
 | k2 | Barlingmascakeb | Jateng | Kota Semarang; Kabupaten Semarang | |
 | k3 | Sungai Barat | | | |
 | k4 | Subosuko | | | |
 | k5 | Subosuka | | | |
        """
    )
    table = """
        | body            | member_names                              |
        | kartamantul     | Sleman; 3402; Yogyakarta; Forum Warga     |
        | K2              | Semarang                                  |
        | Sungai Barrat   |                                           |
        | Subosuki        |                                           |
        | Rinjani         |                                           |
        """
    bodies = read_bodies(write_xlsx(tmp_path / "bodies.xlsx", {"B": table}), load_instrument("kad"))
    joined = join_register(register, bodies=bodies)
    assert joined.bodies["register"].dropna().to_dict() == {"kartamantul": "k1", "K2": "k2"}
    assert joined.bodies["joined_by"].dropna().tolist() == ["name", "key"]
    assert joined.bodies.loc["kartamantul", ["n_both", "n_study", "n_register"]].tolist() == [2, 2, 2]
    pairs = joined.members.set_index("member")
    assert pairs.loc[["Sleman", "3402", "Yogyakarta"], "joined_by"].tolist() == ["name", "code", "near"]
    assert joined.facts["province"].to_dict() == {"kartamantul": "DIY", "K2": "Jateng"}
    assert {finding.code for finding in joined.findings} == {
        "ingest.register_body_near",
        "ingest.register_body_like_several",
        "ingest.register_lacks_bodies",
        "ingest.register_lacks_members",
        "ingest.study_lacks_members",
        "ingest.register_member_near",
        "ingest.register_member_like_several",
    }


def test_bodies_of_the_register_that_are_not_studied_are_a_note(tmp_path: Path) -> None:
    register = read_register(bundled("sample_data") / "register.csv")
    path = write_xlsx(tmp_path / "b.xlsx", {"B": "| body |\n| SAMOTA |"})
    (finding,) = join_register(register, bodies=read_bodies(path, load_instrument("kad"))).findings
    assert (finding.code, finding.severity) == ("ingest.register_bodies_elsewhere", "note")
    assert finding.params["count"] == 4
