"""The file model.json: read with everything in it held against everything else, for it may come from anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import numpy as np

from kadsurvey.errors import InputFileError
from kadsurvey.language.text import Lines, Text
from kadsurvey.measurement.cfa import Estimator
from kadsurvey.measurement.scoring import ScoringModel

MAX_BYTES = 10_000_000
"""A questionnaire of a thousand items needs a tenth."""
_ROUNDING = 1e-6
"""How far a correlation may be from what it should be: JSON keeps all digits, hands do not."""


def read_model(path: Path) -> ScoringModel:
    """Read the model.json that `kadsurvey score` wrote.

    Raises
    ------
    InputFileError
        If the file cannot be read, is of another format, or does not describe a model that can score.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise InputFileError("instrument.file_too_large", file=path.name, limit=MAX_BYTES // 1000)
        document = json.loads(content.decode("utf-8-sig"))
    except OSError as err:
        raise InputFileError("measurement.model_unreadable", file=path.name, reason=err.strerror or "") from err
    except (ValueError, RecursionError) as err:
        raise InputFileError("measurement.model_unreadable", file=path.name, reason=str(err)) from err
    if not isinstance(document, dict):
        raise InputFileError("measurement.model_unreadable", file=path.name, reason=type(document).__name__)
    model = ScoringModel.from_dict(document)
    if problems := list(_problems(model)):
        raise InputFileError("measurement.model_impossible", file=path.name, problems=Lines(problems[:20]))
    return model


def _problems(model: ScoringModel) -> Iterator[Text]:
    """Yield what no fitted model has: a text for every item or correlation."""
    constructs = list(model.phi.columns)
    blocks = [construct for block in model.blocks for construct in block]
    if not blocks or sorted(blocks) != sorted(constructs) or len(set(blocks)) != len(blocks):
        yield Text("measurement.model_blocks", {"blocks": blocks, "constructs": constructs})
        return
    if model.estimator not in get_args(Estimator):
        yield Text("measurement.model_estimator", {"given": model.estimator, "known": list(get_args(Estimator))})
        return
    for item, construct in model.construct_of.items():
        if construct not in constructs:
            yield Text("measurement.model_item_construct", {"item": item, "construct": construct})
        if not abs(model.loadings[item]) <= 1:
            yield Text("measurement.model_loading", {"item": item, "loading": model.loadings[item]})
        yield from _categories(model, item) if model.estimator == "WLSMV" else _units(model, item)
    without = sorted(set(constructs) - set(model.construct_of.values()))
    if without:
        yield Text("measurement.model_without_items", {"constructs": without})
    phi = model.phi.to_numpy()
    if not _is_correlation(phi):
        yield Text("measurement.model_phi")


def _categories(model: ScoringModel, item: str) -> Iterator[Text]:
    thresholds, codes = model.thresholds[item], model.categories[item]
    if thresholds.ndim != 1 or not np.isfinite(thresholds).all() or not (np.diff(thresholds) > 0).all():
        yield Text("measurement.model_thresholds", {"item": item})
    elif codes.shape != (len(thresholds) + 1,) or not (np.diff(codes) > 0).all():
        yield Text("measurement.model_codes", {"item": item, "count": len(thresholds) + 1})


def _units(model: ScoringModel, item: str) -> Iterator[Text]:
    intercept, sd = model.units.loc[item].to_numpy(float)
    if not np.isfinite([intercept, sd]).all() or sd <= 0:
        yield Text("measurement.model_units", {"item": item})


def _is_correlation(matrix: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> bool:
    if not np.isfinite(matrix).all() or not np.allclose(matrix, matrix.T, atol=_ROUNDING):
        return False
    ones = np.allclose(np.diag(matrix), 1, atol=_ROUNDING)
    return ones and bool(np.linalg.eigvalsh(matrix).min() > 0)
