"""The questionnaire model by itself, made in code."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from kadsurvey.instrument.load import load_instrument
from kadsurvey.instrument.model import Construct, Instrument, Item, MissingAnswer, Scale

SCALE = Scale(codes=(1, 2, 3, 4, 5))


def instrument(**constructs: Construct) -> Instrument:
    return Instrument(format=1, name="made", version="1", scales={"s": SCALE}, constructs=constructs)


@pytest.mark.parametrize(
    ("codes", "pairs"), [((1, 2, 3, 4, 5), [(1, 5), (2, 4), (3, 3)]), ((0, 1, 2, 3), [(0, 3), (1, 2)])]
)
def test_reversal_mirrors_and_undoes_itself(codes: tuple[int, ...], pairs: list[tuple[int, int]]) -> None:
    scale = Scale(codes=codes)
    for code, mirrored in pairs:
        assert scale.reversed_code(code) == mirrored
        assert scale.reversed_code(mirrored) == code


def test_lookups_follow_the_order_of_the_file() -> None:
    made = instrument(
        b=Construct(items={"B2": Item(scale="s"), "B1": Item(scale="s", reverse=True)}),
        a=Construct(items={"A1": Item(scale="s")}, role="outcome", kind="formative"),
    )
    assert list(made.items) == ["B2", "B1", "A1"]
    assert made.construct_of == {"B2": "b", "B1": "b", "A1": "a"}
    assert made.item_codes("b") == ["B2", "B1"]
    assert made.scale_of("A1") is made.scales["s"]
    assert made.constructs_with(role="predictor") == ["b"]
    assert made.constructs_with(role="outcome", kind="reflective") == []
    assert made.constructs_with() == ["b", "a"]


def test_field_with_role() -> None:
    kad = load_instrument("kad")
    assert [kad.field_with(role) for role in ("id", "body", "member", "group")] == [
        "respondent_id", "body", "member", "group",
    ]  # fmt: skip
    assert instrument(a=Construct(items={"A1": Item(scale="s")})).field_with("body") is None


def test_parts_are_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        SCALE.codes = (1, 2)


@pytest.mark.parametrize("codes", [(1,), (2, 1), (1, 1, 2), ()])
def test_codes_that_are_no_scale(codes: tuple[int, ...]) -> None:
    with pytest.raises(ValidationError):
        Scale(codes=codes)


@pytest.mark.parametrize("value", ["1.0", "01", "+1", " 1", "one", 1.0, True])
def test_codes_are_never_guessed(value: object) -> None:
    with pytest.raises(ValidationError, match="not a whole number"):
        Scale.model_validate({"codes": [0, value, 5]})


def test_missing_code_on_the_scale() -> None:
    with pytest.raises(ValidationError, match="missing_is_code"):
        Scale(codes=(1, 2), missing=(MissingAnswer(code=2),))


def test_missing_code_twice() -> None:
    with pytest.raises(ValidationError, match="missing_is_code"):
        Scale(codes=(1, 2), missing=(MissingAnswer(code=9), MissingAnswer(code=9)))


def test_answer_without_code_may_be_missing_twice() -> None:
    scale = Scale(codes=(1, 2), missing=(MissingAnswer(), MissingAnswer()))
    assert [answer.code for answer in scale.missing] == [None, None]


def test_names_that_disagree_are_all_told() -> None:
    with pytest.raises(ValidationError, match=r"unknown_scale at .*A1.*item_twice at .*A1"):
        instrument(
            a=Construct(items={"A1": Item(scale="t")}),
            b=Construct(items={"A1": Item(scale="s")}),
        )
