"""What leaving respondents out did to the indices, as Tables."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from kadsurvey.instrument.model import ConstructRole, Instrument
from kadsurvey.language.text import Text
from kadsurvey.report.builders.labels import construct_label
from kadsurvey.report.table import Column, Row, Table

_ROLES: tuple[ConstructRole, ...] = ("predictor", "outcome")


def with_without_tables(
    frame: pd.DataFrame, instrument: Instrument, *, drop: Sequence[str], min_cell: int
) -> tuple[Table, ...]:
    """Lay out `with_and_without`, a row a body: predictors first, then outcomes.

    Parameters
    ----------
    frame : DataFrame
    instrument : Instrument
    drop : sequence of str
        The flags whose respondents were left out.
    min_cell : int
        Fewest respondents of which a mean is shown.
    """
    tables = []
    for role in _ROLES:
        constructs = [name for name in instrument.constructs_with(role=role) if (frame["construct"] == name).any()]
        if constructs:
            notes = [
                Text("screening.note_with_without", {"flags": [Text(f"quality.flag_{flag}") for flag in drop]}),
                Text("tables.note_largest_n"),
                Text("tables.note_suppressed", {"min_cell": min_cell}),
            ]
            tables.append(_table(frame, instrument, role, constructs, notes))
    return tuple(tables)


def _table(
    frame: pd.DataFrame, instrument: Instrument, role: ConstructRole, constructs: Sequence[str], notes: Sequence[Text]
) -> Table:
    columns = [
        Column("body", Text("tables.body")),
        Column("n_all", Text("screening.n_all"), "integer"),
        Column("n_kept", Text("screening.n_kept"), "integer"),
    ]
    rows: dict[object, dict[str, object]] = {}
    for name in constructs:
        label = construct_label(instrument, name)
        columns += [Column(f"{name}_{side}", Text(f"screening.{side}"), "number", 1, label) for side in ("all", "kept")]
        for row in frame[frame["construct"] == name].to_dict(orient="records"):
            whole = pd.isna(row["body"])
            body = Text("screening.all_respondents") if whole else row["body"]
            shown = rows.setdefault(None if whole else body, {"body": body, "n_all": 0, "n_kept": 0})
            for side in ("all", "kept"):
                hidden = row[f"n_{side}"] and pd.isna(row[f"mean_{side}"])
                shown[f"{name}_{side}"] = Text("tables.suppressed") if hidden else row[f"mean_{side}"]
                shown[f"n_{side}"] = max(int(row[f"n_{side}"]), int(str(shown[f"n_{side}"])))
    # The row over all respondents comes last, whichever construct had it first.
    whole_row = rows.pop(None)
    return Table(
        key=f"with_without_{role}s",
        title=Text(f"screening.with_without_{role}"),
        columns=tuple(columns),
        rows=(*(Row(values) for values in rows.values()), Row(whole_row, strong=True)),
        notes=tuple(notes),
        result="Indices",
    )
