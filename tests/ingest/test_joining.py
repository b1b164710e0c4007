from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kadsurvey._resources import bundled
from kadsurvey.ingest.bodies import Bodies, read_bodies
from kadsurvey.ingest.joining import join_bodies, join_findings, without_true_pairs
from kadsurvey.ingest.responses import Responses, read_responses
from kadsurvey.instrument.load import load_instrument
from kadsurvey.instrument.model import Instrument
from tests.ingest.odd import found, logged
from tests.workbooks import write_xlsx

ReadBodies = Callable[[str], Bodies]
Survey = Callable[..., Responses]


@pytest.fixture
def bodies_of(tmp_path: Path, instrument: Instrument) -> ReadBodies:
    return lambda markdown: read_bodies(write_xlsx(tmp_path / "bodies.xlsx", {"S": markdown}), instrument)


@pytest.fixture
def survey_of(tmp_path: Path, instrument: Instrument) -> Survey:
    """Return a survey with a respondent for each body and member."""

    def survey(*pairs: tuple[str, str]) -> Responses:
        rows = "\n".join(
            f'| "{body}" | "{member}" | {i % 5 + 1} | 4 | 3 | 2 |' for i, (body, member) in enumerate(pairs)
        )
        table = f"| lembaga | daerah | T1 | T2 | T3 | N1 |\n{rows}"
        return read_responses(write_xlsx(tmp_path / "answers.xlsx", {"S": table}), instrument)

    return survey


def test_bodies_on_one_side_only_are_named(survey_of: Survey, bodies_of: ReadBodies) -> None:
    responses = survey_of(("KAD Alfa", ""), ("KAD Citra", ""), ("Xyz", ""))
    findings = join_findings(
        responses, bodies_of("| body | cost |\n| KAD Alfa | 1 |\n| Kad Citraa | 2 |\n| KAD Dwi | 3 |")
    )
    (near,) = found(findings, "ingest.body_spelt_otherwise")
    assert (near.severity, near.params["body"], near.params["nearest"]) == ("warning", "KAD Citra", "Kad Citraa")
    assert [finding.params["body"] for finding in found(findings, "ingest.body_without_data")] == ["Xyz"]
    (unasked,) = found(findings, "ingest.bodies_without_answers")
    assert unasked.params["bodies"] == ["Kad Citraa", "KAD Dwi"]


def test_a_name_near_to_two_bodies_is_asked_about_once(survey_of: Survey, bodies_of: ReadBodies) -> None:
    findings = join_findings(survey_of(("Bima", "")), bodies_of("| body |\n| KAD Kota Bima |\n| KAD Kabupaten Bima |"))
    (several,) = found(findings, "ingest.body_spelt_like_several")
    assert several.params["names"] == ["KAD Kota Bima", "KAD Kabupaten Bima"]
    assert not found(findings, "ingest.body_without_data")


def test_case_spaces_and_the_dots_of_codes_do_not_keep_bodies_apart(survey_of: Survey, bodies_of: ReadBodies) -> None:
    responses = survey_of(("Kartamantul", ""), ("33.01", ""))
    bodies = bodies_of('| body | cost |\n| KARTAMANTUL | 1 |\n| "3301" | 2 |\n| lain | 3 |')
    joined = join_bodies(bodies, responses)
    assert joined.data["cost"].to_dict() == {"Kartamantul": 1.0, "33.01": 2.0, "lain": 3.0}
    assert joined.data.index.name == "body"
    assert [change.count for change in logged(joined, "ingest.bodies_joined")] == [2]
    assert bodies.names == ["KARTAMANTUL", "3301", "lain"]
    assert [finding.code for finding in join_findings(responses, joined)] == ["ingest.bodies_without_answers"]


def test_several_years_are_joined_by_body(survey_of: Survey, bodies_of: ReadBodies) -> None:
    bodies = bodies_of("| body | year | cost |\n| ALFA | 2023 | 1 |\n| ALFA | 2024 | 2 |\n| b | 2024 | 3 |")
    joined = join_bodies(bodies, survey_of(("Alfa", "")))
    assert joined.data.index.tolist() == [("Alfa", 2023), ("Alfa", 2024), ("b", 2024)]
    assert joined.at_year(2024).data["cost"].to_dict() == {"Alfa": 2.0, "b": 3.0}


def test_a_body_is_also_found_by_its_full_name(survey_of: Survey, bodies_of: ReadBodies) -> None:
    responses = survey_of(("Kartamantul", ""), ("Sama", ""), ("KAD 3", ""), ("KAD 2", ""))
    bodies = bodies_of(
        """
        | body  | name        | cost |
        | K1    | Kartamantul | 1    |
        | K2    | Sama        | 2    |
        | K3    | Sama        | 3    |
        | KAD 2 | KAD 3       | 4    |
        """
    )
    joined = join_bodies(bodies, responses)
    # A name of two bodies names neither, and the key counts before the name.
    assert joined.data["cost"].to_dict() == {"Kartamantul": 1.0, "K2": 2.0, "K3": 3.0, "KAD 2": 4.0}


def test_members_are_held_against_the_list_of_their_body(survey_of: Survey, bodies_of: ReadBodies) -> None:
    responses = survey_of(
        ("A", "SLEMAN"), ("A", "Kab. Bantul"), ("A", "LSM Air"), ("B", "Semarang"), ("B", "Kendall"), ("C", "Klaten")
    )
    bodies = bodies_of(
        """
        | body | member_names                                     |
        | A    | Yogyakarta; Sleman; Bantul                       |
        | B    | Kota Semarang; Kabupaten Semarang; Kendal; Demak |
        | C    |                                                  |
        """
    )
    joined = join_bodies(bodies, responses)
    assert joined.members["A"] == ("Yogyakarta", "SLEMAN", "Bantul")
    findings = join_findings(responses, joined)
    near = {
        finding.params["member"]: finding.params["nearest"]
        for finding in found(findings, "ingest.member_spelt_otherwise")
    }
    assert near == {"Kab. Bantul": "Bantul", "Kendall": "Kendal"}
    (several,) = found(findings, "ingest.member_spelt_like_several")
    assert several.params["names"] == ["Kota Semarang", "Kabupaten Semarang"]
    silent = {f.params["body"]: f.params["members"] for f in found(findings, "ingest.members_without_answers")}
    assert silent == {"A": ["Yogyakarta"], "B": ["Demak"]}


def test_two_bodies_that_the_data_list_are_not_misspellings(survey_of: Survey, bodies_of: ReadBodies) -> None:
    responses = survey_of(("KAD Alfa", ""), ("KAD Alfi", ""), ("KAD Alfu", ""))
    assert len(found(responses, "ingest.near_misspelling")) >= 1
    bodies = bodies_of("| body |\n| KAD Alfa |\n| KAD Alfi |")
    left = found(without_true_pairs(responses.findings, bodies), "ingest.near_misspelling")
    assert left
    assert all("KAD Alfu" in (finding.params["rare"], finding.params["frequent"]) for finding in left)


def test_the_register_is_read_and_joined(tmp_path: Path) -> None:
    kad = load_instrument("kad")
    register = read_bodies(bundled("sample_data") / "register.csv", kad)
    assert register.names == ["kartamantul", "barlingmascakeb", "kedungsepur", "subosuko", "samota"]
    # Its columns 'remark' and 'source' are no body data.
    assert [finding.code for finding in register.findings] == ["ingest.unknown_columns"]
    assert register.members["barlingmascakeb"] == ("Banjarnegara", "Purbalingga", "Banyumas", "Cilacap", "Kebumen")
    assert register.data["members"].tolist() == [len(names) for names in register.members.values()]
    items = " | ".join(kad.items)
    answers = " | ".join("4" for _ in kad.items)
    asked = [
        ("Kartamantul", "Kota Yogyakarta"),
        ("Barlingmascakep", "Banyumas"),
        ("KEDUNGSEPUR", "Semarang"),
        ("Subosuko", "Boyolali"),
        ("SAMOTA", "Kabupaten Sumbawa"),
    ]
    rows = "\n".join(f"| {body} | {member} | {answers} |" for body, member in asked)
    path = write_xlsx(tmp_path / "a.xlsx", {"S": f"| body | member | {items} |\n{rows}"})
    responses = read_responses(path, kad)
    joined = join_bodies(register, responses)
    assert joined.names == ["Kartamantul", "barlingmascakeb", "KEDUNGSEPUR", "Subosuko", "SAMOTA"]
    findings = join_findings(responses, joined)
    (spelt,) = found(findings, "ingest.body_spelt_otherwise")
    assert (spelt.params["body"], spelt.params["nearest"]) == ("Barlingmascakep", "barlingmascakeb")
    assert [finding.params["nearest"] for finding in found(findings, "ingest.member_spelt_otherwise")] == ["Yogyakarta"]
    assert [finding.params["member"] for finding in found(findings, "ingest.member_spelt_like_several")] == ["Semarang"]


def test_a_number_of_members_is_held_against_their_names(tmp_path: Path) -> None:
    table = """
        | body     | members | member_names                |
        | KAD Alfa | 3       | Sleman; Bantul              |
        | KAD Beta | 2       | Banyumas; Cilacap           |
    """
    bodies = read_bodies(write_xlsx(tmp_path / "bodies.xlsx", {"S": table}), load_instrument("kad"))
    (odd,) = found(bodies.findings, "ingest.members_miscounted")
    assert (odd.params["body"], odd.params["members"], odd.params["listed"]) == ("KAD Alfa", 3, 2)
