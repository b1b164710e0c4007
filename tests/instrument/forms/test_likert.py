"""Which lists of choices are scales, and what stays blank."""

from __future__ import annotations

import pytest

from kadsurvey.instrument.forms.likert import Choice, scale_data

AGREE = ["Sangat tidak setuju", "Tidak setuju", "Netral", "Setuju", "Sangat setuju"]


def choices(*pairs: tuple[str, str]) -> list[Choice]:
    return [Choice(name, {"id": label} if label else {}) for name, label in pairs]


def numbered(labels: list[str], first: int = 1) -> list[Choice]:
    return choices(*((str(code), label) for code, label in enumerate(labels, start=first)))


def test_numbered_agreement_is_a_scale() -> None:
    data = scale_data(numbered(AGREE), uses=1)
    assert data == {
        "codes": ["1", "2", "3", "4", "5"],
        "labels": {str(code): {"id": [label]} for code, label in enumerate(AGREE, start=1)},
    }


def test_codes_ascend_whatever_the_order_of_the_form() -> None:
    data = scale_data(numbered(AGREE)[::-1], uses=1)
    assert data is not None
    assert data["codes"] == ["1", "2", "3", "4", "5"]


@pytest.mark.parametrize(
    "labels",
    [
        ["Sangat tidak setuju", "Tidak setuju", "Kurang setuju", "Setuju", "Sangat setuju"],
        ["Tidak pernah", "Jarang", "Kadang-kadang", "Sering", "Selalu"],
        ["Very dissatisfied", "Dissatisfied", "Neutral", "Satisfied", "Very satisfied"],
        ["Sangat buruk", "2", "3", "4", "Sangat baik"],
        ["0", "1", "2", "3"],
    ],
)
def test_other_scales_are_recognised(labels: list[str]) -> None:
    assert scale_data(numbered(labels), uses=2) is not None


@pytest.mark.parametrize(
    "labels",
    [
        ["Kota A", "Kota B", "Kota C", "Kota D"],
        ["SMA", "D3", "S1", "S2", "S3"],
        ["2021", "2022", "2023", "2024"],
        ["Ya", "Tidak"],
        ["Setuju", "Tidak setuju"],
        [],
    ],
)
def test_lists_that_are_no_scale_are_left_alone(labels: list[str]) -> None:
    assert scale_data(numbered(labels), uses=4) is None


def test_do_not_know_is_missing_and_not_a_point() -> None:
    listed = [*numbered(AGREE), *choices(("8", "Tidak tahu"), ("9", "Tidak menjawab"))]
    data = scale_data(listed, uses=1)
    assert data is not None
    assert data["codes"] == ["1", "2", "3", "4", "5"]
    assert data["missing"] == [
        {"code": "8", "kind": "dont_know", "labels": {"id": ["Tidak tahu"]}},
        {"code": "9", "kind": "no_answer", "labels": {"id": ["Tidak menjawab"]}},
    ]


def test_a_code_apart_with_an_unknown_label_is_asked_about() -> None:
    data = scale_data([*numbered(AGREE), *choices(("99", "Lain-lain"))], uses=1)
    assert data is not None
    assert data["codes"] == ["1", "2", "3", "4", "5"]
    assert data["missing"] == [{"code": "99", "kind": "???", "labels": {"id": ["Lain-lain"]}}]


def test_names_without_numbers_take_the_ranks_of_known_labels() -> None:
    data = scale_data(choices(*zip(["sts", "ts", "n", "s", "ss"], AGREE, strict=True)), uses=1)
    assert data is not None
    assert data["codes"] == ["1", "2", "3", "4", "5"]
    assert data["labels"]["1"] == {"id": ["Sangat tidak setuju", "sts"]}  # type: ignore[index,call-overload]


def test_a_rank_is_never_guessed() -> None:
    labels = ["Sangat tidak setuju", "Tidak setuju", "Kurang setuju", "Setuju", "Sangat setuju"]
    data = scale_data(choices(*zip(["sts", "ts", "ks", "s", "ss"], labels, strict=True)), uses=2)
    assert data is not None
    assert data["codes"] == "???"
    assert list(data["labels"]) == ["??? sts", "??? ts", "??? ks", "??? s", "??? ss"]


def test_a_repeated_code_is_no_scale() -> None:
    assert scale_data(choices(("1", "Setuju"), ("01", "Sering"), ("2", "Selalu")), uses=3) is None
