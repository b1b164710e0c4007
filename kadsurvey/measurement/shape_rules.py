"""The rules by which an item is kept, reworded or dropped; each with its source, as schools differ."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from kadsurvey.measurement.cutoffs import Cutoffs

Verdict: TypeAlias = Literal["keep", "reword", "drop"]
Reason: TypeAlias = Literal[
    "against", "not_valid", "elsewhere", "very_weak", "weak", "crossed", "pair", "not_alike", "missing", "few_left"
]

WEAKEST_LOADING = 0.30
"""Below this an item hardly belongs to its construct; below it in size, a loading has no sign to speak of."""

CROSS_LOADING = 0.32
"""From this on an item belongs to another construct as well: they share a tenth of its variance."""

NOTABLE_INDEX = 10.83
"""Chi-square of one degree of freedom at p = .001: many indices touch each item, so not the one at .05."""

NOTABLE_CHANGE = 0.20
"""What a modification index promises, standardised, must be as large as this."""

MOST_MISSING = 0.10
"""Share missing among those who answered another item of the construct: who knows nothing of it is another matter."""

FEWEST_ITEMS = 3
"""A construct of fewer is no model by itself: so many are never proposed to be dropped that fewer are left."""

SOURCES: Mapping[str, str] = {
    "weakest_loading": "Hair et al. 2019",
    "cross_loading": "Tabachnick & Fidell 2019",
    "notable_change": "Whittaker 2012",
    "most_missing": "Hair et al. 2019",
}

_GRAVE: frozenset[Reason] = frozenset({"not_valid", "elsewhere", "very_weak"})


def reasons_against(item: Mapping[str, Any], cutoffs: Cutoffs) -> Iterator[Reason]:
    """Yield what speaks against an item, the gravest first.

    Parameters
    ----------
    item : mapping
        A row of `InstrumentShape.items`, with ``valid`` (r hitung above r tabel), ``own_loading`` (on its own construct
        in the exploratory analysis; NaN without one) and ``mutual`` (its largest modification index is also the
        largest of the item it names).
    cutoffs : Cutoffs
        For the loading.
    """
    loading = float(item["loading"])
    if item["item_rest"] < -item["r_table"] or loading < -WEAKEST_LOADING:
        # Whether it is weak cannot be said before the key is right.
        yield "against"
    else:
        if not item["valid"]:
            yield "not_valid"
        if item["cross_from"] == "efa" and abs(item["cross_loading"]) > abs(item["own_loading"]):
            yield "elsewhere"
        if loading < WEAKEST_LOADING:
            yield "very_weak"
        elif not cutoffs.met("loading", loading):
            yield "weak"
    notable = item["mi"] >= NOTABLE_INDEX and abs(item["epc"]) >= NOTABLE_CHANGE
    explored = item["cross_from"] == "efa" and abs(item["cross_loading"]) >= CROSS_LOADING
    if explored or (notable and item["mi_kind"] == "loading"):
        yield "crossed"
    if notable and item["mi_kind"] == "residual" and item["mutual"]:
        yield "pair"
    if item["invariance"] == "differs":
        yield "not_alike"
    if item["missing_in_part"] >= MOST_MISSING:
        yield "missing"


def verdicts(
    reasons: Mapping[str, Sequence[Reason]], loadings: Mapping[str, float]
) -> dict[str, tuple[Verdict, tuple[Reason, ...]]]:
    """Return what to do with each item of one construct: the weakest are dropped first, and three stay."""
    to_drop = sorted(
        (item for item, why in reasons.items() if _GRAVE & set(why)), key=lambda item: (loadings[item], item)
    )
    dropped = set(to_drop[: max(0, len(reasons) - FEWEST_ITEMS)])
    found: dict[str, tuple[Verdict, tuple[Reason, ...]]] = {}
    for item, why in reasons.items():
        if item in dropped:
            found[item] = "drop", tuple(why)
        elif item in to_drop:
            found[item] = "reword", (*why, "few_left")
        else:
            found[item] = ("reword" if why else "keep"), tuple(why)
    return found
