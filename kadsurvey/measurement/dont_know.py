"""How often respondents said that they do not know, by group and construct."""

from __future__ import annotations

import pandas as pd

from kadsurvey.ingest.responses import Responses


def dont_know_rates(responses: Responses) -> pd.DataFrame:
    """Count *tidak tahu* by construct and group.

    Returns
    -------
    DataFrame, a row a construct and group
        construct, group (empty where the answers name none), n (respondents), ``given`` (items they answered, "don't
        know" among them), ``dont_know`` (of these), ``dont_know_share`` (0 to 1; NaN where nothing was given),
        ``blank_share`` (of all cells of these items, those left empty). An item that a group was never asked is blank.
    """
    instrument, data = responses.instrument, responses.data
    group = data["group"].fillna("") if "group" in data else pd.Series("", index=data.index)
    rows = []
    for name in instrument.constructs:
        codes = instrument.item_codes(name)
        unknown, answered = responses.dont_know[codes], data[codes].notna()
        for label in pd.unique(group):
            of_group = (group == label).to_numpy()
            said = int(unknown[of_group].to_numpy().sum())
            given = said + int(answered[of_group].to_numpy().sum())
            cells = int(of_group.sum()) * len(codes)
            rows.append(
                {
                    "construct": name,
                    "group": label,
                    "n": int(of_group.sum()),
                    "given": given,
                    "dont_know": said,
                    "dont_know_share": said / given if given else float("nan"),
                    "blank_share": 1 - given / cells,
                }
            )
    return pd.DataFrame(rows)
