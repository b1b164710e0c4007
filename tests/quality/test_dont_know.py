"""Rates of *tidak tahu* by item, group and enumerator."""

from __future__ import annotations

import numpy as np
import pytest

from kadsurvey.quality.dont_know import (
    dont_know_enumerators,
    dont_know_items,
    dont_know_rates,
    enumerator_field,
)
from tests.quality.conftest import Answer, questionnaire, respond

# Shares are ratios of small integers.
EXACT = 1e-12

ROWS: list[list[Answer]] = [[8, 3, 4, 8], [2, 8, None, 4], [1, 2, 3, 4]]


def test_by_item_and_group() -> None:
    instrument = questionnaire(n_constructs=2, n_items=2, status={"role": "group"})
    frame = dont_know_items(respond(instrument, ROWS, group=["ngo", "ngo", "official"])).set_index(["item", "group"])
    first = frame.loc[("a1", "ngo")]
    assert first[["n", "given", "dont_know"]].tolist() == [2, 2, 1]
    assert first["dont_know_share"] == pytest.approx(1 / 2, abs=EXACT)
    assert frame.loc[("b1", "ngo"), "blank_share"] == pytest.approx(1 / 2, abs=EXACT)
    assert frame.loc[("a1", "official"), "dont_know"] == 0


def test_items_add_up_to_constructs() -> None:
    instrument = questionnaire(n_constructs=2, n_items=2)
    responses = respond(instrument, ROWS)
    items, constructs = dont_know_items(responses), dont_know_rates(responses)
    by_construct = items.groupby(items["item"].str[0])[["given", "dont_know"]].sum()
    np.testing.assert_array_equal(by_construct, constructs[["given", "dont_know"]])


@pytest.mark.parametrize(
    ("name", "aliases"), [("enumerator", []), ("Pewawancara", []), ("who", ["Kode enumerator"]), ("surveyor", [])]
)
def test_by_enumerator(name: str, aliases: list[str]) -> None:
    instrument = questionnaire(n_constructs=2, n_items=2, **{name: {"role": "covariate", "aliases": aliases}})
    responses = respond(instrument, ROWS, **{name: ["E2", "E1", None]})
    assert enumerator_field(responses) == name
    frame = dont_know_enumerators(responses).set_index("enumerator")
    assert frame["dont_know"].to_dict() == {"": 0, "E1": 1, "E2": 2}
    assert frame.loc["E2", "dont_know_share"] == pytest.approx(2 / 4, abs=EXACT)


def test_without_a_field_there_are_no_enumerators() -> None:
    instrument = questionnaire(n_constructs=2, n_items=2, education={"role": "covariate"})
    responses = respond(instrument, ROWS, education=["S1", "S2", "S1"])
    assert enumerator_field(responses) is None
    assert dont_know_enumerators(responses).empty
