"""The tables of a validation: every number is the result's, every word exists in both languages."""

from __future__ import annotations

from dataclasses import replace

import openpyxl
import pytest

from kadsurvey import load_truth, simulate, validate
from kadsurvey.language.text import render
from kadsurvey.measurement.cutoffs import Cutoffs
from kadsurvey.report.builders.validation import validation_tables
from kadsurvey.report.writers.xlsx import write_xlsx
from kadsurvey.simulation.responses import simulated_responses

ORDER = [
    "items",
    "dont_know",
    "item_validity",
    "within_bodies",
    "alpha",
    "omega",
    "suitability",
    "retention",
    "loadings",
    "variance",
    "convergent",
    "models",
    "fit",
    "misfits",
    "fornell_larcker",
    "discriminant",
    "cutoffs",
]


@pytest.fixture(scope="module")
def study():
    return simulated_responses(simulate(load_truth("sample"), seed=3))


@pytest.fixture(scope="module")
def found(study):
    return validate(study, cutoffs=Cutoffs(ave=0.6))


@pytest.fixture(scope="module")
def tables(study, found):
    return {table.key: table for table in validation_tables(found, study.instrument)}


def test_tables_stand_in_the_order_of_the_report(tables):
    assert list(tables) == ORDER


@pytest.mark.parametrize("lang", ["en", "id"])
def test_every_word_exists_in_both_languages(tables, lang):
    for table in tables.values():
        for label in (table.title, *table.notes, *(column.label for column in table.columns)):
            assert render(label, lang)
        for row in table.rows:
            for value in row.values.values():
                render(value, lang)


def test_every_verdict_names_its_cutoff_and_source(tables):
    held = ("item_validity", "alpha", "omega", "suitability", "convergent", "fit", "discriminant")
    for key in held:
        assert any("(" in render(note, "en") and "Cut-off" in render(note, "en") for note in tables[key].notes), key
    assert "this study's own setting" in " ".join(render(note, "en") for note in tables["convergent"].notes)


def test_numbers_are_those_of_the_result(found, tables):
    row = next(row.values for row in tables["item_validity"].rows if row.values["key"] == "N3")
    limits = found.jackknife.of("loading").set_index("rhs").loc["N3"]
    assert (row["ci_low"], row["ci_high"]) == (limits["ci_low"], limits["ci_high"])
    assert row["item_rest"] == found.items.loc["N3", "item_rest"]
    pairs = tables["discriminant"].rows
    judged = found.validity[found.block]
    assert pairs[0].values["htmt"] == judged.htmt.loc["trust", "norm"]
    fit = {render(row.values["what"], "en"): row.values for row in tables["fit"].rows}
    assert fit["CFI"]["scaled"] == found.cfas[found.block].fit["cfi_scaled"]
    assert fit["SRMR"]["plain"] == found.cfas[found.block].fit["srmr"]


def test_a_model_with_nothing_to_test_shows_no_fit(study, tables):
    """Three items fit one factor exactly, whatever the answers: a printed CFI of 1 would be taken for praise."""
    marker = next(row.values for row in tables["models"].rows if row.values["df"] == 0)
    assert "cfi_scaled" not in marker
    alone = validation_tables(validate(study, constructs=["marker"]), study.instrument)
    keys = [table.key for table in alone]
    assert "models" in keys
    assert "fit" not in keys
    assert "misfits" not in keys


def test_the_largest_misfits_come_first(found, tables):
    indices = [row.values["mi"] for row in tables["misfits"].rows if "mi" in row.values]
    assert indices == sorted(indices, reverse=True)
    residuals = [abs(row.values["residual"]) for row in tables["misfits"].rows if "residual" in row.values]
    assert residuals == sorted(residuals, reverse=True)
    assert residuals[0] == found.cfas[found.block].residuals.abs().to_numpy().max()


def test_a_rotation_that_did_not_come_to_rest_is_said(found, study):
    lost = replace(found, efa=replace(found.efa, converged=False))
    for validation, said in ((found, False), (lost, True)):
        table = next(table for table in validation_tables(validation, study.instrument) if table.key == "loadings")
        assert ("did not come to rest" in " ".join(render(note, "en") for note in table.notes)) is said


def test_answers_as_numbers_are_called_so(study):
    plain = {table.key: table for table in validation_tables(validate(study, correlation="pearson"), study.instrument)}
    assert list(plain) == ORDER
    for key in ("item_validity", "models", "fit", "convergent"):
        notes = " ".join(render(note, "en") for note in plain[key].notes)
        assert "WLSMV" not in notes
        assert "ordinal" not in notes
    assert "MLR" in " ".join(render(note, "en") for note in plain["models"].notes)


def test_the_workbook_opens_with_numbers_as_numbers(tables, tmp_path):
    path = tmp_path / "validate.xlsx"
    write_xlsx(list(tables.values()), path, lang="id")
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ORDER
    sheet = book["alpha"]
    numbers = [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, float)]
    assert len(numbers) >= 6 * 7
