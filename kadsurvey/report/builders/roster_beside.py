"""A relation of the roster beside the scale of the same name, as a Table."""

from __future__ import annotations

from math import isnan

from kadsurvey.indices.roster_beside import LEAST_BODIES, RosterBeside
from kadsurvey.instrument.model import Instrument
from kadsurvey.language.text import Text
from kadsurvey.report.builders.labels import construct_label
from kadsurvey.report.table import Column, Table, rows_of


def roster_beside_table(found: RosterBeside, instrument: Instrument) -> Table:
    """Lay out what the roster and the scale say of each body, and how far they go together."""
    label = construct_label(instrument, found.construct)
    roster = Text("tables.in_roster")
    params = {"r": found.correlation, "p": found.p_value, "bodies": found.n_bodies, "least": LEAST_BODIES}
    return Table(
        key="roster_beside",
        title=Text("tables.roster_beside", {"construct": label}),
        columns=(
            Column("body", Text("tables.body")),
            Column("mean_strength", Text("tables.mean_strength"), "number", 2, roster),
            Column("density", Text("tables.density"), "bounded", 3, roster),
            Column("n", "n", "integer", 0, Text("tables.on_scale")),
            Column("index", Text("tables.mean100"), "number", 1, Text("tables.on_scale")),
        ),
        rows=rows_of({"body": body, **found.bodies.loc[body].to_dict()} for body in found.bodies.index),
        notes=(
            Text("tables.note_roster_beside"),
            Text("tables.note_beside_few" if isnan(found.correlation) else "tables.note_beside_r", params),
        ),
        result="RosterBeside",
    )
