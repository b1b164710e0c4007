"""Agreement of a whole study: its levels, what is hidden, and what is named."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from kadsurvey import agreement, load_truth, score, simulate
from kadsurvey.indices.score import Indices
from kadsurvey.indices.shared_views import common_scale, shared_views
from kadsurvey.simulation.responses import simulated_responses
from kadsurvey.stats.mixed import random_intercepts

CLOSED_FORM = 1e-10


@pytest.fixture(scope="module")
def study():
    return simulated_responses(simulate(load_truth("sample"), seed=3))


@pytest.fixture(scope="module")
def indices(study) -> Indices:
    return score(study, method="mean")


@pytest.fixture(scope="module")
def views(study, indices):
    return shared_views(indices, study.instrument, draws=199, seed=1)


def with_respondents(indices: Indices, respondents: pd.DataFrame) -> Indices:
    return replace(indices, respondents=respondents)


def test_every_construct_has_its_levels(views, study):
    asked = [name for name, part in study.instrument.constructs.items() if part.role != "marker"]
    found = views.levels.groupby("construct", sort=False)[["level", "group"]].apply(lambda part: part.fillna("all"))
    assert list(found.index.unique("construct")) == asked
    for construct in asked:
        units = found.loc[construct].to_numpy().tolist()
        assert units == [["body", "all"], ["body", "official"], ["body", "ngo"], ["member", "all"]]


def test_levels_are_the_public_agreement_in_scale_points(views, indices, study):
    respondents = indices.respondents
    items = indices.items[study.instrument.item_codes("trust")]
    trust = views.levels[views.levels["construct"] == "trust"]
    found = trust.assign(group=trust["group"].fillna("all")).set_index(["level", "group"])
    alone = agreement(1 + respondents["trust_100"] / 25, respondents["body"], items=items)
    row = found.loc[("body", "all")]
    assert row["icc1"] == pytest.approx(alone.icc1, abs=CLOSED_FORM)
    assert (row["icc2_low"], row["icc2_high"]) == pytest.approx(alone.icc2_ci, abs=CLOSED_FORM)
    assert row["rwg_j"] == pytest.approx(alone.clusters["rwg_j"].median(), abs=CLOSED_FORM)
    assert row["agreeing"] == (alone.clusters["rwg_j"] >= 0.7).mean()
    assert row["verdict"] == alone.verdict
    member = respondents["body"] + "/" + respondents["member"]
    assert found.loc[("member", "all"), "icc1"] == pytest.approx(
        agreement(1 + respondents["trust_100"] / 25, member).icc1, abs=CLOSED_FORM
    )
    official = respondents[respondents["group"] == "official"]
    assert found.loc[("body", "official"), "icc2"] == pytest.approx(
        agreement(1 + official["trust_100"] / 25, official["body"]).icc2, abs=CLOSED_FORM
    )


def test_shares_are_of_the_nested_model(views, indices):
    used = indices.respondents.dropna(subset=["norm_100"])
    fit = random_intercepts(
        used["norm_100"].to_numpy(),
        np.ones((len(used), 1)),
        used["body"].to_numpy(str),
        within=used["member"].to_numpy(str),
    )
    row = views.shares.set_index("construct").loc["norm", ["body", "member", "respondent"]]
    assert tuple(row) == pytest.approx(fit.icc, abs=CLOSED_FORM)
    assert sum(row) == pytest.approx(1, abs=CLOSED_FORM)


def test_small_bodies_show_their_n_only(study, indices):
    views = shared_views(replace(indices, min_cell=28), study.instrument, draws=19, seed=1)
    hidden = views.bodies[views.bodies["suppressed"]]
    assert (hidden["n"] < 28).any()
    assert hidden[["rwg_j", "rwg_j_lindell", "awg", "ad_mean", "rwg", "reliability"]].isna().all(axis=None)
    assert hidden["n"].notna().all()


def test_a_body_whose_groups_disagree_is_named(study, indices):
    respondents = indices.respondents.copy()
    body = respondents["body"].iloc[0]
    apart = (respondents["body"] == body) & (respondents["group"] == "ngo")
    respondents.loc[apart, "trust_100"] = 0.0
    found = shared_views(with_respondents(indices, respondents), study.instrument, seed=1)
    named = [finding for finding in found.findings if finding.code == "indices.groups_disagree"]
    assert ("trust", body) in [(finding.params["construct"], finding.params["body"]) for finding in named]
    assert named[0].severity == "warning"
    assert body in named[0].render("id")


def test_agreement_on_the_same_answer_everywhere_is_named(study, indices):
    respondents, items = indices.respondents.copy(), indices.items.copy()
    rng = np.random.default_rng(2)
    codes = study.instrument.item_codes("norm")
    items[codes] = rng.choice([3.0, 4.0], size=(len(items), len(codes)))
    respondents["norm_100"] = (items[codes].mean(axis=1) - 1) * 25
    alike = replace(indices, respondents=respondents, items=items)
    found = shared_views(alike, study.instrument, draws=19, seed=1)
    named = {finding.params["construct"] for finding in found.findings if finding.code == "indices.pseudo_agreement"}
    assert "norm" in named


def test_one_body_cannot_be_compared(study, indices):
    respondents = indices.respondents[indices.respondents["body"] == indices.respondents["body"].iloc[0]]
    found = shared_views(with_respondents(indices, respondents), study.instrument, draws=19, seed=1)
    reasons = {(finding.code, finding.severity) for finding in found.findings}
    assert reasons == {("indices.no_agreement", "note")}
    assert "two clusters" in found.findings[0].render("en")
    # Its members still can.
    assert set(found.levels["level"]) == {"member"}
    assert found.bodies.empty


@pytest.mark.parametrize("absent", [["body"], ["body", "member", "group"], ["group"], ["member"]])
def test_what_the_data_do_not_name_is_left_out(study, indices, absent):
    found = shared_views(
        with_respondents(indices, indices.respondents.drop(columns=absent)), study.instrument, draws=19, seed=1
    )
    if "body" in absent:
        assert found.levels.empty
        assert found.groups.empty
    elif absent == ["group"]:
        assert found.groups.empty
        assert found.levels["group"].isna().all()
    else:
        assert set(found.levels["level"]) == {"body"}
        assert found.shares.empty
        assert set(found.groups["permuted"].dropna()) == {"body"}


def test_formative_constructs_have_icc_and_no_rwg(study, indices):
    facts = replace(indices, items_of={name: of for name, of in indices.items_of.items() if name != "trust"})
    found = shared_views(facts, study.instrument, draws=19, seed=1)
    rows = found.levels[found.levels["construct"] == "trust"]
    assert rows["rwg_j"].isna().all()
    assert rows["agreeing"].isna().all()
    assert rows["icc1"].notna().all()


def test_items_of_different_scales_have_no_common_scale(study):
    instrument = study.instrument
    assert common_scale(instrument, "trust") == (1, 2, 3, 4, 5)
    scales = {**instrument.scales, "ten": instrument.scales["agree5"].model_copy(update={"codes": tuple(range(11))})}
    trust = instrument.constructs["trust"]
    items = {**trust.items, "T1": trust.items["T1"].model_copy(update={"scale": "ten"})}
    constructs = {**instrument.constructs, "trust": trust.model_copy(update={"items": items})}
    mixed = instrument.model_copy(update={"scales": scales, "constructs": constructs})
    mixed.__dict__.pop("items", None)
    assert common_scale(mixed, "trust") is None


def test_it_becomes_plain_values(views):
    plain = views.to_dict()
    assert {"levels", "bodies", "shares", "groups", "min_cell", "draws", "findings"} == set(plain)
    assert plain["levels"][0]["construct"] == "trust"
    assert views.to_frame() is views.levels
