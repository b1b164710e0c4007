"""Costs of bodies: closed forms by hand, scores from the statistics below, and who is never compared with whom."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kadsurvey import efficiency
from kadsurvey.errors import ArgumentError, StatisticsError
from kadsurvey.ingest.bodies import Bodies
from kadsurvey.ingest.deflator import Deflator
from kadsurvey.language.text import render
from kadsurvey.outcomes.efficiency import FEWEST_BODIES
from kadsurvey.report.builders.efficiency import efficiency_tables
from kadsurvey.stats.frontier import dea, scale_efficiency
from kadsurvey.stats.frontier_bootstrap import bootstrap_frontier
from kadsurvey.stats.malmquist import malmquist

EXACT = 1e-12  # the same arithmetic by another path
SOLVER = 1e-7  # the linear programmes' own tolerance, magnified by scaling
DRAWS = 200


def bodies_of(data):
    return Bodies(data, (), ())


def made(n=15, seed=2, service="waste", prefix="b"):
    rng = np.random.default_rng(seed)
    cost = rng.uniform(1e9, 9e9, n)
    frame = pd.DataFrame(
        {
            "service": service,
            "output_unit": "ton",
            "cost_realised": cost,
            "cost_planned": cost * rng.uniform(0.9, 1.3, n),
            "cost_alone": cost * rng.uniform(0.8, 1.6, n),
            "output": cost / 1e6 * rng.uniform(0.4, 1, n),
            "coverage": rng.uniform(0.3, 1, n),
        },
        index=pd.Index([f"{prefix}{place:02d}" for place in range(n)], name="body"),
    )
    return frame


def codes(found):
    return [finding.code for finding in found.findings]


@pytest.fixture(scope="module")
def found():
    return efficiency(bodies_of(made()), outputs=("output", "coverage"), draws=DRAWS, seed=3)


def test_costs_are_ratios_of_their_columns(found):
    data, table = made(), found.costs.table
    np.testing.assert_allclose(table["unit_cost"], data["cost_realised"] / data["output"], rtol=EXACT)
    np.testing.assert_allclose(table["saving"], np.log(data["cost_alone"] / data["cost_realised"]), rtol=EXACT)
    np.testing.assert_allclose(table["realisation"], data["cost_realised"] / data["cost_planned"], rtol=EXACT)
    np.testing.assert_allclose(table["cost_share"], data["cost_realised"] / data["cost_realised"].sum(), rtol=EXACT)
    cost = data["cost_realised"].to_numpy()
    gini = np.abs(np.subtract.outer(cost, cost)).mean() / (2 * cost.mean())
    row = found.costs.shares.iloc[0]
    assert row["gini"] == pytest.approx(gini, rel=EXACT)
    assert row["gini_corrected"] == pytest.approx(gini * 15 / 14, rel=EXACT)


def test_scores_are_those_of_the_frontier(found):
    data = made()
    x, y = data[["cost_realised"]].to_numpy(), data[["output", "coverage"]].to_numpy()
    sizes, boot = scale_efficiency(x, y), bootstrap_frontier(x, y, returns="vrs", draws=DRAWS, seed=3)
    np.testing.assert_array_equal(found.scores, sizes.vrs)
    np.testing.assert_array_equal(found.table["crs"], sizes.crs)
    np.testing.assert_array_equal(found.corrected, boot.corrected)
    np.testing.assert_array_equal(found.ci_low, boot.ci_low)
    np.testing.assert_array_equal(found.ci_high, boot.ci_high)
    peers = dea(x, y, returns="vrs").peers
    assert found.table["peers"].iloc[4] == [f"b{place:02d}" for place in peers[4]]


def test_realisation_is_never_an_efficiency(found):
    assert "realisation" not in found.table
    table = efficiency_tables(found)[0][0]
    assert any("no measure of efficiency" in render(note, "en") for note in table.notes)


@pytest.mark.parametrize("derive", ["auto", "alone", "output"])
def test_the_derived_efficiency_says_how(derive):
    data = made()
    found = efficiency(bodies_of(data), derive=derive, draws=DRAWS)
    per_rupiah = data["output"] / data["cost_realised"]
    expected = {
        "alone": np.log(data["cost_alone"] / data["cost_realised"]),
        "output": np.log(per_rupiah / per_rupiah.median()),
    }
    way = "alone" if derive == "auto" else derive
    np.testing.assert_allclose(found.costs.table["cost_efficiency"], expected[way], rtol=EXACT, atol=EXACT)
    assert set(found.costs.table["derived"]) == {way} == {found.costs.derivation}


def test_a_given_efficiency_comes_first():
    data = made().assign(cost_efficiency=np.arange(15.0))
    found = efficiency(bodies_of(data), draws=DRAWS)
    assert found.costs.table["cost_efficiency"].tolist() == list(range(15))
    assert found.costs.derivation == "given"


def test_two_ways_are_never_mixed():
    data = made()
    data.loc["b03", "cost_alone"] = np.nan
    found = efficiency(bodies_of(data), draws=DRAWS)
    assert np.isnan(found.costs.table.loc["b03", "cost_efficiency"])
    said = [finding for finding in found.findings if finding.code == "outcomes.cost_efficiency_by_other_way"]
    assert (said[0].params["bodies"], said[0].params["others"]) == (["b03"], ["output"])


def test_services_and_units_are_never_mixed():
    waste, water = made(), made(seed=5, service="water", prefix="w")
    both = efficiency(bodies_of(pd.concat([waste, water])), draws=DRAWS, seed=3)
    alone = efficiency(bodies_of(waste), draws=DRAWS, seed=3)
    pd.testing.assert_frame_equal(both.table.loc[waste.index], alone.table)
    litres = waste.assign(output_unit=np.where(np.arange(15) < 8, "ton", "m3"))
    split = efficiency(bodies_of(litres), draws=DRAWS)
    assert split.groups["bodies"].tolist() == [7, 8]
    assert split.scores.isna().all()
    tons = litres[litres["output_unit"] == "ton"]
    per_rupiah = tons["output"] / tons["cost_realised"]
    found = efficiency(bodies_of(litres), derive="output", draws=DRAWS).costs.table.loc[tons.index]
    np.testing.assert_allclose(
        found["cost_efficiency"], np.log(per_rupiah / per_rupiah.median()), rtol=EXACT, atol=EXACT
    )


@pytest.mark.parametrize(
    ("inputs", "needed"), [(["cost_realised"], 12), (["cost_realised", "cost_planned", "cost_alone"], 15)]
)
def test_few_bodies_get_no_frontier_but_their_costs(inputs, needed):
    few = efficiency(bodies_of(made(needed - 1)), inputs=inputs, outputs=("output", "coverage"), draws=DRAWS)
    assert codes(few).count("outcomes.frontier_refused") == 1
    assert few.groups.iloc[0].tolist()[2:] == [needed - 1, needed, False]
    assert few.scores.isna().all()
    assert few.costs.table["unit_cost"].notna().all()
    enough = efficiency(bodies_of(made(needed)), inputs=inputs, outputs=("output", "coverage"), draws=DRAWS)
    assert enough.scores.notna().all()


@settings(max_examples=6)
@given(money=st.floats(1e-6, 1e6), units=st.floats(1e-3, 1e3))
def test_units_of_money_and_output_change_no_score(money, units):
    data = made()
    scaled = data.assign(cost_realised=data["cost_realised"] * money, output=data["output"] * units)
    first, second = (efficiency(bodies_of(frame), draws=100, seed=1) for frame in (data, scaled))
    for column in ("crs", "vrs", "corrected"):
        np.testing.assert_allclose(first.table[column], second.table[column], rtol=SOLVER)


def test_a_dominated_body_changes_no_one_elses_score():
    data = made()
    worse = data.iloc[[0]].assign(cost_realised=data["cost_realised"].max() * 2, output=1.0).set_axis(["worse"])
    more = efficiency(bodies_of(pd.concat([data, worse]).rename_axis("body")), draws=DRAWS)
    plain = efficiency(bodies_of(data), draws=DRAWS)
    for column in ("crs", "vrs"):
        np.testing.assert_allclose(more.table.loc[data.index, column], plain.table[column], rtol=SOLVER)


def test_bodies_without_an_amount_are_named_and_left_out():
    data = made(14)
    data.loc["b01", "output"] = np.nan
    data.loc["b02", "cost_realised"] = 0.0
    data.loc["b04", "service"] = None
    found = efficiency(bodies_of(data), draws=DRAWS)
    said = {finding.code: finding.params["bodies"] for finding in found.findings if "bodies" in finding.params}
    assert said["outcomes.not_on_frontier"] == ["b01", "b02", "b04"]
    assert said["outcomes.service_unknown"] == ["b04"]
    assert said["outcomes.amount_not_positive"] == ["b02"]
    assert found.groups["bodies"].tolist() == [11]


def test_without_amounts_there_is_no_efficiency_by_any_way():
    data = made()
    data.loc["b03", ["cost_alone", "output"]] = np.nan
    found = efficiency(bodies_of(data), draws=DRAWS)
    said = [finding for finding in found.findings if finding.code == "outcomes.cost_efficiency_missing"]
    assert said[0].params["bodies"] == ["b03"]


def test_an_output_that_nobody_makes_draws_no_frontier():
    found = efficiency(bodies_of(made().assign(nothing=0.0)), outputs=("output", "nothing"), draws=DRAWS)
    assert "outcomes.frontier_failed" in codes(found)
    assert found.groups["scored"].tolist() == [False]


def test_scores_are_not_corrected_where_almost_all_are_efficient():
    data = made(12)
    data = data.assign(output=data["cost_realised"] * np.where(np.arange(12) == 3, 0.5, 1.0))
    found = efficiency(bodies_of(data), returns="crs", draws=DRAWS)
    assert "outcomes.correction_withheld" in codes(found)
    assert found.scores.notna().all()
    assert found.corrected.isna().all()


def test_members_shares_of_a_bodys_cost_have_a_gini():
    data = made(3).assign(cost_share_1=[0.5, 1.0, 0.2], cost_share_2=[0.5, 0.0, 0.3], cost_share_3=[np.nan, 0.0, 0.5])
    found = efficiency(bodies_of(data), draws=DRAWS)
    np.testing.assert_allclose(found.costs.table["burden_gini"], [0.0, 1.0, 0.3], atol=EXACT)


def panel(growth=1.1):
    first = made(14)
    rng = np.random.default_rng(8)
    second = first.assign(
        cost_realised=first["cost_realised"] * growth * rng.uniform(0.9, 1.1, 14),
        output=first["output"] * rng.uniform(0.9, 1.2, 14),
    )
    return pd.concat({2023: first, 2024: second}, names=["year", "body"]).swaplevel()


def test_a_panel_is_a_frame_of_bodies_and_years():
    found = efficiency(bodies_of(panel()), draws=DRAWS)
    frame = found.to_frame().reset_index()
    assert frame[["body", "year"]].value_counts().max() == 1
    assert {"vrs", "unit_cost", "service"} <= set(frame.columns)


def test_money_of_two_years_is_not_compared_without_prices():
    found = efficiency(bodies_of(panel()), draws=DRAWS)
    assert found.changes.empty
    assert "outcomes.money_of_years" in codes(found)
    assert found.groups["year"].tolist() == [2023.0, 2024.0]
    assert found.scores.notna().all()


def test_changes_are_in_prices_of_one_year():
    data = panel()
    found = efficiency(bodies_of(data), deflator=Deflator({2023: 100.0, 2024: 110.0}, 2024), draws=DRAWS)
    assert found.base == 2024
    before, after = (data.xs(year, level="year") for year in (2023, 2024))
    unit = [part["cost_realised"] / part["output"] for part in (before, after)]
    np.testing.assert_allclose(found.changes["unit_cost_change"], (unit[1] / (unit[0] * 1.1) - 1).to_numpy(), rtol=1e-9)
    amounts = [(part[["cost_realised"]].to_numpy(), part[["output"]].to_numpy()) for part in (before, after)]
    expected = malmquist((amounts[0][0] * 1.1, amounts[0][1]), amounts[1])
    np.testing.assert_allclose(found.changes["malmquist"], expected.total, rtol=SOLVER)
    np.testing.assert_allclose(
        found.changes["efficiency_change"] * found.changes["technical_change"], found.changes["malmquist"], rtol=EXACT
    )


def test_few_bodies_in_both_years_have_no_index_but_their_change(monkeypatch):
    prices = Deflator({2023: 1.0, 2024: 1.1}, 2024)
    data = panel()
    few = data[data.index.get_level_values("body") <= "b10"]
    found = efficiency(bodies_of(few), deflator=prices, draws=DRAWS)
    assert "outcomes.malmquist_refused" in codes(found)
    assert found.changes["malmquist"].isna().all()
    assert found.changes["unit_cost_change"].notna().all()

    def unsolved(*_):
        raise StatisticsError("stats.frontier_not_solved")

    monkeypatch.setattr("kadsurvey.outcomes.productivity.malmquist", unsolved)
    assert "outcomes.malmquist_failed" in codes(efficiency(bodies_of(data), deflator=prices, draws=DRAWS))


def test_prices_that_keep_step_with_costs_leave_no_change():
    data = panel(growth=1.0)
    second = data.xs(2023, level="year")
    same = pd.concat(
        {2023: second, 2024: second.assign(cost_realised=second["cost_realised"] * 1.25)}, names=["year", "body"]
    ).swaplevel()
    found = efficiency(bodies_of(same), deflator=Deflator({2023: 80.0, 2024: 100.0}, 2024), draws=DRAWS)
    np.testing.assert_allclose(found.changes["unit_cost_change"], 0, atol=EXACT)
    np.testing.assert_allclose(found.changes["malmquist"], 1, rtol=SOLVER)


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        (lambda d: d, {"inputs": ("cost_realized",)}, "no variable 'cost_realized'. Nearest or known: cost_realised"),
        (lambda d: d, {"outputs": ("output_unit",)}, "does not hold numbers"),
        (lambda d: d.drop(columns="service"), {}, "no column 'service' that says which service"),
        (lambda d: d, {"deflator": Deflator({2023: 1.0}, 2023)}, "needs the year of every row"),
        (lambda d: d.assign(year=2020.0), {"deflator": Deflator({2023: 1.0}, 2023)}, "no index for 2020. It has: 2023"),
        (lambda d: d, {"method": "sfa"}, "sfa"),
    ],
)
def test_what_cannot_be_compared_is_said(change, options, message):
    with pytest.raises(ArgumentError, match=message):
        efficiency(bodies_of(change(made())), draws=DRAWS, **options)


def test_one_service_may_be_said():
    found = efficiency(bodies_of(made().drop(columns="service")), by="all", draws=DRAWS)
    assert found.scores.notna().all()


def test_no_costs_at_all_are_said():
    data = made()[["service", "coverage"]].assign(staff=np.arange(1.0, 16))
    found = efficiency(bodies_of(data), inputs=("staff",), outputs=("coverage",), draws=DRAWS)
    assert "outcomes.no_cost_efficiency" in codes(found)
    assert len(data) >= FEWEST_BODIES
    assert found.scores.notna().all()


@pytest.mark.parametrize("lang", ["en", "id"])
def test_every_word_of_the_tables_exists(found, lang):
    changed = efficiency(
        bodies_of(panel()), deflator=Deflator({2023: 1.0, 2024: 1.1}, 2024), outputs=("coverage", "output"), draws=DRAWS
    )
    for result in (found, changed):
        for table in (*efficiency_tables(result)[0], *efficiency_tables(result)[1]):
            labels = [table.title, *table.notes, *(column.label for column in table.columns)]
            cells = [value for row in table.rows for value in row.values.values()]
            assert all(render(label, lang) for label in labels)
            assert len(cells)
