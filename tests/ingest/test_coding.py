from __future__ import annotations

import numpy as np
import pytest

from kadsurvey.ingest.coding import AnswerKey, Kind
from kadsurvey.instrument.model import Instrument, Scale
from tests.ingest.conftest import Read
from tests.ingest.odd import found, logged


@pytest.fixture(scope="module")
def key(instrument: Instrument) -> AnswerKey:
    return AnswerKey(instrument.scales["agree5"])


@pytest.mark.parametrize("text", ["4", "4.0", "4,0", " 4 ", "+4"])
def test_a_code_may_be_written_as_a_number_or_as_text(key: AnswerKey, text: str) -> None:
    assert key.read(text) == (Kind.CODE, 4.0)


@pytest.mark.parametrize("text", ["Setuju", "setuju ", "SETUJU", "Agree", "agree.", "S", "  s"])
def test_labels_in_either_language(key: AnswerKey, text: str) -> None:
    assert key.read(text) == (Kind.LABEL, 4.0)


@pytest.mark.parametrize("text", ["Netral", "Ragu-ragu", "ragu ragu", "Ragu - Ragu"])
def test_several_labels_of_one_code(key: AnswerKey, text: str) -> None:
    assert key.read(text) == (Kind.LABEL, 3.0)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("8", Kind.DONT_KNOW),
        ("Tidak tahu", Kind.DONT_KNOW),
        ("don\u2019t know", Kind.DONT_KNOW),
        ("99", Kind.NO_ANSWER),
        ("-", Kind.NO_ANSWER),
        ("", Kind.BLANK),
        ("  \u00a0", Kind.BLANK),
    ],
)
def test_missing_answers_are_told_apart(key: AnswerKey, text: str, kind: Kind) -> None:
    found_kind, code = key.read(text)
    assert found_kind is kind
    assert np.isnan(code)


@pytest.mark.parametrize(
    "text", ["0", "6", "-4", "4.5", "3,7", "7", "KS", "A4", "TRUE", "2026-03-04", "4 5", "?", "--"]
)
def test_what_fits_no_answer(key: AnswerKey, text: str) -> None:
    assert key.read(text)[0] is Kind.UNREADABLE


def test_a_number_on_a_scale_is_a_code_even_where_it_is_also_a_label() -> None:
    scale = Scale(codes=(1, 2), labels={1: {"en": ("2",)}, 2: {"en": ("1",)}})
    assert AnswerKey(scale).read("1") == (Kind.CODE, 1.0)


def test_every_code_and_label_of_every_item_arrives(read: Read) -> None:
    responses = read(
        """
        | T1     | T2     | T3           | N1  |
        | 5      | "4"    | Agree        | 1   |
        | Setuju | TS     | 5            | "2" |
        """
    )
    np.testing.assert_array_equal(responses.items[["T1", "T2", "T3", "N1"]], [[5, 4, 2, 1], [4, 2, 1, 2]])
    assert [change.count for change in logged(responses, "ingest.labels_coded", "T1")] == [1]
    assert [change.count for change in logged(responses, "ingest.text_numbers_read", "T2")] == [1]
    assert [(change.count, change.file) for change in logged(responses, "ingest.reversed")] == [(2, "answers.xlsx")]


def test_reversal_leaves_the_raw_cells_alone(read: Read) -> None:
    responses = read("| T1 | T2 | T3 | N1 |\n| 5 | 4 | 1 | 2 |")
    assert responses.data["T3"].tolist() == [5.0]
    assert responses.raw["T3"].tolist() == ["1"]


def test_an_unreadable_answer_is_named_and_only_then_missing(read: Read) -> None:
    responses = read("| nomor | T1 | T2 | T3 | N1 |\n| R1 | 5 | Setujuu | 3 | 4 |\n| R2 | 5 | 7 | 3 | 4 |")
    first, second = found(responses, "ingest.unreadable_answer")
    assert (first.severity, first.file, first.sheet, first.cell) == ("warning", "answers.xlsx", "Respon", "C2")
    assert first.respondent_id == "R1"
    assert "Did you mean 'Setuju'?" in first.render()
    assert "codes 1, 2, 3, 4, 5" in second.render()
    assert responses.data["T2"].isna().all()
    assert responses.data["T1"].tolist() == [5.0, 5.0]
    assert [change.count for change in logged(responses, "ingest.unreadable_to_missing", "T2")] == [2]


def test_kurang_setuju_is_never_ranked(read: Read) -> None:
    responses = read("| T1 | T2 | T3 | N1 |\n| KS | Kurang setuju | 3 | 4 |")
    findings = found(responses, "ingest.unranked_answer")
    assert [finding.cell for finding in findings] == ["A2", "B2"]
    assert "never guessed" in findings[0].render()
    assert responses.data[["T1", "T2"]].isna().all(axis=None)


def test_text_traps_of_answer_cells(read: Read) -> None:
    responses = read('| T1 | T2 | T3 | N1 |\n| "00005" | NA | 3 | #N/A |')
    assert responses.data["T1"].tolist() == [5.0]
    assert [finding.cell for finding in found(responses, "ingest.unreadable_answer")] == ["B2", "D2"]


def test_a_formula_is_refused_by_its_cell(read: Read) -> None:
    responses = read("| T1 | T2 | T3 | N1 |\n| =4+0 | 4 | 3 | 4 |\n| 2 | 4 | 3 | 4 |")
    (finding,) = found(responses, "ingest.formula_answer")
    assert (finding.severity, finding.cell) == ("error", "A2")
    assert responses.data["T1"].isna().tolist() == [True, False]


def test_dont_know_is_kept_apart_from_no_answer(read: Read) -> None:
    responses = read("| T1 | T2 | T3 | N1 |\n| 8 | 99 | 3 | |\n| 5 | Tidak tahu | 3 | 4 |")
    assert responses.dont_know["T1"].tolist() == [True, False]
    assert responses.dont_know["T2"].tolist() == [False, True]
    assert not responses.dont_know["N1"].any()
    assert [change.count for change in logged(responses, "ingest.dont_know_to_missing", "T2")] == [1]
    assert [change.count for change in logged(responses, "ingest.no_answer_to_missing", "T2")] == [1]
    assert not found(responses, "ingest.unreadable_answer")


def test_many_equal_cells_are_counted_after_the_first_ones(read: Read) -> None:
    rows = "\n".join("| ? | 4 | 3 | 4 |" for _ in range(30))
    responses = read(f"| T1 | T2 | T3 | N1 |\n{rows}")
    assert len(found(responses, "ingest.unreadable_answer")) == 20
    (rest,) = found(responses, "ingest.more_unreadable_answers")
    assert rest.params["count"] == 10
