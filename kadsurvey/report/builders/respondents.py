"""Who answered, who was left out, and what they left open, as Tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from kadsurvey.indices.suppression import suppressed
from kadsurvey.ingest.responses import Responses
from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import Label, Text
from kadsurvey.quality.screening import Screening
from kadsurvey.report.builders.labels import construct_label, group_label
from kadsurvey.report.table import Column, Row, Table

_MOST_CATEGORIES = 12
"""A field of more categories names places or people, not kinds of respondents."""
_ALL = "all"
_YEARS = ("year", "founded")


def flow_table(responses: Responses, screening: Screening, *, sent: int | None = None) -> Table:
    """Lay out how many came back, were left out and why, and were used, by group."""
    clean = screening.clean
    rejected = responses.excluded
    flagged = screening.ledger["reason"].str.split(",").str[0] if len(screening.ledger) else pd.Series(dtype=str)
    rows = [] if sent is None else [Row({"what": Text("respondents.sent"), _ALL: sent})]
    rows.append(_flow_row(Text("respondents.returned"), responses.data, len(rejected)))
    if len(rejected):
        rows.append(Row({"what": Text("respondents.rejected"), _ALL: -len(rejected)}))
    for flag, names in flagged.groupby(flagged, sort=False):
        left = _flow_row(
            Text("respondents.left_out", {"flag": Text(f"quality.flag_{flag}")}), responses.data.loc[names.index]
        )
        rows.append(Row({key: -value if key != "what" else value for key, value in left.values.items()}))
    used = _flow_row(Text("respondents.used"), clean.data)
    rows.append(Row(used.values, strong=True))
    notes: list[Label] = [Text("respondents.note_used")]
    if sent is None:
        notes.append(Text("respondents.note_not_sent"))
    else:
        notes.append(Text("respondents.note_rate", {"share": (len(responses.data) + len(rejected)) / sent}))
    if len(screening.ledger):
        notes.append(Text("respondents.note_first_flag"))
    return Table(
        key="flow",
        title=Text("respondents.flow"),
        columns=(
            Column("what", Text("respondents.step")),
            *_group_columns(responses.data),
            Column(_ALL, Text("respondents.all"), "integer"),
        ),
        rows=tuple(rows),
        notes=tuple(notes),
        result="Screening",
    )


def _groups(data: pd.DataFrame) -> list[str]:
    return sorted(data["group"].dropna().unique()) if "group" in data else []


def _group_columns(data: pd.DataFrame) -> list[Column]:
    return [Column(group, group_label(group), "integer") for group in _groups(data)]


def _flow_row(label: Label, data: pd.DataFrame, more: int = 0) -> Row:
    counts = {group: int((data["group"] == group).sum()) for group in _groups(data)}
    return Row({"what": label, **counts, _ALL: len(data) + more})


def respondents_table(responses: Responses, *, min_cell: int) -> Table:
    """Lay out respondents by group: bodies, members, and each field that tells kinds of respondents."""
    data, instrument = responses.data, responses.instrument
    rows = [
        Row({"what": Text(f"respondents.{unit}"), **_by_group(data, lambda part, unit=unit: part[unit].nunique())})
        for unit in ("body", "member")
        if unit in data
    ]
    hidden = False
    for name, part in instrument.fields.items():
        if part.role != "covariate" or name not in data:
            continue
        label: Label = part.label or name
        if part.type == "number":
            quartiles = _by_group(data, lambda part, name=name: _quartiles(part[name], min_cell))
            rows.append(Row({"what": Text("respondents.quartiles"), **quartiles}, group=label))
            hidden = hidden or Text("tables.suppressed") in quartiles.values()
        elif data[name].nunique() <= _MOST_CATEGORIES:
            found, any_hidden = _category_rows(data, instrument, name, label, min_cell)
            rows += found
            hidden = hidden or any_hidden
    notes: list[Label] = [Text("respondents.note_fields")]
    if hidden:
        notes.append(Text("tables.note_suppressed", {"min_cell": min_cell}))
    return Table(
        key="respondents",
        title=Text("respondents.title"),
        columns=(
            Column("what", ""),
            *_group_columns(data),
            Column(_ALL, Text("respondents.all"), "integer"),
        ),
        rows=(_counts_row(data), *rows),
        notes=tuple(notes),
        result="Responses",
    )


def _counts_row(data: pd.DataFrame) -> Row:
    return Row({"what": Text("respondents.n"), **_by_group(data, len)}, strong=True)


def _by_group(data: pd.DataFrame, of: Any) -> dict[str, Any]:
    return {**{group: of(data[data["group"] == group]) for group in _groups(data)}, _ALL: of(data)}


def _quartiles(values: pd.Series, min_cell: int) -> Label | None:
    known = values.dropna()
    if known.empty:
        return None
    if len(known) < min_cell:
        return Text("tables.suppressed")
    low, middle, high = known.quantile([0.25, 0.5, 0.75])
    return Text("respondents.median_and_quartiles", {"median": float(middle), "low": float(low), "high": float(high)})


def _category_rows(
    data: pd.DataFrame, instrument: Instrument, name: str, label: Label, min_cell: int
) -> tuple[list[Row], bool]:
    field = instrument.fields[name]
    counts = pd.DataFrame({group: data.loc[data["group"] == group, name].value_counts() for group in _groups(data)})
    counts = counts.fillna(0).astype(int)
    counts[_ALL] = data[name].value_counts().reindex(counts.index)
    small = _small_rows(counts, min_cell)
    rows = []
    for category in counts.sort_values(_ALL, ascending=False, kind="stable").index:
        if small[category] and str(category) not in field.values:
            continue
        shown: dict[str, Any] = (
            dict.fromkeys(counts.columns, Text("tables.suppressed"))
            if small[category]
            else {str(column): int(value) for column, value in counts.loc[category].items()}
        )
        words: Label = field.labels.get(str(category)) or str(category)
        rows.append(Row({"what": words, **shown}, group=label))
    # A rare word of the respondents' own, such as the title of an office, names its holder: these are only counted.
    if own := int(sum(small[category] and str(category) not in field.values for category in counts.index)):
        pooled = Text("respondents.rare_categories", {"count": own})
        rows.append(Row({"what": pooled, **dict.fromkeys(counts.columns, Text("tables.suppressed"))}, group=label))
    return rows, bool(small.any())


def _small_rows(counts: pd.DataFrame, min_cell: int) -> pd.Series[bool]:
    """Return the rows to hide: a small cell would be had from its row, and what is hidden of a column from its sum."""
    least = counts.where(counts > 0).min(axis=1).fillna(0).astype(int)
    hidden = suppressed(least, min_cell)
    while hidden.any() and not hidden[least > 0].all():
        of_columns = counts[hidden].sum()
        if not ((of_columns > 0) & (of_columns < min_cell)).any():
            break
        hidden |= least.index == least[~hidden & (least > 0)].idxmin()
    return hidden


def missing_table(responses: Responses) -> Table:
    """Lay out how much of each construct was left open, and by how many respondents."""
    data, instrument = responses.data, responses.instrument
    rows = []
    for name in instrument.constructs:
        items = instrument.item_codes(name)
        answered = data[items].notna().sum(axis=1)
        asked = answered > 0
        if not asked.any():
            continue
        rows.append(
            Row(
                {
                    "construct": construct_label(instrument, name),
                    "items": len(items),
                    "asked": int(asked.sum()),
                    "complete": int((answered == len(items)).sum()),
                    "missing": float(data.loc[asked, items].isna().to_numpy().mean()),
                    "unscored": int((asked & (answered < len(items) / 2)).sum()),
                }
            )
        )
    return Table(
        key="missing",
        title=Text("respondents.missing"),
        columns=(
            Column("construct", Text("tables.construct")),
            Column("items", Text("tables.items_count"), "integer"),
            Column("asked", Text("respondents.answered_any"), "integer"),
            Column("complete", Text("respondents.complete"), "integer"),
            Column("missing", Text("tables.missing_share"), "share", 1),
            Column("unscored", Text("respondents.unscored"), "integer"),
        ),
        rows=tuple(rows),
        notes=(Text("respondents.note_missing"),),
        result="Responses",
    )


def body_profile_table(
    data: pd.DataFrame, instrument: Instrument, columns: Sequence[str], *, key: str = "body_profile"
) -> Table:
    """Lay out the body data, a row a body (and year)."""
    kinds = {"money": ("number", 0), "count": ("integer", 0), "share": ("share", 1)}
    shown: list[Column] = [Column(str(name), Text(f"tables.{name}")) for name in data.index.names if name]
    for name in columns:
        part = instrument.bodies.get(name)
        kind, digits = kinds.get(part.type if part is not None else "", ("text", 0))
        if name in _YEARS:
            kind, digits = "year", 0
        elif kind == "text" and pd.api.types.is_numeric_dtype(data[name]):
            kind, digits = "number", 2
        shown.append(Column(name, (part.label if part is not None else None) or name, kind, digits))  # type: ignore[arg-type]
    records = data[list(columns)].reset_index().to_dict(orient="records")
    return Table(
        key=key,
        title=Text(f"respondents.{key}"),
        columns=tuple(shown),
        rows=tuple(Row({str(key): _known(value) for key, value in record.items()}) for record in records),
        notes=(Text("respondents.note_body_profile"),),
        result="Bodies",
    )


def _known(value: Any) -> Any:
    if pd.isna(value):
        return None
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else value
