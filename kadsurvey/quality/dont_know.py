"""How often respondents said that they do not know: by group and construct, by item, and by who asked them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from kadsurvey.ingest.responses import Responses
from kadsurvey.instrument.wording import fold

_ENUMERATOR_NAMES = frozenset(
    {
        "enumerator",
        "interviewer",
        "surveyor",
        "pewawancara",
        "petugas",
        "pencacah",
        "nama enumerator",
        "kode enumerator",
    }
)


def dont_know_rates(responses: Responses) -> pd.DataFrame:
    """Count *tidak tahu* by construct and group.

    Returns
    -------
    DataFrame, a row a construct and group
        construct, group (empty where the answers name none), n (respondents), ``given`` (items they answered, "don't
        know" among them), ``dont_know`` (of these), ``dont_know_share`` (0 to 1; NaN where nothing was given),
        ``blank_share`` (of all cells of these items, those left empty). An item that a group was never asked is blank.
    """
    instrument = responses.instrument
    group = _groups(responses)
    rows = []
    for name in instrument.constructs:
        for label in pd.unique(group):
            rates = _rates(responses, instrument.item_codes(name), (group == label).to_numpy())
            rows.append({"construct": name, "group": label, **rates})
    return pd.DataFrame(rows)


def dont_know_items(responses: Responses) -> pd.DataFrame:
    """Count *tidak tahu* by item and group: item, then as `dont_know_rates`."""
    group = _groups(responses)
    rows = [
        {"item": name, "group": label, **_rates(responses, [name], (group == label).to_numpy())}
        for name in responses.instrument.items
        for label in pd.unique(group)
    ]
    return pd.DataFrame(rows)


def dont_know_enumerators(responses: Responses) -> pd.DataFrame:
    """Count *tidak tahu* over all items by enumerator: enumerator, then as `dont_know_rates`.

    Empty where the answers hold no field of enumerators.
    """
    field = enumerator_field(responses)
    if field is None:
        return pd.DataFrame()
    who = responses.data[field].fillna("")
    items = list(responses.instrument.items)
    return pd.DataFrame(
        [{"enumerator": name, **_rates(responses, items, (who == name).to_numpy())} for name in sorted(pd.unique(who))]
    )


def enumerator_field(responses: Responses) -> str | None:
    """Return the covariate that says who asked: by its name or an alias, such as *pewawancara*; None without one."""
    for name, part in responses.instrument.fields.items():
        known = {fold(text) for text in (name, *part.aliases)}
        if part.role == "covariate" and part.type != "number" and name in responses.data and known & _ENUMERATOR_NAMES:
            return name
    return None


def _groups(responses: Responses) -> pd.Series:
    data = responses.data
    return data["group"].fillna("") if "group" in data else pd.Series("", index=data.index)


def _rates(responses: Responses, codes: list[str], rows: np.ndarray[Any, np.dtype[np.bool_]]) -> dict[str, Any]:
    said = int(responses.dont_know[codes].to_numpy()[rows].sum())
    given = said + int(responses.data[codes].notna().to_numpy()[rows].sum())
    n = int(rows.sum())
    return {
        "n": n,
        "given": given,
        "dont_know": said,
        "dont_know_share": said / given if given else float("nan"),
        "blank_share": 1 - given / (n * len(codes)),
    }
