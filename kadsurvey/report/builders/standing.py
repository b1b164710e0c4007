"""How far bodies can be told apart, and how they changed, to Tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from kadsurvey.indices.change import Change
from kadsurvey.indices.score import Indices
from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import Label, Text
from kadsurvey.report.builders.labels import construct_label, group_label, interval, labelled
from kadsurvey.report.table import CellKind, Column, Row, Table, rows_of

_HALF_PAIR = 0.5


def standing_table(indices: Indices, instrument: Instrument) -> Table | None:
    """Lay out each body's index with its shrunken value and its rank; None where no two bodies can be compared."""
    compared = indices.bodies[indices.bodies["rank"].notna()]
    compared = compared[[instrument.constructs[name].role != "marker" for name in compared["construct"]]]
    if compared.empty:
        return None
    shrunken, rank = Text("tables.shrunken"), Text("tables.rank")
    records = [
        {
            **record,
            "mean": Text("tables.suppressed") if pd.isna(record["mean"]) else record["mean"],
            "ci": interval(record["ci_low"], record["ci_high"], digits=1),
            "shrunken_ci": interval(record["shrunken_low"], record["shrunken_high"], digits=1),
            "rank_ci": interval(record["rank_low"], record["rank_high"]),
        }
        for record in labelled(
            compared.sort_values("rank", kind="stable").pipe(_in_order_of, indices.constructs), instrument
        )
    ]
    notes: list[Label] = [
        *body_index_notes(indices, instrument, compared["construct"].unique().tolist()),
        Text("tables.note_unadjusted"),
        Text("tables.note_shrunken"),
        Text("tables.note_ranks"),
    ]
    if bool(indices.bodies["suppressed"].any()) or bool(compared["mean"].isna().any()):
        notes.append(Text("tables.note_suppressed", {"min_cell": indices.min_cell}))
    return Table(
        key="bodies_compared",
        title=Text("tables.bodies_compared"),
        columns=(
            Column("key", Text("tables.body")),
            Column("n", "n", "integer"),
            Column("index", Text("tables.mean100"), "number", 1, Text("tables.index")),
            Column("ci", Text("tables.ci95"), spanner=Text("tables.index")),
            Column("mean", Text("tables.unadjusted"), "number", 1),
            Column("shrunken", Text("tables.mean100"), "number", 1, shrunken),
            Column("shrunken_ci", Text("tables.ci95"), spanner=shrunken),
            Column("reliability", Text("tables.reliability_of_mean"), "bounded", 2),
            Column("rank", Text("tables.rank"), "integer", 0, rank),
            Column("rank_ci", Text("tables.ci95"), spanner=rank),
            Column("top_quarter", Text("tables.top_quarter"), "share", 0, rank),
            Column("alike", Text("tables.alike"), "integer", 0, rank),
        ),
        rows=rows_of(records, group="label"),
        notes=tuple(notes),
        result="Indices",
    )


def _in_order_of(frame: pd.DataFrame, constructs: Sequence[str]) -> pd.DataFrame:
    return pd.concat([frame[frame["construct"] == name] for name in constructs])


def body_index_notes(indices: Indices, instrument: Instrument, constructs: Sequence[str]) -> list[Label]:
    """Say how a body's index weighs its members and groups, what its interval holds, and how many pairs it parts."""
    notes: list[Label] = [Text("tables.note_body_index"), Text(f"tables.note_members_{indices.members_are}")]
    mixes = indices.mixes.reindex(index=list(constructs)).dropna(axis="columns", how="all")
    for mix in mixes.drop_duplicates().itertuples(index=True):
        shares = dict(zip(mixes.columns, mix[1:], strict=True))
        parts = [
            Text("tables.mix_part", {"group": group_label(str(group)), "share": share})
            for group, share in shares.items()
            if share > 0
        ]
        if parts:
            alike = [construct_label(instrument, name) for name in _of_same_mix(mixes, str(mix.Index))]
            notes.append(Text("tables.note_mix", {"constructs": alike, "mix": parts}))
    if indices.weight is not None:
        notes.append(Text("tables.note_weighted", {"field": indices.weight}))
    apart = [part for name in constructs if (part := _told_apart(indices, instrument, name)) is not None]
    if apart:
        notes.append(Text("tables.note_told_apart", {"pairs": apart}))
    return notes


def _of_same_mix(mixes: pd.DataFrame, construct: str) -> list[str]:
    own = mixes.loc[construct].fillna(0.0)
    return [str(name) for name in mixes.index[(mixes.fillna(0.0) == own).all(axis=1)]]


def _told_apart(indices: Indices, instrument: Instrument, construct: str) -> Label | None:
    alike = indices.bodies.loc[indices.bodies["construct"] == construct, "alike"].dropna()
    if alike.empty:
        return None
    pairs = len(alike) * (len(alike) - 1) // 2
    label = construct_label(instrument, construct)
    params = {"construct": label, "apart": pairs - int(alike.sum() * _HALF_PAIR), "pairs": pairs}
    return Text("tables.pairs_told_apart", params)


def change_tables(found: Change, instrument: Instrument) -> tuple[Table, ...]:
    """Lay out the changes between two waves: the index of 0-100, then the scores of the model."""
    return tuple(
        _change_table(found, scale, part, instrument)
        for scale, part in found.bodies.groupby("scale", sort=False)
        if not part.empty
    )


def _change_table(found: Change, scale: Any, frame: pd.DataFrame, instrument: Instrument) -> Table:
    kind: tuple[CellKind, int] = ("number", 1 if scale == "100" else 2)
    records = []
    for record in labelled(frame, instrument):
        name = Text("tables.all_bodies") if pd.isna(record["body"]) else record["body"]
        row = {**record, "name": name, "ci": interval(record["ci_low"], record["ci_high"], digits=kind[1])}
        if record["suppressed"]:
            row["change"] = Text("tables.suppressed")
        records.append(row)
    notes: list[Label] = [Text("tables.note_change"), Text(f"tables.note_change_{scale}")]
    notes.append(Text(f"tables.note_members_{found.members_are}"))
    if bool(frame["suppressed"].any()):
        notes.append(Text("tables.note_suppressed", {"min_cell": found.min_cell}))
    counts = Text("tables.respondents")
    return Table(
        key=f"change_{scale}",
        title=Text(f"tables.change_{scale}"),
        columns=(
            Column("name", Text("tables.body")),
            *(
                Column(f"n_{wave}", Text(f"tables.n_{wave}"), "integer", 0, counts)
                for wave in ("before", "after", "both")
            ),
            Column("before", Text("tables.before"), *kind),
            Column("after", Text("tables.after"), *kind),
            Column("change", Text("tables.change"), *kind),
            Column("ci", Text("tables.ci95")),
        ),
        rows=tuple(Row(record, group=record["label"], strong=pd.isna(record["body"])) for record in records),
        notes=tuple(notes),
        result="Change",
    )
