from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kadsurvey._resources import bundled
from kadsurvey.errors import ArgumentError, InputFileError
from kadsurvey.instrument.model import Instrument
from kadsurvey.simulation.truth import LEVELS, Truth, build_truth, load_truth

EXACT = 1e-12  # closed forms, floating point only


def test_the_sample_covers_its_instrument() -> None:
    truth = load_truth("sample")
    assert list(truth.items) == list(truth.instrument.items)
    assert truth.design.bodies == 24
    assert truth.instrument.name == "kad"


def test_attitudes_have_variance_one_with_the_groups_together() -> None:
    truth = load_truth("sample")
    share = truth.design.ngo_share
    shifts = np.array([part.ngo_shift for part in truth.attitudes.values()])
    total = sum(np.diag(truth.covariance(level)) for level in LEVELS) + share * (1 - share) * shifts**2
    np.testing.assert_allclose(total, 1, atol=EXACT)


def test_residual_variance_by_hand(changed: Callable[[Any], Truth]) -> None:
    def one_slope(values: dict[str, Any]) -> None:
        values["attitudes"]["trust"]["ngo_shift"] = 0
        values["felt_outcomes"]["transaction_cost"]["slopes"] = {"trust": -0.5}
        values["felt_outcomes"]["transaction_cost"]["variance"] = {"body": 0.1, "member": 0.05}

    assert changed(one_slope).residual_variance("transaction_cost") == pytest.approx(1 - 0.25 - 0.15, abs=EXACT)


def test_total_shift_goes_through_the_slopes(changed: Callable[[Any], Truth]) -> None:
    def shifts(values: dict[str, Any]) -> None:
        values["attitudes"]["trust"]["ngo_shift"] = -0.5
        values["felt_outcomes"]["transaction_cost"] |= {"slopes": {"trust": -0.4}, "ngo_shift": 0.1}

    truth = changed(shifts)
    assert truth.total_shift("trust") == -0.5
    assert truth.total_shift("transaction_cost") == pytest.approx(0.3, abs=EXACT)


def test_plain_values_make_the_same_truth_again(instrument: Instrument) -> None:
    truth = load_truth("sample")
    assert truth.to_dict()["instrument"] == "kad"
    assert build_truth(truth.to_dict(), instrument) == truth


def test_a_truth_cannot_be_changed() -> None:
    truth = load_truth("sample")
    with pytest.raises(ValueError, match="frozen"):
        truth.name = "other"


def _set(*keys: str, to: object) -> Callable[[dict[str, Any]], None]:
    def change(values: dict[str, Any]) -> None:
        for key in keys[:-1]:
            values = values[key]
        values[keys[-1]] = to

    return change


def _drop(*keys: str) -> Callable[[dict[str, Any]], None]:
    def change(values: dict[str, Any]) -> None:
        for key in keys[:-1]:
            values = values[key]
        del values[keys[-1]]

    return change


BAD = {
    "unknown key": (_set("desgin", to={}), "Did you mean 'design'?"),
    "unknown far key": (_set("zzzz", to="1"), "'zzzz' is not known"),
    "missing key": (_drop("design", "bodies"), "design.bodies: this key is missing"),
    "no bodies": (_set("design", "bodies", to=0), "0 is not possible; it must be >= 1"),
    "not a number": (_set("design", "bodies", to="many"), "'many' is not the kind of value"),
    "not finite": (_set("cost_efficiency", "intercept", to="nan"), "'nan' is not the kind"),
    "half a body": (_set("design", "bodies", to="2.5"), "'2.5' is not the kind"),
    "range descends": (_set("design", "members", to=[6, 3]), "[smallest, largest]"),
    "range of one": (_set("design", "members", to=[6]), "design.members"),
    "range of three": (_set("design", "members", to=[3, 4, 5]), "too few or too many"),
    "loading of one": (_set("attitudes", "trust", "items", "T1", "loading", to=1), "must be < 1"),
    "shares": (_set("attitudes", "trust", "items", "T1", "shares", to=[0.2] * 4), "sum to 0.8000"),
    "four categories": (
        _set("attitudes", "trust", "items", "T1", "shares", to=[0.25] * 4),
        "4 shares, but its scale has 5",
    ),
    "empty category": (_set("attitudes", "trust", "items", "T1", "shares", to=[0, 0.5, 0.5, 0, 0]), "must be > 0"),
    "construct": (_set("attitudes", "hope", to={"variance": {"body": 0}, "items": {}}), "'hope' is not a construct"),
    "lost item": (_drop("attitudes", "trust", "items", "T3"), "T1, T2, T4, T5, T6 in the truth"),
    "both kinds": (
        lambda values: values["felt_outcomes"].update(trust=values["attitudes"]["trust"] | {"slopes": {}}),
        "'trust' stands under attitudes and under felt_outcomes",
    ),
    "slope": (_set("cost_efficiency", "slopes", "hope", to=1), "cost_efficiency has a slope on 'hope'"),
    "covariate": (_set("cost_efficiency", "covariates", "area", to=1), "slope on 'area'"),
    "covariate's name": (_set("covariates", "year", to={"mean": 0, "sd": 1}), "'year' has the name of a column"),
    "relation": (
        lambda values: values["ties"]["relations"].update(gossip=values["ties"]["relations"]["trust"]),
        "ties has the relation 'gossip'",
    ),
    "slope of a relation": (
        _set("ties", "relations", "trust", "slopes", "hope", to=1),
        "trust has a slope on 'hope'",
    ),
    "no relation": (_set("ties", "relations", to={}), "ties.relations: 0 values stand here"),
    "strengths": (_set("ties", "relations", "trust", "shares", to=[0.5, 0.5]), "2 values stand here"),
    "strengths' sum": (_set("ties", "relations", "trust", "shares", to=[0.5, 0.1, 0.1, 0.1, 0.1]), "sum to 0.9000"),
    "member without an NGO": (_set("ties", "ngos", to=[0, 1]), "[smallest, largest]"),
    "certain return": (_set("ties", "reciprocity", to=1), "1 is not possible; it must be < 1"),
    "aversion to return": (_set("ties", "reciprocity", to=-0.1), "-0.1 is not possible; it must be >= 0"),
    "one relation twice": (_set("ties", "overlap", to=1), "must be < 1"),
    "nobody answers": (_set("ties", "unanswered", to=1), "must be < 1"),
    "endless homophily": (_set("ties", "homophily", to="inf"), "'inf' is not the kind"),
    "unknown key of ties": (_set("ties", "reciprosity", to=0.5), "Did you mean 'reciprocity'?"),
    "missing pair": (lambda values: values["correlations"].pop(0), "no correlation is given for trust and norm"),
    "pair twice": (lambda values: values["correlations"].append(values["correlations"][0]), "trust, norm stands twice"),
    "strange pair": (
        lambda values: values["correlations"].append(
            {"pair": ["trust", "hope"], "body": 0, "member": 0, "respondent": 0}
        ),
        "trust, hope stands twice or names",
    ),
    "contradiction": (
        lambda values: [
            entry.update(body=given) for entry, given in zip(values["correlations"], (0.9, 0.9, -0.9), strict=False)
        ],
        "level 'body' contradict each other",
    ),
    "too much variance": (
        _set("attitudes", "trust", "variance", to={"body": 0.7, "member": 0.4}),
        "trust has variance -0.",
    ),
    "too steep": (_set("felt_outcomes", "effectiveness", "slopes", "trust", to=2), "effectiveness has variance -"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_truth_is_told_what_and_where(case: str, written: dict[str, Any], instrument: Instrument) -> None:
    change, expected = BAD[case]
    values = copy.deepcopy(written)
    change(values)
    with pytest.raises(InputFileError) as caught:
        build_truth(values, instrument)
    assert expected in str(caught.value)
    indonesian = caught.value.render("id")
    assert "tidak menggambarkan studi" in indonesian
    assert "{" not in indonesian


def _edited(tmp_path: Path, old: str, new: str) -> Path:
    text = (bundled("sample_data") / "truth.yaml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "mine.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_every_problem_is_named_with_its_line(tmp_path: Path) -> None:
    path = _edited(tmp_path, "  bodies: 24", "  bodies: -1\n  memberz: 1")
    line = path.read_text(encoding="utf-8").splitlines().index("  bodies: -1") + 1
    with pytest.raises(InputFileError) as caught:
        load_truth(path)
    message = str(caught.value)
    assert message.startswith("mine.yaml")
    assert f"line {line} (design.bodies): -1 is not possible" in message
    assert f"line {line + 1} (design.memberz)" in message
    assert "Did you mean 'members'?" in message
    assert str(tmp_path) not in message


def test_a_truth_names_its_instrument(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="names no questionnaire"):
        load_truth(_edited(tmp_path, "instrument: kad\n", ""))
    with pytest.raises(ArgumentError, match="kad"):
        load_truth(_edited(tmp_path, "instrument: kad\n", "instrument: kda\n"))


def test_the_instrument_may_lie_beside_the_truth(tmp_path: Path) -> None:
    own = (bundled("instruments") / "kad.yaml").read_text(encoding="utf-8").replace("name: kad\n", "name: own\n", 1)
    (tmp_path / "own.yaml").write_text(own, encoding="utf-8")
    assert load_truth(_edited(tmp_path, "instrument: kad\n", "instrument: own.yaml\n")).instrument.name == "own"


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match=r"nothing\.yaml"):
        load_truth(tmp_path / "nothing.yaml")
