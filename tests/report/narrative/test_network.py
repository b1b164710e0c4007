"""Sentences on networks: each number as the result has it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from kadsurvey.indices.network import network_indices
from kadsurvey.indices.roster_beside import RosterBeside
from kadsurvey.ingest.ties import read_ties
from kadsurvey.instrument.load import load_instrument
from kadsurvey.language.text import render
from kadsurvey.report.narrative.network import networks
from tests.report.narrative.stated import assert_states


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("roster")
    rng = np.random.default_rng(1)
    rows = [
        (body, f"{body}{first}", f"{body}{second}", int(rng.integers(0, 3)), int(rng.integers(0, 2)))
        for body in "AB"
        for first in range(6)
        for second in range(6)
        if first != second
    ]
    pd.DataFrame(rows, columns=["body", "from", "to", "contact", "trust"]).to_csv(folder / "ties.csv", index=False)
    names = [(f"{body}{place}", "official" if place < 3 else "ngo", body) for body in "AB" for place in range(6)]
    pd.DataFrame(names, columns=["organisation", "group", "body"]).to_csv(folder / "nodes.csv", index=False)
    return network_indices(read_ties(folder / "ties.csv", folder / "nodes.csv"), seed=1)


def test_each_sentence_states_the_numbers_of_all_relations(found):
    instrument = load_instrument("kad")
    beside = RosterBeside(pd.DataFrame(), "trust", "trust", 0.412, 0.031, True, 24)
    prose = networks(found, beside, instrument)
    whole = found.bodies.xs("any", level="relation")
    answers, density, returned, groups, trust = prose.sentences
    assert_states(answers, [2, 12, 12, 1.0])
    assert_states(density, [whole["density"].min(), whole["density"].max(), whole["density"].median()])
    assert str(whole["density"].idxmax()) in render(density, "en")
    assert_states(returned, [whole["reciprocity"].median()])
    sure = whole[whole["ei_p_value"] < 0.05]
    inward = int((sure["ei_index"] < sure["ei_expected"]).sum())
    assert_states(groups, [inward, len(whole), 0.05, len(sure) - inward])
    assert_states(trust, [24, 0.412, 0.031])


def test_without_a_correlation_nothing_is_said_of_it(found):
    few = RosterBeside(pd.DataFrame(), "trust", "trust", float("nan"), float("nan"), False, 2)
    instrument = load_instrument("kad")
    assert networks(found, few, instrument).sentences == networks(found, None, instrument).sentences
