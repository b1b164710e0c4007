"""study.toml as a JSON Schema, by which editors complete keys and mark what is wrong."""

from __future__ import annotations

from typing import Any, get_args

from kadsurvey.ingest.dialects import DIALECTS
from kadsurvey.measurement.cutoffs import CUTOFFS
from kadsurvey.quality.thresholds import RANGES, THRESHOLDS
from kadsurvey.settings import (
    DerivationName,
    FamilyName,
    InferenceName,
    MembersName,
    Method,
    ReturnsName,
)

_TEXT: dict[str, Any] = {"type": "string"}
_WHOLE: dict[str, Any] = {"type": "integer"}
_FLAG: dict[str, Any] = {"type": "boolean"}
_NAMES: dict[str, Any] = {"type": "array", "items": _TEXT}


def study_schema() -> dict[str, Any]:
    """Return the schema of study.toml (JSON Schema, draft 2020-12)."""
    share = {"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}
    screens: dict[str, Any] = {name: _range(*RANGES[name]) for name in THRESHOLDS}
    top = {
        "version": {"const": 1},
        "instrument": _TEXT,
        "lang": _choice("id", "en"),
        "seed": _WHOLE,
        "out": _TEXT,
        "dialect": _choice(*DIALECTS),
        "exclude_rejected": _FLAG,
        "mapping": _TEXT,
        "data": {"type": "array", "items": _table({"file": _TEXT, "group": _TEXT}, "file")},
        "bodies": _table({"file": _TEXT}, "file"),
        "ties": _table({"file": _TEXT, "nodes": _TEXT}, "file"),
        "efficiency": _table(_efficiency()),
        "score": _table(_score()),
        "model": {"type": "array", "items": _table(_model())},
        "cutoffs": _table(dict.fromkeys(CUTOFFS, share)),
        "screening": _table(screens),
        "report": _table({"title": _TEXT, "author": _TEXT, "note": _TEXT, "sent": _WHOLE}),
    }
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "kadsurvey study"}
    return head | _table(top, "version")


def _table(properties: dict[str, Any], *required: str) -> dict[str, Any]:
    found: dict[str, Any] = {"type": "object", "properties": properties, "additionalProperties": False}
    return found | ({"required": list(required)} if required else {})


def _choice(*values: str) -> dict[str, Any]:
    return {"enum": list(values)}


def _range(low: float, high: float) -> dict[str, Any]:
    whole = isinstance(low, int) and isinstance(high, int)
    return {"type": "integer" if whole else "number", "minimum": low, "maximum": high}


def _efficiency() -> dict[str, Any]:
    return {
        "inputs": _NAMES,
        "outputs": _NAMES,
        "by": _TEXT,
        "returns": _choice(*get_args(ReturnsName)),
        "derive": _choice(*get_args(DerivationName)),
        "deflator": _TEXT,
    }


def _score() -> dict[str, Any]:
    return {
        "method": _choice(*get_args(Method)),
        "second_order": _FLAG,
        "min_cell": _WHOLE,
        "members": _choice(*get_args(MembersName)),
        "weight": _TEXT,
        "before": _TEXT,
        "drop": _NAMES,
    }


def _model() -> dict[str, Any]:
    return {
        "name": _TEXT,
        "outcome": _TEXT,
        "on": _NAMES,
        "controls": _NAMES,
        "interact": _NAMES,
        "formula": _TEXT,
        "family": _choice(*get_args(FamilyName)),
        "exposure": _TEXT,
        "inference": _choice(*get_args(InferenceName)),
        "year": _WHOLE,
    }
