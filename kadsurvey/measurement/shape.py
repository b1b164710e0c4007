"""Which items to drop or reword: what every analysis says of an item, in one row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kadsurvey.findings import Finding
from kadsurvey.measurement.cfa import Cfa
from kadsurvey.measurement.cutoffs import Cutoffs
from kadsurvey.measurement.invariance import Invariance
from kadsurvey.measurement.invariance_rules import LEVEL
from kadsurvey.measurement.shape_rules import Reason, reasons_against, verdicts
from kadsurvey.measurement.validation import Validation
from kadsurvey.results import Result

_NOTHING: dict[str, Any] = {
    "cross_loading": float("nan"),
    "cross_construct": "",
    "cross_from": "",
    "own_loading": float("nan"),
    "mi": float("nan"),
    "mi_kind": "",
    "mi_with": "",
    "epc": float("nan"),
    "mutual": False,
    "residual": float("nan"),
    "residual_with": "",
}


@dataclass(frozen=True, slots=True)
class InstrumentShape(Result):
    """What speaks for and against each item, and what that comes to.

    Attributes
    ----------
    items : DataFrame by item
        construct; loading; item_rest, with r_table and ``valid``; cross_loading (the largest in size on another
        construct), cross_construct and cross_from: ``efa`` (exploratory; own_loading is then the item's on its own
        construct) or ``epc`` (what the largest modification index expects), empty for a construct modelled alone; mi
        (the largest modification index that touches the item), mi_kind (``loading``, ``residual``), mi_with (the
        construct or item), epc (the change it expects, standardised), mutual (whether it is also the largest of the
        item in mi_with); residual (the largest residual correlation in size), residual_with; invariance (``alike``,
        ``differs``, ``untested``), differs_at (the step); missing_share; missing_in_part (missing among those who
        answered some item of the construct) and dont_know_share; verdict (``keep``, ``reword``, ``drop``) and reasons
        (tuple).
    cutoffs : Cutoffs
        Those of the validation; the other rules are in `kadsurvey.measurement.shape_rules`.
    grouped : bool
        Whether invariance was tested.
    findings : tuple of Finding
    """

    items: pd.DataFrame
    cutoffs: Cutoffs
    grouped: bool
    findings: tuple[Finding, ...] = ()

    def to_frame(self) -> pd.DataFrame:
        """Return the items."""
        return self.items

    def named(self, verdict: str) -> list[str]:
        """Return the items of a verdict."""
        return [str(item) for item in self.items.index[self.items["verdict"] == verdict]]


def instrument_shape(validation: Validation, invariance: Invariance | None = None) -> InstrumentShape:
    """Bring together what a validation says of each item, and propose which to keep, reword or drop.

    Nothing is dropped: an item can be weak and be all that covers a part of its construct.

    Parameters
    ----------
    validation : Validation
    invariance : Invariance, optional
        Of the same answers between groups.

    References
    ----------
    The rules are in `kadsurvey.measurement.shape_rules`, each with its source.
    """
    columns = [
        "construct",
        "loading",
        "item_rest",
        "r_table",
        "valid",
        "missing_share",
        "missing_in_part",
        "dont_know_share",
    ]
    frame = validation.items[columns]
    facts = {str(item): {**_NOTHING, **_alike(str(item), invariance)} for item in frame.index}
    for fitted in validation.cfas.values():
        for item in fitted.loadings.index:
            facts[str(item)] |= _misfit(str(item), fitted)
    if validation.efa is not None and set(validation.efa.loadings.columns) == set(validation.block):
        for item, loadings in validation.efa.loadings.iterrows():
            facts[str(item)] |= _crossing(loadings, str(frame.loc[item, "construct"]))  # type: ignore[index]
    for item, known in facts.items():
        other = facts.get(known["mi_with"])
        known["mutual"] = known["mi_kind"] == "residual" and other is not None and other["mi_with"] == item
    whole = frame.join(pd.DataFrame.from_dict(facts, orient="index"))
    judged = _judged(whole, validation.cutoffs)
    items = whole.join(pd.DataFrame.from_dict(judged, orient="index", columns=["verdict", "reasons"]))
    shape = InstrumentShape(items, validation.cutoffs, invariance is not None)
    return InstrumentShape(items, validation.cutoffs, invariance is not None, tuple(_findings(shape)))


def items_not_alike(invariance: Invariance | None) -> dict[str, str]:
    """Return the items that differ between groups, with the step from which they do."""
    if invariance is None:
        return {}
    found: dict[str, str] = dict(invariance.freed)
    if invariance.broken_at is not None:
        tests = invariance.items
        loud = tests[(tests["step"] == invariance.broken_at) & (tests["p_adjusted"] < LEVEL)]
        found |= {str(item): invariance.broken_at for item in loud["item"] if item not in found}
    return found


def _alike(item: str, invariance: Invariance | None) -> dict[str, str]:
    """Say whether an item works alike in the groups; silence counts only where the tests could have spoken."""
    differs = items_not_alike(invariance)
    if item in differs:
        return {"invariance": "differs", "differs_at": differs[item]}
    heard = invariance is not None and invariance.verdict != "not_established"
    tested = heard and invariance is not None and item in set(invariance.items["item"])
    return {"invariance": "alike" if tested else "untested", "differs_at": ""}


def _misfit(item: str, fitted: Cfa) -> dict[str, Any]:
    """Return the largest modification index and residual of an item, and the largest loading an index expects."""
    found: dict[str, Any] = {}
    changes = fitted.modifications
    loading = changes["op"].eq("=~") & changes["rhs"].eq(item)
    touching = changes[loading | (changes["op"].eq("~~") & (changes["lhs"].eq(item) | changes["rhs"].eq(item)))]
    if not touching.empty:
        first = touching.iloc[int(touching["mi"].to_numpy(float).argmax())]
        of_factor = first["op"] == "=~"
        other = first["rhs"] if first["lhs"] == item else first["lhs"]
        found |= {"mi": float(first["mi"]), "epc": float(first["epc_std"]), "mi_with": str(other)}
        found["mi_kind"] = "loading" if of_factor else "residual"
    if loading.any():
        cross = changes[loading].iloc[0]
        found |= {"cross_loading": float(cross["epc_std"]), "cross_construct": str(cross["lhs"]), "cross_from": "epc"}
    if fitted.fit["df"] > 0:
        rest = fitted.residuals[item].drop(item)
        other = str(rest.abs().idxmax())
        found |= {"residual": float(rest[other]), "residual_with": other}
    return found


def _crossing(loadings: pd.Series[float], own: str) -> dict[str, Any]:
    """Return the largest loading of an item on a construct that is not its own; nothing for one factor."""
    others = loadings.drop(own)
    if others.empty:
        return {}
    most = str(others.abs().idxmax())
    return {
        "cross_loading": float(others[most]),
        "cross_construct": most,
        "cross_from": "efa",
        "own_loading": float(loadings[own]),
    }


def _judged(items: pd.DataFrame, cutoffs: Cutoffs) -> dict[str, tuple[str, tuple[Reason, ...]]]:
    judged: dict[str, tuple[str, tuple[Reason, ...]]] = {}
    for _, own in items.groupby("construct", sort=False):
        rows = own.to_dict(orient="index")
        reasons = {str(item): tuple(reasons_against(row, cutoffs)) for item, row in rows.items()}  # type: ignore[arg-type]
        judged |= verdicts(reasons, {str(item): float(row["loading"]) for item, row in rows.items()})
    return judged


def _findings(shape: InstrumentShape) -> Iterator[Finding]:
    reword, drop = shape.named("reword"), shape.named("drop")
    if reword or drop:
        yield Finding("measurement.items_to_look_at", "note", {"reword": reword or "–", "drop": drop or "–"})
