"""Wordings that move between respondents, scales and versions of a form."""

from __future__ import annotations

from pathlib import Path

import pytest

from kadsurvey.ingest.responses import read_responses
from kadsurvey.instrument.model import Instrument
from tests.ingest.conftest import Read
from tests.ingest.odd import found
from tests.workbooks import write_xlsx

VERSIONS = "| T1 | T2 | T3 | N1 | _uuid | _submission_time | __version__ |"


@pytest.fixture(scope="module")
def two_scales(instrument: Instrument) -> Instrument:
    """The items of norm on four points, where *kurang setuju* is the second and *setuju* the third."""
    tree = instrument.model_dump()
    tree["scales"]["agree4"] = {
        "codes": (1, 2, 3, 4),
        "labels": {
            1: {"id": ("Tidak setuju",)},
            2: {"id": ("Kurang setuju", "KS")},
            3: {"id": ("Setuju",)},
            4: {"id": ("Sangat setuju",)},
        },
    }
    tree["constructs"]["norm"]["items"]["N1"]["scale"] = "agree4"
    return Instrument.model_validate(tree)


def test_two_texts_for_one_code_are_named_with_their_counts(read: Read) -> None:
    responses = read("| T1 | T2 | T3 | N1 |\n| Netral | 4 | 3 | Netral |\n| Ragu-ragu | 4 | 3 | 2 |")
    (finding,) = found(responses, "ingest.label_drift")
    assert (finding.severity, finding.params["code"]) == ("warning", 3)
    assert "'Netral' (2), 'Ragu-ragu' (1)" in finding.render()
    assert "'Netral' (2), 'Ragu-ragu' (1)" in finding.render("id")


@pytest.mark.parametrize("other", ["SS", "sangat  setuju.", "Strongly agree"])
def test_initials_spellings_and_translations_are_no_other_text(read: Read, other: str) -> None:
    assert not found(read(f"| T1 | T2 | T3 | N1 |\n| Sangat setuju | {other} | 3 | 4 |"), "ingest.label_drift")


def test_one_text_at_different_heights_of_two_scales(tmp_path: Path, two_scales: Instrument) -> None:
    table = "| T1 | T2 | T3 | N1 |\n| Setuju | 4 | 3 | Setuju |\n| Sangat setuju | 4 | 3 | Sangat setuju |"
    responses = read_responses(write_xlsx(tmp_path / "a.xlsx", {"S": table}), two_scales)
    (finding,) = found(responses, "ingest.text_on_two_scales")
    assert "4 on 'agree5', 3 on 'agree4'" in finding.render()
    assert responses.data.loc[:, ["T1", "N1"]].to_numpy().tolist() == [[4.0, 3.0], [5.0, 4.0]]


def test_a_half_tone_is_read_only_where_the_scale_says_its_rank(tmp_path: Path, two_scales: Instrument) -> None:
    table = "| T1 | T2 | T3 | N1 |\n| KS | Agak setuju | 3 | KS |"
    responses = read_responses(write_xlsx(tmp_path / "a.xlsx", {"S": table}), two_scales)
    findings = found(responses, "ingest.unranked_answer")
    assert [finding.cell for finding in findings] == ["A2", "B2"]
    assert "which has 5 points" in findings[0].render()
    assert responses.data["N1"].tolist() == [2.0]


def test_an_answer_of_another_scale_is_named_as_such(tmp_path: Path, two_scales: Instrument) -> None:
    table = "| T1 | T2 | T3 | N1 |\n| 5 | 4 | 3 | Netral |"
    (finding,) = found(
        read_responses(write_xlsx(tmp_path / "a.xlsx", {"S": table}), two_scales), "ingest.unreadable_answer"
    )
    assert "a label of scale 'agree5'" in finding.render()


def test_items_that_one_version_of_the_form_lacks(read: Read) -> None:
    responses = read(
        f"""
        {VERSIONS}
        | 5 | 4 | 3 |   | a | t | v1 |
        | 4 | 4 | 3 |   | b | t | v1 |
        | 4 | 4 | 3 | 2 | c | t | v2 |
        """
    )
    assert found(responses, "ingest.form_versions")[0].severity == "note"
    (finding,) = found(responses, "ingest.items_absent_in_version")
    assert finding.params == {"version": "v1", "count": 2, "items": ["N1"]}


@pytest.mark.parametrize("second", ["v1", ""])
def test_one_version_is_no_finding(read: Read, second: str) -> None:
    responses = read(f"{VERSIONS}\n| 5 | 4 | 3 | | a | t | v1 |\n| 5 | 4 | 3 | 2 | b | t | {second} |")
    assert not found(responses, "ingest.form_versions")
    assert not found(responses, "ingest.items_absent_in_version")
