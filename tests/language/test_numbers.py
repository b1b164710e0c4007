"""How numbers look in text: the formats that Python does not have."""

from __future__ import annotations

import math

import pytest

from kadsurvey.language.numbers import bounded, fixed, p_value, special
from kadsurvey.language.text import _Formatter


@pytest.mark.parametrize(
    ("value", "digits", "shown"),
    [(0.5, 2, ".50"), (-0.5, 2, "-.50"), (1.0, 2, "1.00"), (-1.0, 3, "-1.000"), (0.0, 2, ".00"), (-0.0004, 2, ".00")],
)
def test_no_zero_before_the_sign_of_what_cannot_exceed_1(value: float, digits: int, shown: str) -> None:
    assert bounded(value, digits) == shown


def test_what_rounds_to_zero_has_no_sign() -> None:
    assert fixed(-0.004, 2) == "0.00"
    assert fixed(-0.006, 2) == "-0.01"


@pytest.mark.parametrize(("value", "shown"), [(0.0234, ".023"), (0.001, ".001"), (0.00099, "< .001"), (1.0, "1.000")])
def test_p_values_to_three_digits(value: float, shown: str) -> None:
    assert p_value(value) == shown


@pytest.mark.parametrize("spec", ["", ".2f", ",", "z.2f", "b", "bx", "%"])
def test_other_specifications_are_left_to_python(spec: str) -> None:
    assert special(0.5, spec) is None


@pytest.mark.parametrize("spec", ["p", "b2"])
def test_what_is_not_finite_is_a_dash(spec: str) -> None:
    assert special(math.nan, spec) == "–"


@pytest.mark.parametrize(
    ("pattern", "value", "en", "indonesian"),
    [
        ("p {0:p}", 0.0234, "p = .023", "p = ,023"),
        ("p {0:p}", 0.0001, "p < .001", "p < ,001"),
        ("r = {0:b2}", -0.456, "r = -.46", "r = -,46"),
        ("r = {0:b3}", 1, "r = 1.000", "r = 1,000"),
    ],
)
def test_with_the_signs_of_the_language(pattern: str, value: float, en: str, indonesian: str) -> None:
    assert _Formatter("en").vformat(pattern, (value,), {}) == en
    assert _Formatter("id").vformat(pattern, (value,), {}) == indonesian
