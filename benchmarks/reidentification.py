"""Who can be recognised, and what is hidden: ``python -m benchmarks.reidentification`` prints the tables.

The sample study before (the files as they come from the field) and after (what kadsurvey writes). The attacker knows
body, member, group, position and years of everybody who answered; the second attacker has every table of the report.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from kadsurvey import Study
from kadsurvey._resources import bundled
from kadsurvey.indices.disagreement import disagreement
from kadsurvey.indices.score import score
from tests.indices.attack import Attack

KNOWN = ("body", "member", "group", "position", "years_in_role")
RELEASES: dict[str, tuple[str, ...]] = {
    "the files from the field (without their columns of names)": KNOWN,
    "scores.csv as written": ("body", "member", "group"),
    "scores.csv without what `check --privacy` names (source_row, member)": ("body", "group"),
    "scores.csv with bodies only": ("body",),
}
K = 5


def matched(data: pd.DataFrame, told: Sequence[str]) -> dict[str, float]:
    """Return how well an attacker who knows `KNOWN` of everybody picks a person's row among those released.

    Parameters
    ----------
    data : DataFrame
    told : sequence of str
        The columns that are released.

    Returns
    -------
    dict
        ``unique`` (share of respondents with one row that fits), ``guessed`` (share named rightly when guessing among
        the rows that fit) and ``below`` (share with fewer than five rows that fit).
    """
    values = data[list(told)].astype(object).fillna("?").astype(str)
    sizes = values.groupby(list(told))[told[0]].transform("size")
    return {
        "unique": float((sizes == 1).mean()),
        "guessed": float((1 / sizes).mean()),
        "below": float((sizes < K).mean()),
    }


def undone(study: Study, construct: str, *, only_small: bool) -> tuple[int, float, float]:
    """Return how many means are to stay unknown, and the least and the median width of what is told of them.

    ``only_small`` hides nothing but the small means themselves.
    """
    indices = study.indices
    views = disagreement(
        indices.respondents,
        list(indices.constructs),
        min_cell=K,
        protection=None if only_small else indices.protection,
        draws=9,
        seed=1,
    )
    if only_small:
        shown = score(study.screening.clean, method="mean", min_cell=1)
        frames = {
            name: getattr(shown, name).assign(**{column: _large_only(getattr(shown, name), column)})
            for name, column in (("members", "mean"), ("bodies", "mean"))
        }
        indices = replace(shown, **frames, min_cell=K)
    widths = Attack(indices, views, construct).widths(K)
    return len(widths), min(widths), float(np.median(widths))


def _large_only(frame: pd.DataFrame, column: str) -> pd.Series[float]:
    return frame[column].where(frame["n"] >= K)


def main() -> None:
    """Print both tables."""
    study = Study.open(bundled("sample_data"))
    data = study.responses.data
    print("# Who can be recognised\n")
    print(f"{len(data)} respondents of the sample study; the attacker knows {', '.join(KNOWN)} of everybody.\n")
    print("| what is released | one row fits | named rightly | fewer than 5 rows fit |\n|---|--:|--:|--:|")
    print("| the files from the field, with names | 100.0% | 100.0% | 100.0% |")
    print("| scores.csv as written, to who has the files too (source_row) | 100.0% | 100.0% | 100.0% |")
    for release, told in RELEASES.items():
        found = matched(data, told)
        print(f"| {release} | {found['unique']:.1%} | {found['guessed']:.1%} | {found['below']:.1%} |")
    print("| the report: no row of a respondent | 0.0% | – | – |\n")
    print("# What hidden means can be told from the rest\n")
    print(
        "Width of the interval that linear programming leaves for each mean of fewer than 5 respondents, in points of "
        "0-100, from all tables of the report together. Left: nothing is hidden but these means. Right: as published.\n"
    )
    print("| construct | small means | least width | median | least width, as published | median |")
    print("|---|--:|--:|--:|--:|--:|")
    for construct in study.indices.constructs:
        naive, real = (undone(study, construct, only_small=only) for only in (True, False))
        print(f"| {construct} | {real[0]} | {naive[1]:.1f} | {naive[2]:.1f} | {real[1]:.1f} | {real[2]:.1f} |")


if __name__ == "__main__":
    main()
