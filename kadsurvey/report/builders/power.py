"""Power of several designs as Tables, with what they come to in words."""

from __future__ import annotations

from math import isnan

from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import Label, Text
from kadsurvey.report.builders.labels import construct_label
from kadsurvey.report.table import Column, Table, rows_of
from kadsurvey.simulation.power import ENOUGH_POWER, RELIABLE, Power


def power_tables(found: Power, instrument: Instrument) -> tuple[Table, Table, Table]:
    """Lay out what designs find, what tests that ignore bodies find, and how well a body's index is known."""
    rows = rows_of(found.table.to_dict(orient="records"))  # type: ignore[arg-type]
    design = (Column("bodies", Text("power.bodies"), "integer"), Column("respondents", Text("power.each"), "integer"))
    studies = int(found.table["studies"].max())
    params = {"studies": studies, "seed": found.seed, "truth": found.truth}
    predictors = [construct_label(instrument, name) for name in found.on]
    finds = Table(
        key="power",
        title=Text("power.title", {"effect": found.effect, "predictor": predictors[0]}),
        columns=(
            *design,
            Column("power", Text("power.power"), "share", 1),
            Column("power_mc", Text("power.mc"), "share", 1),
            Column("power_known", Text("power.known"), "share", 1),
            Column("false_positives", Text("power.false_positives"), "share", 1),
            Column("false_positives_mc", Text("power.mc"), "share", 1),
            Column("width", Text("power.width"), "number", 2),
            Column("bias", Text("power.bias"), "number", 3),
            Column("not_given", Text("power.not_given"), "share", 1),
        ),
        rows=rows,
        notes=(*power_sentences(found), Text("power.note_design", params), *_notes(found, predictors)),
        result="Power",
    )
    ignoring = Table(
        key="power_tests",
        title=Text("power.tests"),
        columns=(
            *design,
            Column("naive", Text("power.naive"), "share", 1),
            Column("cr1_z", Text("power.cr1_z"), "share", 1),
            Column("cr2", Text("power.cr2"), "share", 1),
        ),
        rows=rows,
        notes=(Text("power.note_tests", {"studies": studies}),),
        result="Power",
    )
    known = Table(
        key="power_precision",
        title=Text("power.precision", {"construct": predictors[0]}),
        columns=(
            *design,
            Column("half_width", Text("power.half_width"), "number", 1),
            Column("icc1", "ICC(1)", "bounded", 2),
            Column("icc2", "ICC(2)", "bounded", 2),
            Column("needed", Text("power.needed", {"reliable": RELIABLE}), "integer"),
        ),
        rows=rows,
        notes=(Text("power.note_precision", {"reliable": RELIABLE}),),
        result="Power",
    )
    return finds, ignoring, known


def power_sentences(found: Power) -> tuple[Label, ...]:
    """Say what the smallest and the largest design find, and which is enough."""
    sentences: list[Label] = []
    rows = found.table.to_dict(orient="records")
    for row in [rows[0], *rows[1:][-1:]]:
        if isnan(row["power"]):
            few = {"bodies": int(row["bodies"]), "predictors": len(found.on)}
            sentences.append(Text("power.said_refused", few))
            continue
        params = {
            "bodies": int(row["bodies"]),
            "each": int(row["respondents"]),
            "power": float(row["power"]),
            "error": 1.96 * float(row["power_mc"]),
            "false_positives": float(row["false_positives"]),
            "effect": found.effect,
        }
        sentences.append(Text("power.said", params))
    for each in sorted(set(found.table["respondents"])):
        enough = found.enough(int(each))
        most = int(found.table["bodies"].max())
        if enough is None:
            sentences.append(Text("power.said_none", {"each": int(each), "most": most, "wanted": ENOUGH_POWER}))
        else:
            sentences.append(Text("power.said_enough", {"each": int(each), "bodies": enough, "wanted": ENOUGH_POWER}))
    return tuple(sentences)


def _notes(found: Power, predictors: list[Label]) -> tuple[Label, ...]:
    method = Text(f"power.note_{found.method}")
    if len(predictors) > 1:
        return (Text("power.note_others", {"others": predictors[1:]}), method)
    return (method,)
