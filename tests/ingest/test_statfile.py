"""SPSS and Stata files: what they say of their codes is held against the questionnaire."""

from __future__ import annotations

import random
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from kadsurvey.errors import InputFileError
from kadsurvey.ingest.files import read_file
from kadsurvey.ingest.responses import Responses, read_responses
from kadsurvey.instrument.model import Instrument
from tests.ingest.odd import found, logged
from tests.workbooks import frame_of, write_sav

ANSWERS = "| T1 | T2 | T3 | N1 |\n| 5 | 4 | 3 | 2 |\n| 1 | 8 | 98 | |"
LABELS = {1: "Sangat tidak setuju", 2: "Tidak setuju", 3: "Netral", 4: "Setuju", 5: "Sangat setuju"}
TRIALS = 40


def read_sav(path: Path, instrument: Instrument, markdown: str = ANSWERS, **options: object) -> Responses:
    return read_responses(write_sav(path / "a.sav", markdown, **options), instrument)


@pytest.mark.parametrize("names", ["| t1 | T2 | t3 | n1 |", "| T1 | t2 | T3 | N1 |"])
def test_names_in_either_case(tmp_path: Path, instrument: Instrument, names: str) -> None:
    responses = read_sav(tmp_path, instrument, f"{names}\n| 5 | 4 | 3 | 2 |")
    assert responses.items[["T1", "T2", "T3", "N1"]].to_numpy().tolist() == [[5.0, 4.0, 3.0, 2.0]]


def test_variables_are_recognised_by_their_label_too(tmp_path: Path, instrument: Instrument) -> None:
    labels = {"v1": "Mitra jujur", "v2": "Nama responden"}
    markdown = "| v1 | v2 | T2 | T3 | N1 |\n| 5 | Ani | 4 | 3 | 2 |"
    responses = read_sav(tmp_path, instrument, markdown, column_labels=labels)
    assert responses.data["T1"].tolist() == [5.0]
    assert "Ani" not in str(responses.to_dict()) + responses.raw.to_csv()
    assert "'v1' as T1" in logged(responses, "ingest.headers_recognised")[0].render()


def test_user_missing_ranges_are_never_answers(tmp_path: Path, instrument: Instrument) -> None:
    ranges = {"T2": [8], "T3": [{"lo": 90, "hi": 99}]}
    labels = {"T2": {**LABELS, 8: "Tidak tahu"}, "T3": {98: "Menolak"}}
    responses = read_sav(tmp_path, instrument, missing_ranges=ranges, variable_value_labels=labels)
    assert responses.data[["T2", "T3"]].isna().to_numpy().tolist() == [[False, False], [True, True]]
    # The questionnaire knows 8 as "I do not know"; the file alone knows 98.
    assert responses.dont_know.loc[:, ["T2", "T3"]].to_numpy().tolist() == [[False, False], [True, False]]
    assert not found(responses, "ingest.unreadable_answer")
    assert [change.count for change in logged(responses, "ingest.no_answer_to_missing", "T3")] == [1]


def test_a_scale_point_declared_missing_is_doubted(tmp_path: Path, instrument: Instrument) -> None:
    responses = read_sav(tmp_path, instrument, missing_ranges={"T1": [{"lo": 5, "hi": 9}]})
    (finding,) = found(responses, "ingest.scale_point_missing")
    assert (finding.severity, finding.params["code"], finding.params["items"]) == ("warning", "5", ["T1"])
    assert responses.data["T1"].isna().tolist() == [True, False]


def test_labels_that_agree_are_no_finding(tmp_path: Path, instrument: Instrument) -> None:
    labels = dict.fromkeys(["T1", "T2", "T3", "N1"], LABELS)
    responses = read_sav(tmp_path, instrument, "| T1 | T2 | T3 | N1 |\n| 5 | 4 | 3 | 2 |", variable_value_labels=labels)
    assert not [finding for finding in responses.findings if "label" in finding.code]


def test_a_scale_coded_the_other_way_is_an_error(tmp_path: Path, instrument: Instrument) -> None:
    turned = {6 - code: label for code, label in LABELS.items()}
    responses = read_sav(tmp_path, instrument, variable_value_labels={"T1": turned})
    findings = found(responses, "ingest.label_contradicts_code")
    assert [(finding.params["code"], finding.params["label"]) for finding in findings] == [
        ("5", "Sangat tidak setuju"),
        ("1", "Sangat setuju"),
    ]
    assert {finding.severity for finding in findings} == {"error"}
    assert "5 = Sangat setuju" in findings[0].render()


def test_a_label_that_the_scale_does_not_know_is_asked_about(tmp_path: Path, instrument: Instrument) -> None:
    responses = read_sav(tmp_path, instrument, variable_value_labels={"T3": {3: "Kurang setuju"}})
    (finding,) = found(responses, "ingest.label_of_code_unknown")
    assert (finding.severity, finding.params["label"], finding.params["meant"]) == (
        "warning",
        "Kurang setuju",
        ["3 = Netral"],
    )


def test_a_labelled_code_outside_the_scale_is_named_once(tmp_path: Path, instrument: Instrument) -> None:
    rows = "\n".join("| 7 | 7 | 3 | 2 |" for _ in range(30))
    labels = {"T1": {7: "Menolak"}, "T2": {7: "Menolak"}}
    responses = read_sav(tmp_path, instrument, f"| T1 | T2 | T3 | N1 |\n{rows}", variable_value_labels=labels)
    (finding,) = found(responses, "ingest.labelled_code_unknown")
    assert finding.params["items"] == ["T1", "T2"]
    assert not found(responses, "ingest.unreadable_answer")


def test_fields_are_read_by_their_labels(tmp_path: Path, instrument: Instrument) -> None:
    markdown = "| T1 | T2 | T3 | N1 | status | lama | uuid |\n| 5 | 4 | 3 | 2 | 2 | 12 | 007 |"
    markdown = markdown.replace("007", '"007"')
    labels = {"status": {1: "Pejabat daerah", 2: "LSM"}, "lama": {99: "Menolak"}}
    responses = read_sav(tmp_path, instrument, markdown, variable_value_labels=labels)
    assert responses.data["group"].tolist() == ["ngo"]
    assert responses.data["lama"].tolist() == [12.0]
    # SPSS allows no underscore in front: its uuid is Kobo's _uuid.
    assert responses.data.index.tolist() == ["007"]


def test_a_place_is_a_variable_and_a_case(tmp_path: Path, instrument: Instrument) -> None:
    responses = read_sav(tmp_path, instrument, "| T1 | T2 | T3 | N1 |\n| 5 | 4 | 3 | 2 |\n| | | | |\n| 7 | 4 | 3 | 2 |")
    (finding,) = found(responses, "ingest.unreadable_answer")
    assert (finding.file, finding.sheet, finding.cell) == ("a.sav", None, "T1:3")
    assert responses.source["row"].tolist() == [1, 3]
    assert [part.params["rows"] for part in found(responses, "ingest.rows_without_answers")] == [["2"]]


@pytest.mark.parametrize("version", [114, 117, 118, 119])
def test_stata_files_of_old_and_new_releases(tmp_path: Path, instrument: Instrument, version: int) -> None:
    path = tmp_path / "a.dta"
    frame = frame_of("| T1 | T2 | T3 | N1 |\n| 5 | 4 | 3 | 2 |\n| 1 | 2 | 3 | |")
    frame.to_stata(path, write_index=False, version=version, value_labels={"T1": LABELS})
    responses = read_responses(path, instrument)
    assert responses.items[["T1", "T2", "T3", "N1"]].fillna(0).to_numpy().tolist() == [[5, 4, 3, 2], [1, 2, 3, 0]]
    assert logged(responses, "ingest.dialect_of_kind")[0].params == {"program": "Stata"}


def test_a_sav_without_answers_to_this_questionnaire_is_refused(tmp_path: Path, instrument: Instrument) -> None:
    with pytest.raises(InputFileError, match="holds no answers"):
        read_sav(tmp_path, instrument, "| x | y |\n| 1 | 2 |")


def test_a_sav_without_cases_is_refused(tmp_path: Path, instrument: Instrument) -> None:
    path = tmp_path / "a.sav"
    pd.DataFrame({"T1": pd.Series([], dtype=float), "T2": pd.Series([], dtype=float)}).pipe(_write, path)
    with pytest.raises(InputFileError, match="is empty"):
        read_responses(path, instrument)


def _write(frame: pd.DataFrame, path: Path) -> None:
    import pyreadstat

    pyreadstat.write_sav(frame, path)


@pytest.mark.parametrize("ending", ["sav", "dta", "parquet"])
def test_damaged_files_are_read_or_refused(tmp_path: Path, ending: str) -> None:
    """In a process of its own, for the reader is compiled: a crash there would end the tests."""
    whole = tmp_path / f"whole.{ending}"
    frame = frame_of('| T1 | T2 | nama |\n| 5 | 4 | "x" |\n| 1 | 2 | "y" |')
    if ending == "sav":
        _write(frame, whole)
    elif ending == "dta":
        frame.to_stata(whole, write_index=False)
    else:
        frame.to_parquet(whole)
    content, rng = whole.read_bytes(), random.Random(20260301)
    for trial in range(TRIALS):
        changed = bytearray(content)
        for _ in range(rng.randrange(1, 5)):
            changed[rng.randrange(4, len(changed))] = rng.randrange(256)
        (tmp_path / f"{trial}.{ending}").write_bytes(
            bytes(changed[: rng.randrange(len(changed) // 2, len(changed) + 1)])
        )
    code = (
        "import sys\nfrom contextlib import suppress\nfrom pathlib import Path\n"
        "from kadsurvey.errors import InputFileError\nfrom kadsurvey.ingest.files import read_file\n"
        "for path in sorted(Path(sys.argv[1]).iterdir()):\n"
        "    with suppress(InputFileError):\n"
        "        for grid in read_file(path).grids:\n"
        "            grid.cells(range(len(grid.rows[0])), 1)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr


def test_a_cut_off_file_is_damaged(tmp_path: Path) -> None:
    path = write_sav(tmp_path / "a.sav", ANSWERS)
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(InputFileError, match="damaged"):
        read_file(path)
