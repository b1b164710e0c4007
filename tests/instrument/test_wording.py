"""Two spellings of one text, and two texts that stay apart."""

from __future__ import annotations

import pytest

from kadsurvey.instrument.wording import fold, fold_header


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Sangat setuju", " SANGAT  SETUJU. "),
        ("Ragu-ragu", "ragu \u2013 ragu"),
        ("no_responden", "No. Responden".replace(".", "")),
        ("Don't know", "Don\u2019t know"),
        ("T1", "\uff34\uff11"),
        ("\ufeffkelompok", "Kelompok:"),
        ("Setuju\u00a0", "setuju\u200b"),
    ],
)
def test_spellings_of_one_text(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("NA", "N/A"), ("TS", "STS"), ("T1", "T11"), ("Daerah 1", "Daerah 2")])
def test_texts_that_stay_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_numbering_before_a_header() -> None:
    assert fold_header("21. Kami tahu ") == fold_header("(3) Kami tahu") == fold("kami tahu")


def test_a_number_that_is_the_header_stays() -> None:
    assert fold_header("2019") == "2019"
