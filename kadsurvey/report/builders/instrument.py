"""An instrument to Tables: its constructs, its items, its scales."""

from __future__ import annotations

from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import Text
from kadsurvey.report.table import Column, Table, rows_of


def instrument_tables(instrument: Instrument) -> tuple[Table, ...]:
    """Lay out the items by construct, and the scales with their labels."""
    return _items(instrument), _scales(instrument), _bodies(instrument)


def instruments_table(instruments: list[Instrument]) -> Table:
    """Lay out the bundled instruments, a row each."""
    return Table(
        key="instruments",
        title=Text("tables.instruments"),
        columns=(
            Column("name", Text("tables.name")),
            Column("version", Text("tables.version")),
            Column("constructs", Text("tables.constructs"), "integer"),
            Column("items", Text("tables.items"), "integer"),
            Column("title", Text("tables.title")),
        ),
        rows=rows_of(
            {
                "name": instrument.name,
                "version": instrument.version,
                "constructs": len(instrument.constructs),
                "items": len(instrument.items),
                "title": instrument.title,
            }
            for instrument in instruments
        ),
        result="Instrument",
    )


def _items(instrument: Instrument) -> Table:
    return Table(
        key="items",
        title=Text("tables.instrument_items", {"name": instrument.name, "version": instrument.version}),
        columns=(
            Column("item", Text("tables.item")),
            Column("reverse", Text("tables.reversed")),
            Column("scale", Text("tables.scale")),
            Column("text", Text("tables.text")),
            Column("source", Text("tables.source")),
        ),
        rows=rows_of(
            (
                {
                    "item": code,
                    "reverse": "R" if item.reverse else "",
                    "scale": item.scale,
                    "text": item.text,
                    "source": item.source,
                    "construct": part.label or name,
                }
                for name, part in instrument.constructs.items()
                for code, item in part.items.items()
            ),
            group="construct",
        ),
        notes=(instrument.note,) if instrument.note else (),
        result="Instrument",
    )


def _scales(instrument: Instrument) -> Table:
    return Table(
        key="scales",
        title=Text("tables.scales"),
        columns=(
            Column("code", Text("tables.code"), "integer"),
            Column("label_id", "Indonesia"),
            Column("label_en", "English"),
        ),
        rows=rows_of(
            (
                {
                    "scale": name,
                    "code": code,
                    "label_id": " / ".join(scale.labels.get(code, {}).get("id", ())),
                    "label_en": " / ".join(scale.labels.get(code, {}).get("en", ())),
                }
                for name, scale in instrument.scales.items()
                for code in scale.codes
            ),
            group="scale",
        ),
        result="Instrument",
    )


def _bodies(instrument: Instrument) -> Table:
    return Table(
        key="body_fields",
        title=Text("tables.body_fields"),
        columns=(
            Column("name", Text("tables.column")),
            Column("type", Text("tables.type")),
            Column("role", Text("tables.role")),
            Column("unit", Text("tables.unit")),
            Column("label", Text("tables.meaning")),
        ),
        rows=rows_of(
            {"name": name, "type": field.type, "role": field.role, "unit": field.unit, "label": field.label}
            for name, field in instrument.bodies.items()
        ),
        result="Instrument",
    )
