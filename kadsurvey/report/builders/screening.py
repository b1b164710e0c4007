"""A screening to Tables: screens, worst respondents, answers per item, who was left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kadsurvey.ingest.responses import Responses
from kadsurvey.language.text import Label, Text
from kadsurvey.quality.respondent_findings import flagged_respondents, places_of
from kadsurvey.quality.screening import Screening, rule_of
from kadsurvey.quality.thresholds import THRESHOLDS, Thresholds
from kadsurvey.report.builders.labels import labelled
from kadsurvey.report.table import Column, Row, Table, rows_of

_WORST = 10


def screens_table(screening: Screening) -> Table:
    """Lay out how many each screen flagged, by which rule, and what that means."""
    rows = []
    for flag in map(str, screening.flags):
        count = int(screening.flags[flag].sum())
        reason = screening.not_judged.get(flag)
        rows.append(
            Row(
                {
                    "screen": Text(f"quality.flag_{flag}"),
                    "flag": flag,
                    "count": None if reason else count,
                    "share": None if reason else count / max(len(screening.flags), 1),
                    "rule": Text("screening.not_judged", {"reason": reason})
                    if reason
                    else _rule(flag, screening.thresholds),
                    "meaning": None if reason else Text(f"quality.about_{flag}"),
                },
                strong=count > 0,
            )
        )
    return Table(
        key="screens",
        title=Text("screening.screens"),
        columns=(
            Column("screen", Text("screening.screen")),
            Column("flag", Text("screening.drop_name")),
            Column("count", Text("screening.flagged"), "integer"),
            Column("share", Text("screening.share"), "share", 1),
            Column("rule", Text("screening.rule")),
            Column("meaning", Text("screening.meaning")),
        ),
        rows=tuple(rows),
        notes=(Text("screening.note_flags"), Text("screening.note_as_ticked")),
        result="Screening",
    )


def ledger_table(screening: Screening, names: Mapping[str, str]) -> Table:
    """Lay out who was left out, under which flags."""
    records: list[dict[str, Any]] = [
        {
            "respondent_id": names.get(str(row["respondent_id"]), row["respondent_id"]),
            "file": row["file"],
            "sheet": row["sheet"],
            "row": row["row"],
            "reason": [Text(f"quality.flag_{flag}") for flag in str(row["reason"]).split(",")],
        }
        for row in screening.ledger.rename_axis("respondent_id").reset_index().to_dict(orient="records")
    ]
    return Table(
        key="left_out",
        title=Text("tables.left_out"),
        columns=(
            Column("respondent_id", Text("tables.respondent_id")),
            Column("file", Text("tables.file")),
            Column("sheet", Text("tables.sheet")),
            Column("row", Text("tables.row"), "integer"),
            Column("reason", Text("tables.reason")),
        ),
        rows=rows_of(records),
        result="Screening",
    )


def worst_table(screening: Screening, responses: Responses, names: Mapping[str, str]) -> Table:
    """Lay out the respondents with most flags, under the names given."""
    flagged, places = flagged_respondents(screening), places_of(responses)
    rows = []
    for respondent, flags in list(flagged.items())[:_WORST]:
        file, _, row = places[respondent]
        rows.append(
            Row(
                {
                    "respondent_id": names.get(respondent, respondent),
                    "source_row": f"{file}:{row}",
                    "n_flags": len(flags),
                    "flags": [Text(f"quality.flag_{flag}") for flag in flags],
                }
            )
        )
    more = len(flagged) - len(rows)
    return Table(
        key="worst",
        title=Text("screening.worst"),
        columns=(
            Column("respondent_id", Text("tables.respondent_id")),
            Column("source_row", Text("tables.source_row")),
            Column("n_flags", Text("screening.n_flags"), "integer"),
            Column("flags", Text("screening.flags")),
        ),
        rows=tuple(rows),
        notes=(Text("screening.note_more_flagged", {"count": more}),) if more else (),
        result="Screening",
    )


def items_table(screening: Screening) -> Table:
    """Lay out the statistics of the items."""
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
            Column("item_rest", Text("screening.item_rest"), "bounded", 2),
        ),
        rows=rows_of(labelled(screening.items, instrument, constructs), group="label"),
        notes=(Text("tables.note_reversed"), Text("screening.note_item_rest")),
        result="Screening",
    )


def _rule(flag: str, thresholds: Thresholds) -> Label:
    """Return a screen's rule with who proposed its value."""
    rule = rule_of(flag, thresholds)
    known = next((name for name in THRESHOLDS if name == flag), None)
    if known is None:
        return rule
    source = thresholds.source(known) or Text("screening.own_setting")
    return Text("screening.rule_and_source", {"rule": rule, "source": source})
