"""What a measurement model says of answers that were spoilt on purpose."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from kadsurvey import load_truth, measure, score, simulate, validate
from kadsurvey.findings import Finding
from kadsurvey.ingest.responses import Responses
from kadsurvey.simulation.responses import simulated_responses


@pytest.fixture(scope="module")
def study() -> Responses:
    return simulated_responses(simulate(load_truth("sample"), seed=5))


def found(findings: tuple[Finding, ...], code: str) -> list[Finding]:
    return [finding for finding in findings if finding.code == code]


def test_items_that_repeat_each_other_make_an_improper_model(study: Responses) -> None:
    findings = measure(replace(study, data=study.data.assign(M2=study.data["M1"])), constructs=["marker"]).findings
    (improper,) = found(findings, "measurement.improper")
    assert improper.params["items"] == ("M1", "M2")


def test_pairs_of_different_respondents_may_contradict_each_other(study: Responses) -> None:
    """M1 goes with M2, M2 with M3, and M3 against M1, each among other respondents: no matrix can be all that."""
    data, third = study.data.copy(), np.arange(len(study.data)) % 3
    answers = data["M1"].to_numpy()
    data["M2"] = np.where(third == 2, np.nan, answers)
    data["M3"] = np.where(third == 0, np.nan, np.where(third == 1, answers, 6 - answers))
    data.loc[third == 1, "M1"] = np.nan
    some = data.index[:60]
    data.loc[some] = study.data.loc[some]
    findings = measure(replace(study, data=data), constructs=["marker"]).findings
    assert [finding.params["construct"] for finding in found(findings, "measurement.smoothed")] == ["marker"]


def test_an_item_of_another_construct_loads_there(study: Responses) -> None:
    moved = study.data.assign(T3=study.data["N1"].where(np.arange(len(study.data)) % 3 > 0, study.data["T3"]))
    model = measure(replace(study, data=moved), constructs=["trust", "norm"])
    (finding,) = found(model.findings, "measurement.loads_elsewhere")
    assert (finding.params["item"], finding.params["construct"], finding.params["other"]) == ("T3", "trust", "norm")


def test_predictors_of_different_respondents_have_no_common_structure(study: Responses) -> None:
    official = study.data["group"] == "official"
    apart = study.data.copy()
    apart.loc[official, study.instrument.item_codes("norm")] = np.nan
    apart.loc[~official, study.instrument.item_codes("trust")] = np.nan
    findings = validate(replace(study, data=apart), constructs=["trust", "norm"]).findings
    assert found(findings, "measurement.no_structure")


def test_a_body_that_alone_varies_leaves_no_interval(study: Responses) -> None:
    body = study.data["body"].iloc[0]
    elsewhere = study.data["body"] != body
    # Without that body nobody disagrees with M1, so the item has no correlation.
    flat = study.data.assign(M1=study.data["M1"].where(~elsewhere, 4.0).where(study.data["M1"].notna()))
    validated = validate(replace(study, data=flat), constructs=["marker"])
    (finding,) = found(validated.findings, "measurement.jackknife_undefined")
    assert finding.params["bodies"] == [body]


def test_a_model_of_another_version_is_named(study: Responses) -> None:
    model = measure(study, constructs=["trust"])
    later = study.instrument.model_copy(update={"version": "9.9"})
    findings = score(replace(study, instrument=later), model=model).findings
    (finding,) = found(findings, "indices.model_of_other_version")
    assert "9.9" in finding.render()
