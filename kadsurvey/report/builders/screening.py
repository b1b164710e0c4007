"""A screening to Tables: answers per item, who was left out."""

from __future__ import annotations

from kadsurvey.language.text import Text
from kadsurvey.quality.screening import Screening
from kadsurvey.report.builders.labels import labelled
from kadsurvey.report.table import Column, Table, rows_of


def screening_tables(screening: Screening) -> tuple[Table, ...]:
    """Lay out the items' answers, and the ledger where somebody was left out."""
    if screening.ledger.empty:
        return (_items(screening),)
    return _items(screening), _ledger(screening)


def _items(screening: Screening) -> Table:
    instrument = screening.clean.instrument
    constructs = [instrument.construct_of[item] for item in screening.items.index]
    return Table(
        key="answers",
        title=Text("tables.answers"),
        columns=(
            Column("key", Text("tables.item")),
            Column("n", "n", "integer"),
            Column("missing_share", Text("tables.missing_share"), "share", 1),
            Column("dont_know", Text("tables.dont_know"), "integer"),
            Column("mean", Text("tables.mean"), "number", 2),
            Column("sd", Text("tables.sd"), "number", 2),
            Column("minimum", Text("tables.minimum"), "integer"),
            Column("maximum", Text("tables.maximum"), "integer"),
        ),
        rows=rows_of(labelled(screening.items, instrument, constructs), group="label"),
        notes=(Text("tables.note_reversed"),),
        result="Screening",
    )


def _ledger(screening: Screening) -> Table:
    frame = screening.ledger.assign(reason=screening.ledger["reason"].map(lambda name: Text(f"quality.flag_{name}")))
    return Table(
        key="left_out",
        title=Text("tables.left_out"),
        columns=(
            Column("file", Text("tables.file")),
            Column("sheet", Text("tables.sheet")),
            Column("row", Text("tables.row"), "integer"),
            Column("reason", Text("tables.reason")),
        ),
        rows=rows_of(frame.to_dict(orient="records")),  # type: ignore[arg-type]
        result="Screening",
    )
