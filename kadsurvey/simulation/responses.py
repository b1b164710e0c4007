"""A synthetic study's answers as the responses of a survey, without files between."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from kadsurvey.errors import ArgumentError
from kadsurvey.ingest.cells import Cells
from kadsurvey.ingest.coding import code_answers
from kadsurvey.ingest.grid import Grid
from kadsurvey.ingest.header import Header
from kadsurvey.ingest.responses import Responses
from kadsurvey.ingest.table import Stack, Table
from kadsurvey.simulation.simulate import SimulatedStudy

if TYPE_CHECKING:
    from kadsurvey.instrument.model import Instrument

_UNITS = ("body", "member", "group")


def simulated_responses(study: SimulatedStudy, instrument: Instrument | None = None) -> Responses:
    """Code and reverse the answers of a synthetic study, as reading its files would.

    Parameters
    ----------
    study : SimulatedStudy
    instrument : Instrument, optional
        A questionnaire that asks some of the study's items, such as a short form; by default the study's own.

    Returns
    -------
    Responses
        ``source`` names the truth in the place of a file.

    Raises
    ------
    ArgumentError
        If the instrument asks items that the truth says nothing about.
    """
    instrument = instrument or study.truth.instrument
    if lost := [code for code in instrument.items if code not in study.responses]:
        raise ArgumentError("simulation.items_not_simulated", items=lost, instrument=instrument.name)
    texts = {code: _as_cells(study.responses[code]) for code in instrument.items}
    grid = Grid(file=study.truth.name, sheet=None, rows=())
    table = Table(
        header=Header(grid, row=0, cells=()),
        columns={code: place for place, code in enumerate(instrument.items)},
        rows=np.arange(1, len(study.responses) + 1),
        cells={code: Cells.of(cells.tolist()) for code, cells in texts.items()},
        formulas={},
        findings=(),
        log=(),
    )
    index = pd.Index(study.responses.index, dtype="str")
    answers = code_answers(Stack.of([table]), instrument, index.to_numpy(dtype=object))
    units = {name: pd.Series(study.responses[name], index=index, dtype="str") for name in _UNITS}
    source = {"file": study.truth.name, "sheet": "", "row": table.rows + 1}
    return Responses(
        data=pd.DataFrame(answers.values, index=index).assign(**units),
        raw=pd.DataFrame(texts, index=index, dtype="str").assign(**units),
        dont_know=pd.DataFrame(answers.dont_know, index=index),
        source=pd.DataFrame(source, index=index),
        log=answers.log,
        findings=answers.findings,
        instrument=instrument,
    )


def _as_cells(ticked: pd.Series) -> NDArray[np.object_]:
    """Write codes as the text of cells, a blank as the empty text."""
    return ticked.astype("str").fillna("").to_numpy(dtype=object)
