"""A small simulated survey for the tests of figures, and how its pictures are looked into."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
from PIL import Image

from kadsurvey import regress
from kadsurvey.indices.score import score
from kadsurvey.ingest.ties import Ties
from kadsurvey.measurement.cfa import cfa
from kadsurvey.measurement.efa import efa, name_factors
from kadsurvey.measurement.retention import Retention
from kadsurvey.outcomes.corrected import CorrectedRegression
from kadsurvey.outcomes.robustness import robustness
from kadsurvey.simulation.responses import simulated_responses
from kadsurvey.simulation.simulate import simulate
from kadsurvey.simulation.truth import load_truth

SVG = "{http://www.w3.org/2000/svg}"
MODEL = {"trust": ["T1", "T2", "T3", "T6"], "norm": ["N1", "N2", "N3", "N6"]}
BODIES = 6


@cache
def responses():
    """Return the simulated answers about six bodies."""
    whole = simulated_responses(simulate(load_truth("sample"), seed=3))
    bodies = whole.data["body"].unique()[:BODIES]
    return of_respondents(whole, whole.data.index[whole.data["body"].isin(bodies)])


def of_respondents(whole, index):
    frames = {name: getattr(whole, name).loc[index] for name in ("data", "raw", "dont_know", "source")}
    return replace(whole, **frames)


def instrument():
    return responses().instrument


@cache
def indices():
    return score(responses(), method="mean", min_cell=5)


@cache
def exploratory():
    names = [item for items in MODEL.values() for item in items]
    matrix = responses().data[names].corr()
    return name_factors(efa(matrix, 2, n_obs=len(responses().data)), instrument().construct_of)


@cache
def confirmatory():
    return cfa(responses().data, MODEL)


def scree():
    eigenvalues, random = np.array([2.5, 1.4, 0.7, 0.4]), np.array([1.3, 1.1, 0.9, 0.7])
    return Retention(2, 2, 2, eigenvalues, random, eigenvalues, random, np.array([0.1, 0.05, 0.2]), 1)


@cache
def body_data(count=16):
    rng = np.random.default_rng(5)
    frame = pd.DataFrame(rng.normal(size=(count, 2)), columns=["trust", "norm"])
    frame["cost_efficiency"] = 0.5 * frame["trust"] + rng.normal(size=count)
    return frame.set_index(pd.Index([f"KAD Sintetis {chr(65 + place)}" for place in range(count)], name="body"))


@cache
def of_bodies(count=16):
    return regress(body_data(count), "cost_efficiency", ["trust", "norm"])


@cache
def of_people():
    rng = np.random.default_rng(6)
    frame = pd.DataFrame(rng.normal(size=(80, 2)), columns=["effectiveness", "trust"])
    frame["body"] = np.repeat([f"Lembaga {place}" for place in range(8)], 10)
    return regress(frame, "effectiveness", ["trust"], cluster="body", within_between=True, level="respondent")


def corrected():
    row = {"term": "trust", "estimate": 0.6, "std_error": 0.2, "statistic": 3.0, "df": 15.0, "p_value": 0.01}
    row |= {"ci_low": 0.2, "ci_high": 1.0, "naive": 0.4, "reliability": 0.7}
    return CorrectedRegression(pd.DataFrame([row]), None, "body", "cost_efficiency", ("trust",), (), 90, 16, ())


@cache
def variants():
    scorings = {"main": body_data(), "mean": body_data() * 0.9}
    return robustness(scorings, of_bodies(), cluster=None, within_between=False)


def ties():
    nodes = pd.DataFrame(
        {
            "body": "Lembaga A",
            "organisation": ["Dinas A", "Dinas B", "LSM C", "LSM D"],
            "group": ["official", "official", "ngo", None],
            "member": None,
            "level": None,
            "responded": [True, True, True, False],
        }
    )
    told = [("Dinas A", "LSM C", 3.0), ("LSM C", "Dinas A", 2.0), ("Dinas A", "Dinas B", 1.0)]
    edges = pd.DataFrame(told, columns=["sender", "receiver", "strength"])
    return Ties(edges.assign(body="Lembaga A", relation="contact"), nodes, (("Lembaga A", "contact"),))


def tooltips(picture):
    """Return what the marks of a picture say."""
    return [title.text for title in ElementTree.fromstring(picture.svg).iter(f"{SVG}title")]


def ids(picture):
    return [node.get("id") for node in ElementTree.fromstring(picture.svg).iter() if node.get("id")]


def written(picture):
    """Return all words that stand in a picture."""
    texts = ElementTree.fromstring(picture.svg).iter(f"{SVG}text")
    return " ".join("".join(node.itertext()).strip() for node in texts)


def image(picture):
    return Image.open(io.BytesIO(picture.png))


def marks(axes):
    """Return the coordinates of every single mark of an axes."""
    lines = [line for line in axes.get_lines() if len(line.get_xdata()) == 1]
    return [(float(line.get_xdata()[0]), float(line.get_ydata()[0])) for line in lines]
