"""Tables on who answered: counts by hand, hidden categories, the flow."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from kadsurvey.instrument.load import load_instrument
from kadsurvey.report.builders.respondents import body_profile_table, flow_table, missing_table, respondents_table
from kadsurvey.report.cells import text_in


@pytest.fixture(scope="module")
def instrument():
    return load_instrument("kad")


@pytest.fixture
def responses(instrument):
    n = 20
    data = pd.DataFrame(np.full((n, len(instrument.items)), 3.0), columns=list(instrument.items))
    data["body"], data["member"] = np.repeat(["a", "b"], 10), np.repeat(["m1", "m2", "m3", "m4"], 5)
    data["group"] = np.where(np.arange(n) % 2 == 0, "official", "ngo")
    data["education"] = ["bachelor"] * 12 + ["master"] * 6 + ["doctorate"] * 2
    data["years_in_role"] = np.arange(n, dtype=float)
    data.index = [f"r{place}" for place in range(n)]
    excluded = pd.DataFrame({"reason": ["rejected"]}, index=["x1"])
    return SimpleNamespace(data=data, instrument=instrument, excluded=excluded)


def _cells(table, column):
    return {text_in(row, table.columns[0], "en"): row.values.get(column) for row in table.rows}


def test_the_flow_adds_up(responses):
    ledger = pd.DataFrame({"reason": ["straightlining,duplicate", "missing"]}, index=["r0", "r1"])
    clean = SimpleNamespace(data=responses.data.drop(["r0", "r1"]))
    table = flow_table(responses, SimpleNamespace(ledger=ledger, clean=clean), sent=40)
    flow = _cells(table, "all")
    assert flow["questionnaires sent"] == 40
    assert flow["returned"] == 21
    assert flow["rejected by a reviewer"] == -1
    assert flow["left out: Straight-lining"] == flow["left out: Much missing"] == -1
    assert flow["used"] == sum(value for key, value in flow.items() if key not in ("questionnaires sent", "used")) == 18
    assert "Response rate: 52%." in [note.render("en") for note in table.notes]


def test_without_the_number_sent_the_table_says_so(responses):
    screening = SimpleNamespace(ledger=pd.DataFrame({"reason": []}), clean=responses)
    notes = [note.render("en") for note in flow_table(responses, screening).notes]
    assert any("no response rate" in note for note in notes)


def test_small_categories_are_hidden_with_their_row(responses):
    table = respondents_table(responses, min_cell=3)
    rows = {text_in(row, table.columns[0], "en"): row for row in table.rows}
    assert rows["respondents"].values["all"] == 20
    assert rows["bodies"].values["official"] == 2
    assert rows["Bachelor's degree"].values == {**rows["Bachelor's degree"].values, "official": 6, "ngo": 6, "all": 12}
    # A single hidden row could be had from the total: the next smallest goes with it.
    for name in ("Doctorate", "Master's degree"):
        assert text_in(rows[name], table.columns[-1], "en") == "hidden"
    assert "9.5 (4.8 to 14.2)" in [text_in(row, table.columns[-1], "en") for row in table.rows]


def test_rare_answers_in_words_of_their_own_are_only_counted(responses):
    responses.data["position"] = ["head"] * 14 + ["Kepala Bappeda X"] * 1 + ["Sekda Y"] * 2 + ["Camat Z"] * 3
    table = respondents_table(responses, min_cell=3)
    shown = _cells(table, "all")
    assert shown["head"] == 14
    assert not [name for name in shown if "Kepala" in name or "Sekda" in name or "Camat" in name]
    assert "3 rare answers, not named" in shown
    assert [note for note in table.notes if "hidden" in note.render("en")]


def test_what_is_hidden_of_a_column_is_no_small_cell_itself(responses):
    # Officials: 8, 2, 0 and NGO members: 7, 0, 3; hidden alone, two officials and three NGO members would remain.
    responses.data["education"] = ["bachelor"] * 15 + ["master"] * 2 + ["doctorate"] * 3
    responses.data["group"] = ["official"] * 8 + ["ngo"] * 7 + ["official"] * 2 + ["ngo"] * 3
    rows = {
        text_in(row, table.columns[0], "en"): row
        for table in [respondents_table(responses, min_cell=5)]
        for row in table.rows
    }
    for name in ("Bachelor's degree", "Master's degree", "Doctorate"):
        assert rows[name].values["all"].render("en") == "hidden"


def test_missing_answers_are_counted_among_those_asked(responses, instrument):
    trust = instrument.item_codes("trust")
    responses.data.loc["r0", trust] = np.nan
    responses.data.loc["r1", trust[:4]] = np.nan
    row = _rows_by_label(missing_table(responses), "en")["Trust"]
    assert (row["items"], row["asked"], row["complete"], row["unscored"]) == (6, 19, 18, 1)
    assert row["missing"] == pytest.approx(4 / (19 * 6))


def _rows_by_label(table, lang):
    return {text_in(row, table.columns[0], lang): row.values for row in table.rows}


def test_the_profile_shows_years_as_years_and_dashes(instrument):
    data = pd.DataFrame({"founded": [2001.0, np.nan], "province": ["Jawa Tengah", None]}, index=["a", "b"])
    table = body_profile_table(data.rename_axis("body"), instrument, ["province", "founded"])
    texts = [[text_in(row, column, "id") for column in table.columns] for row in table.rows]
    assert texts == [["a", "Jawa Tengah", "2001"], ["b", "–", "–"]]


def test_quartiles_of_few_are_hidden(responses):
    responses.data.loc[responses.data["group"] == "ngo", "years_in_role"] = np.nan
    responses.data.loc["r1", "years_in_role"] = 30.0
    table = respondents_table(responses, min_cell=3)
    (row,) = [row for row in table.rows if text_in(row, table.columns[0], "en") == "median (quartiles)"]
    column = next(column for column in table.columns if column.key == "ngo")
    assert text_in(row, column, "en") == "hidden"
