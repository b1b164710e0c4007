"""model.json from anywhere: read as it was written, or refused with what cannot be in it."""

from __future__ import annotations

import copy
import json

import pytest

from kadsurvey.errors import InputFileError
from kadsurvey.measurement.model_file import MAX_BYTES, read_model
from kadsurvey.measurement.scoring import ScoringModel

ITEM = {"construct": "trust", "loading": 0.7, "thresholds": [-1.0, 0.25], "codes": [1, 2, 3], "reversed": False}
MODEL = {
    "format": "kadsurvey.model/1",
    "instrument": {"name": "kad", "version": "1.0", "sha256": "0" * 64},
    "estimator": "WLSMV",
    "n_obs": 300,
    "items": [{"item": "T1", **ITEM}, {"item": "N1", **ITEM, "construct": "norm"}],
    "blocks": [["trust", "norm"]],
    "phi": {"constructs": ["trust", "norm"], "values": [[1.0, 0.4], [0.4, 1.0]]},
    "seed": 1,
}


def refusal(folder, content):
    (folder / "model.json").write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    with pytest.raises(InputFileError) as caught:
        read_model(folder / "model.json")
    assert str(folder) not in str(caught.value)
    assert caught.value.render("id") != str(caught.value)
    return caught.value


def test_a_model_comes_back_as_it_was_written(tmp_path):
    model = ScoringModel.from_dict(MODEL)
    (tmp_path / "model.json").write_text(json.dumps(model.to_dict()), encoding="utf-8")
    assert read_model(tmp_path / "model.json").to_dict() == model.to_dict()


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff", b"[1]", b"[" * 200_000, b'{"a":' * 200_000, b"1e400", b"9" * 5000, b"x" * (MAX_BYTES + 1)],
    ids=["empty", "not text", "a list", "nested lists", "nested mappings", "infinite", "5,000 digits", "too large"],
)
def test_what_is_no_model_is_refused(tmp_path, content):
    assert refusal(tmp_path, content).code in ("measurement.model_unreadable", "instrument.file_too_large")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda model: model["items"][0].update(loading=1.5), "'T1' has the loading 1.5"),
        (lambda model: model["items"][0].update(loading=float("nan")), "'T1' has the loading nan"),
        (lambda model: model["items"][0].update(thresholds=[0.5, -0.5]), "thresholds of item 'T1'"),
        (lambda model: model["items"][0].update(thresholds=[0.0, float("inf")]), "thresholds of item 'T1'"),
        (lambda model: model["items"][0].update(codes=[1, 2]), "'T1' needs 3 rising answer codes"),
        (lambda model: model["items"][0].update(construct="hope"), "'T1' belongs to 'hope'"),
        (lambda model: model["items"].pop(), "no item belongs to norm"),
        (lambda model: model.update(blocks=[["trust"]]), "its blocks name"),
        (lambda model: model.update(blocks=["trust", "norm"]), "its blocks name"),
        (lambda model: model["phi"].update(values=[[1, 1.2], [1.2, 1]]), "not those of any factors"),
        (lambda model: model["phi"].update(values=[[1, 0.2], [0.4, 1]]), "not those of any factors"),
        (lambda model: model["phi"].update(values=[[1, None], [None, 1]]), "not those of any factors"),
    ],
)
def test_a_model_that_cannot_be_is_refused(tmp_path, change, said):
    model = copy.deepcopy(MODEL)
    change(model)
    error = refusal(tmp_path, model)
    assert error.code == "measurement.model_impossible"
    assert said in str(error)


def of_numbers(**unit):
    own = {"construct": "trust", "loading": 0.7, "intercept": 5.5, "sd": 2.0, "reversed": False}
    items = [{"item": "T1", **own, **unit}, {"item": "N1", **own, "construct": "norm"}]
    return {**MODEL, "estimator": "MLR", "items": items}


def test_a_model_of_numbers_comes_back_as_it_was_written(tmp_path):
    model = ScoringModel.from_dict(of_numbers())
    (tmp_path / "model.json").write_text(json.dumps(model.to_dict()), encoding="utf-8")
    assert read_model(tmp_path / "model.json").to_dict() == model.to_dict()


@pytest.mark.parametrize(
    ("model", "said"),
    [
        (of_numbers(sd=0), "item T1: its mean or standard deviation"),
        (of_numbers(intercept=float("nan")), "item T1: its mean or standard deviation"),
        (of_numbers() | {"estimator": "PLS"}, "estimator is 'PLS'; known are WLSMV"),
    ],
)
def test_units_that_cannot_be_are_refused(tmp_path, model, said):
    error = refusal(tmp_path, model)
    assert error.code == "measurement.model_impossible"
    assert said in str(error)
