"""Each screen on a respondent who was made to be flagged by it, among others who were not."""

from __future__ import annotations

import numpy as np
import pytest

from kadsurvey.errors import StatisticsError
from kadsurvey.instrument.model import Instrument
from kadsurvey.quality.screening import Screening, screen
from kadsurvey.quality.screens import SCREENS
from kadsurvey.quality.thresholds import Thresholds
from kadsurvey.stats.mahalanobis import mahalanobis
from tests.quality.conftest import Answer, attentive, questionnaire, respond

# Shares are ratios of small integers.
EXACT = 1e-12
N = 120


def screened(
    instrument: Instrument, first: list[Answer], *more: list[Answer], thresholds: Thresholds | None = None
) -> Screening:
    """Screen one respondent (R1), and more, before many attentive ones."""
    rows = [first, *more, *attentive(instrument, N)]
    return screen(respond(instrument, rows), thresholds=thresholds)


def flags(screening: Screening, respondent: str = "R1") -> set[str]:
    bears = screening.flags.loc[respondent]
    return set(bears.index[bears])


def test_attentive_respondents_are_rarely_flagged(small: Instrument) -> None:
    found = screen(respond(small, attentive(small, 400, seed=5))).flags
    # 400 respondents, 15 screens: two in a hundred is what benchmarks/screening.md shows for the worst of them.
    assert found.mean().max() <= 0.02
    assert list(found) == list(SCREENS)


def test_one_answer_throughout_is_seen_before_reversal(small: Instrument) -> None:
    screening = screened(small, [4.0] * 20)
    assert {"same_answer", "straightlining", "low_variability"} <= flags(screening)
    assert screening.values.loc["R1", "straightlining"] == 1
    assert screening.values.loc["R1", "low_variability"] == 0


def test_a_line_of_coded_answers_is_no_straight_line(small: Instrument) -> None:
    """Who answers every reversed item oppositely has one coded answer, and has read the items."""
    consistent: list[Answer] = [2 if item.reverse else 4 for item in small.items.values()]
    assert not {"same_answer", "straightlining", "low_variability"} & flags(screened(small, consistent))


def test_a_straight_end_is_seen_through_gaps(small: Instrument) -> None:
    row = attentive(small, 1, seed=9)[0]
    row[10:] = [3, 3, None, 3, 3, 3, 8, 3, 3, 3]
    screening = screened(small, row)
    assert "straightlining" not in flags(screening)
    row[7:10] = [3, 3, 3]
    screening = screened(small, row)
    assert "straightlining" in flags(screening)
    # Threes in 18 answers, the eleven set here and what stood before them; gap and "don't know" do not end the run.
    assert screening.values.loc["R1", "straightlining"] in (pytest.approx(11 / 18), pytest.approx(12 / 18))
    assert "same_answer" not in flags(screening)


def test_scales_are_told_apart() -> None:
    """A 3 of five points beside a 3 of seven is no run, and variability is measured on one range."""
    instrument = Instrument.model_validate(
        {
            "format": 1,
            "name": "two",
            "version": "1",
            "scales": {"five": {"codes": (1, 2, 3, 4, 5)}, "seven": {"codes": (1, 2, 3, 4, 5, 6, 7)}},
            "constructs": {
                "a": {"items": {f"a{place}": {"scale": "five"} for place in range(1, 9)}},
                "b": {"items": {f"b{place}": {"scale": "seven"} for place in range(1, 9)}},
            },
        }
    )
    rows = [[3.0] * 16, [3.0] * 8 + [4.0] * 8, [1.0] * 8 + [7.0] * 8]
    screening = screen(respond(instrument, [[float(cell) for cell in row] for row in rows]))
    assert screening.values["straightlining"].tolist() == [0.5, 0.5, 0.5]
    assert screening.values["low_variability"].to_numpy() == pytest.approx([1 / 12 * 1.0328, 0, 0.5164], abs=1e-4)


def test_yes_to_everything_contradicts_itself(small: Instrument) -> None:
    rng = np.random.default_rng(2)
    screening = screened(small, [float(cell) for cell in rng.choice([4, 5], 20)])
    assert {"contradiction", "low_variability"} <= flags(screening)
    assert screening.values.loc["R1", "contradiction"] == 1


def test_contradictions_count_agreement_with_both_siblings() -> None:
    instrument = questionnaire(n_constructs=3, n_items=5)
    row: list[Answer] = [4, 4, 2, None, 4, 1, 1, 1, 1, 5, 3, 3, 3, 3, 4]
    screening = screen(respond(instrument, [row, row]), thresholds=Thresholds(fewest_siblings=10))
    # a: two of three answered siblings agreed to; b and c: none of four.
    assert screening.values.loc["R1", "contradiction"] == pytest.approx(2 / 11, abs=EXACT)
    assert not screening.flags["contradiction"].any()


def test_without_reversed_items_nothing_contradicts(small: Instrument) -> None:
    plain = questionnaire(n_constructs=1, n_items=5)
    screening = screen(respond(plain, attentive(plain, 5)))
    assert "4 pairs" in screening.not_judged["contradiction"].render()
    assert small.constructs["a"].items["a5"].reverse


def test_random_ticking_is_an_unusual_combination(small: Instrument) -> None:
    rng = np.random.default_rng(8)
    rows = [[float(cell) for cell in rng.integers(1, 6, 20)] for _ in range(4)]
    screening = screened(small, *rows)
    assert sum("outlying" in flags(screening, f"R{place}") for place in range(1, 5)) >= 2
    coded = screening.clean.items.to_numpy()
    np.testing.assert_allclose(screening.values["outlying"], mahalanobis(coded).p_value, atol=EXACT)


def test_too_few_respondents_have_no_covariance(small: Instrument) -> None:
    screening = screen(respond(small, attentive(small, 10)))
    assert "10 respondents" in screening.not_judged["outlying"].render()
    assert not screening.flags["outlying"].any()


def test_an_item_that_nobody_varies_on_is_left_out_of_the_distance(small: Instrument) -> None:
    rows = attentive(small, N)
    for row in rows:
        row[0] = 4
    assert np.isfinite(screen(respond(small, rows)).values["outlying"]).all()


def test_even_odd_needs_many_constructs(small: Instrument) -> None:
    assert "4 constructs" in screened(small, [3.0] * 20).not_judged["even_odd"].render()
    long = questionnaire(n_constructs=12, n_items=4)
    rng = np.random.default_rng(3)
    rows = [[float(cell) for cell in rng.integers(1, 6, 48)] for _ in range(20)]
    screening = screen(respond(long, [*rows, *attentive(long, N)]))
    random, read = screening.flags["even_odd"].iloc[:20], screening.flags["even_odd"].iloc[20:]
    assert random.mean() >= 0.6
    assert read.mean() <= 0.05


def test_synonyms_and_antonyms_need_pairs_that_correlate(small: Instrument) -> None:
    assert "pairs of items" in screened(small, [3.0] * 20).not_judged["synonyms"].render()
    long = questionnaire(n_constructs=8, n_items=5)
    rng = np.random.default_rng(4)
    rows = [[float(cell) for cell in rng.integers(1, 6, 40)] for _ in range(20)]
    screening = screen(
        respond(long, [*rows, *attentive(long, N)]), thresholds=Thresholds(pair_correlation=0.4, fewest_pairs=25)
    )
    assert not {"synonyms", "antonyms"} & set(screening.not_judged)
    for name in ("synonyms", "antonyms"):
        assert screening.flags[name].iloc[:20].mean() >= 0.3
        assert screening.flags[name].iloc[20:].mean() <= 0.05


def test_a_turned_scale_goes_against_everybody() -> None:
    instrument = questionnaire(n_constructs=4, n_items=5)
    rng = np.random.default_rng(6)
    liked = np.linspace(1.2, 4.8, 20)
    rows = [[float(cell) for cell in np.clip(np.round(liked + rng.normal(0, 0.7, 20)), 1, 5)] for _ in range(N)]
    rows[0] = [6 - cell for cell in rows[0]]
    screening = screen(respond(instrument, [list(row) for row in rows]))
    assert screening.flags.index[screening.flags["person_total"]].tolist() == ["R1"]


def test_copies_are_flagged_and_their_first_is_not(small: Instrument) -> None:
    rows = attentive(small, N)
    rows[7] = list(rows[2])
    rows[9] = list(rows[2])
    rows[9][4] = 6 - rows[9][4] if rows[9][4] != 3 else 4  # type: ignore[operator]
    screening = screen(respond(small, rows))
    assert screening.flags.index[screening.flags["duplicate"]].tolist() == ["R8"]
    assert screening.flags.index[screening.flags["near_duplicate"]].tolist() == ["R10"]
    assert screening.repeats.loc[["R3", "R8", "R10"]].tolist() == ["", "R3", "R3"]
    assert screening.values.loc["R10", "near_duplicate"] == pytest.approx(19 / 20, abs=EXACT)


def test_what_cannot_be_compared_says_so(small: Instrument, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise StatisticsError("stats.too_many_candidates", n_obs=9, n_items=20, pairs=10**9)

    monkeypatch.setattr("kadsurvey.quality.repetition.near_repeats", refuse)
    screening = screen(respond(small, attentive(small, 5)))
    assert "by chance" in screening.not_judged["near_duplicate"].render()
    assert not screening.flags["near_duplicate"].any()


def test_a_short_questionnaire_is_alike_by_chance() -> None:
    short = questionnaire(n_constructs=3, n_items=3)
    screening = screen(respond(short, [[4.0] * 9, [4.0] * 9, *attentive(short, 30)]))
    for name in ("straightlining", "low_variability", "person_total", "duplicate", "near_duplicate"):
        assert "9 items" in screening.not_judged[name].render()
        assert "9 butir" in screening.not_judged[name].render("id")
        assert not screening.flags[name].any()
    assert screening.flags["same_answer"].iloc[:2].all()


def test_missing_counts_what_anybody_was_asked(small: Instrument) -> None:
    row: list[Answer] = [4, 2, 5, 8, 3] + [None] * 10 + [9, 2, 4, 1, 5]
    rows = attentive(small, N)
    screening = screen(respond(small, [row, *rows]))
    assert screening.values.loc["R1", "missing"] == pytest.approx(12 / 20, abs=EXACT)
    assert "missing" in flags(screening)
    for other in [row, *rows]:
        other[15:] = [None] * 5
    asked_less = screen(respond(small, [row, *rows]))
    assert asked_less.values.loc["R1", "missing"] == pytest.approx(11 / 15, abs=EXACT)


def test_cells_that_are_no_answer_are_out_of_range(small: Instrument) -> None:
    row: list[Answer] = [7, "setujuu", 8, 9, None] + [4, 2, 5, 1, 3] * 3
    screening = screened(small, row)
    assert screening.values.loc["R1", "out_of_range"] == 2
    assert flags(screening) - {"outlying"} == {"out_of_range"}


def test_silence_is_flagged_as_such(small: Instrument) -> None:
    silent: list[Answer] = [8, *["?"] * 3, *[None] * 16]
    screening = screened(small, silent)
    assert flags(screening) == {"no_answers", "missing", "out_of_range"}


def test_nobody_at_all_answered(small: Instrument) -> None:
    screening = screen(respond(small, [["?"] * 20, ["x"] * 20]))
    assert screening.flags["no_answers"].all()
    assert {"outlying", "synonyms", "antonyms"} <= set(screening.not_judged)


def test_thresholds_decide(small: Instrument) -> None:
    row = attentive(small, 1, seed=9)[0]
    row[10:] = [3] * 10
    assert "straightlining" in flags(screened(small, row))
    assert "straightlining" not in flags(screened(small, row, thresholds=Thresholds(straightlining=0.8)))


def test_answers_are_left_as_they_are(small: Instrument) -> None:
    responses = respond(small, attentive(small, 20))
    before = responses.data.copy()
    screen(responses, drop=["same_answer"])
    assert responses.data.equals(before)
